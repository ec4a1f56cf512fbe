#include "tests/workers/host/fake_broker.h"

#include <fmt/format.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "base/digest.h"

namespace huying::host {
namespace {

// One virtual day a real second: a week of work is some hundred wakes.
constexpr std::int64_t rate = 86'400;

constexpr const char* made_up = R"(
  directory {
    street: "410871061" street_name: "made-up street" street_short: "WY" district: "410871" time_zone: "Asia/Shanghai"
    demonstration: true
    units { code: "v1" kind: UNIT_KIND_VILLAGE } units { code: "c1" kind: UNIT_KIND_COMMUNITY }
    cells { code: "desk" unit: "desk" stream: 1 } cells { code: "v1-01" unit: "v1" stream: 2 }
    cells { code: "v1-02" unit: "v1" stream: 3 } cells { code: "c1-01" unit: "c1" stream: 4 }
    cells { code: "v1-99" unit: "v1" stream: 5 retired: true }
    people { code: "w2" posts { role: ROLE_GRID_WORKER place: "v1-01" } }
    people { code: "w3" absent: true posts { role: ROLE_GRID_WORKER place: "v1-02" } }
    people { code: "d3" posts { role: ROLE_GRID_WORKER place: "v1-02" deputy: true } }
    people { code: "u1" posts { role: ROLE_UNIT_SUPERVISOR place: "v1" } }
    people { code: "u2" posts { role: ROLE_UNIT_SUPERVISOR place: "c1" } }
    people { code: "s1" posts { role: ROLE_STREET_SUPERVISOR place: "410871061" } }
    people { code: "q1" posts { role: ROLE_DISTRICT_SUPERVISOR place: "410871" } }
    people { code: "k1" posts { role: ROLE_DESK place: "desk" } }
  }
  policy {
    name: "made-up"
    default_rule: "13710-natural"
    categories { code: "general" } categories { code: "tidy" rule: "closing" }
    rules { name: "13710-natural" }
    rules { name: "closing" close_on_resolve: true }
  })";

}  // namespace

v1::Configuration made_up_configuration() {
  v1::Configuration configuration;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(made_up, &configuration));
  return configuration;
}

FakeBroker::FakeBroker(v1::Configuration configuration, std::int64_t now_ms) : begin_ms_(now_ms), now_ms_(now_ms) {
  initialise_digests();
  for (const auto& cell : configuration.directory().cells()) {
    auto& stream = streams_[cell.stream()];
    stream.cell = cell.code();
    stream.unit = cell.unit();
  }
  configurations_[1] = std::move(configuration);
  new_host();
  for (const auto& [number, stream] : streams_) {
    v1::ConfigurationChanged changed;
    changed.set_version(1);
    append(number, v1::RECORD_KIND_CONFIGURATION_CHANGED, changed.SerializeAsString());
  }
}

SteadyInstant FakeBroker::steady() const {
  return SteadyInstant{std::chrono::hours{1}} + std::chrono::nanoseconds{(now_ms_ - begin_ms_) * 1'000'000 / rate};
}

void FakeBroker::tell(const v1::BrokerFrame& frame, std::vector<v1::ClientFrame>& out) {
  told_at_ = steady();
  host_->receive(frame, told_at_, out);
}

void FakeBroker::new_host() {
  host_ = std::make_unique<HostCore>(options_);
  connected_ = true;
  held_deliveries_to_.clear();
  for (auto& [number, stream] : streams_) stream.granted = false;
  told_at_ = steady();
  host_->connected(told_at_);
  v1::BrokerFrame frame;
  frame.mutable_welcome()->set_rate_permille(rate * 1000);
  frame.mutable_welcome()->set_configuration_version(version_);
  to_host(frame);
  for (auto& [number, stream] : streams_) grant(number);
}

v1::BrokerFrame FakeBroker::lease_frame(std::uint32_t number, std::uint32_t grant,
                                        const std::optional<v1::Checkpoint>& offered) {
  const auto& stream = streams_.at(number);
  v1::BrokerFrame frame;
  auto& lease = *frame.mutable_leases()->add_granted();
  lease.set_stream(number);
  lease.set_cell(stream.cell);
  lease.set_unit(stream.unit);
  lease.mutable_epoch()->set_term(1);
  lease.mutable_epoch()->set_grant(grant);
  lease.set_end_sequence(stream.records.size());
  if (stream.suspected) lease.set_suspect_cause(stream.undecided.front());
  lease.set_clocks_on_trial(stream.tries_clocks);
  lease.set_parked(stream.parked);
  if (stream.parked) lease.set_end_sequence(offered ? offered->through() : 0);
  if (offered) *lease.mutable_checkpoint() = *offered;
  return frame;
}

void FakeBroker::grant(std::uint32_t number) {
  auto& stream = streams_.at(number);
  stream.grant += 1;
  stream.commit_number = 0;
  stream.granted = true;
  stream.refused = false;
  const auto last = stream.records.size();
  const auto offered = offer_of(number);
  to_host(lease_frame(number, stream.grant, offered));
  stream.tries_clocks = false;
  if (std::exchange(stream.parked, false)) return;
  const std::uint64_t from = offered ? offered->through() + 1 : 1;
  for (auto sequence = from; sequence <= last; ++sequence) deliver(number, sequence);
}

void FakeBroker::revoke(std::uint32_t stream) {
  streams_.at(stream).granted = false;
  v1::BrokerFrame frame;
  frame.mutable_leases()->add_revoked(stream);
  to_host(frame);
}

v1::Delivery FakeBroker::delivery_of(const Stream& stream, std::uint32_t number, std::uint64_t sequence,
                                     std::uint32_t grant) {
  const auto& record = stream.records[sequence - 1];
  v1::Delivery delivery;
  delivery.set_stream(number);
  delivery.set_grant(grant);
  delivery.set_sequence(sequence);
  delivery.set_kind(record.kind);
  delivery.set_recorded_at_ms(record.recorded_at_ms);
  delivery.set_payload(record.payload);
  delivery.set_prior(record.prior);
  return delivery;
}

void FakeBroker::deliver(std::uint32_t number, std::uint64_t sequence) {
  if (hold_deliveries_) return held_deliveries_to_.emplace_back(number, sequence), void();
  const auto& stream = streams_.at(number);
  if (!connected_ || !stream.granted) return;
  ++delivered_;
  v1::BrokerFrame frame;
  *frame.mutable_deliveries()->add_deliveries() = delivery_of(stream, number, sequence, stream.grant);
  to_host(frame);
}

void FakeBroker::hold_deliveries(bool hold) {
  hold_deliveries_ = hold;
  if (hold) return;
  for (const auto& [stream, sequence] : std::exchange(held_deliveries_to_, {})) deliver(stream, sequence);
}

void FakeBroker::to_host(v1::BrokerFrame frame) {
  frame.set_now_ms(now_ms_);
  to_host_.push_back(std::move(frame));
  if (std::exchange(draining_, true)) return;
  while (!to_host_.empty()) {
    const auto next = std::move(to_host_.front());
    to_host_.pop_front();
    if (!connected_) continue;
    std::vector<v1::ClientFrame> out;
    tell(next, out);
    from_host(out);
  }
  draining_ = false;
}

void FakeBroker::from_host(std::vector<v1::ClientFrame>& out) {
  for (auto& frame : out) {
    if (frame.has_commits()) {
      EXPECT_GT(frame.commits().next_wake_within_ms(), 0u);
      for (const auto& bytes : frame.commits().commits()) commit(bytes);
    }
    if (frame.has_fetch_configuration()) {
      if (hold_configuration_) held_fetches_.push_back(frame.fetch_configuration());
      else configuration_part(frame.fetch_configuration());
    }
    if (frame.has_answer()) answers_.push_back(frame.answer());
    if (frame.has_wake()) wakes_ += 1;
    if (frame.has_checkpoint()) take(frame.checkpoint());
    if (frame.has_trouble()) troubles_.push_back(frame.trouble());
    if (frame.has_try_clock()) asked_.push_back(frame.try_clock());
    for (const auto& cell : frame.folded().cells()) folded_.push_back(cell);
    frames_.push_back(std::move(frame));
  }
}

void FakeBroker::hold_configuration(bool hold) {
  hold_configuration_ = hold;
  if (hold) return;
  for (const auto& fetch : std::exchange(held_fetches_, {})) configuration_part(fetch);
}

void FakeBroker::configuration_part(const v1::FetchConfiguration& fetch) {
  const auto& [version, configuration] = *configurations_.lower_bound(fetch.version());
  const auto bytes = configuration.SerializeAsString();
  const auto half = bytes.size() / 2;
  v1::BrokerFrame frame;
  auto& reply = *frame.mutable_configuration();
  reply.set_version(version);
  reply.set_part(fetch.part());
  if (const auto error = std::exchange(refuse_fetch_with_, v1::ERROR_CODE_NONE); error != v1::ERROR_CODE_NONE) {
    reply.set_error(static_cast<std::uint32_t>(error));
    return to_host(frame);
  }
  reply.set_parts(2);
  reply.set_bytes(fetch.part() == 0 ? bytes.substr(0, half) : bytes.substr(half));
  to_host(frame);
}

void FakeBroker::append(std::uint32_t number, v1::RecordKind kind, const std::string& payload, const std::string& prior) {
  auto& stream = streams_.at(number);
  stream.records.push_back({kind, now_ms_, payload, prior});
  stream.undecided.push_back(stream.records.size());
  deliver(number, stream.records.size());
}

void FakeBroker::append_beside(std::uint32_t number, v1::RecordKind kind, const std::string& payload) {
  auto& stream = streams_.at(number);
  stream.records.push_back({kind, now_ms_, payload, {}});
  stream.suspected = false;
  deliver(number, stream.records.size());
}

void FakeBroker::write_suspect(std::uint32_t number) {
  v1::Suspect suspect;
  suspect.set_cause(streams_.at(number).undecided.front());
  suspect.set_times(1);
  append_beside(number, v1::RECORD_KIND_SUSPECT, suspect.SerializeAsString());
}

void FakeBroker::set_aside(std::uint32_t number) {
  auto& undecided = streams_.at(number).undecided;
  v1::SetAside set_aside;
  set_aside.set_cause(undecided.front());
  undecided.erase(undecided.begin());
  append_beside(number, v1::RECORD_KIND_SET_ASIDE, set_aside.SerializeAsString());
}

void FakeBroker::write_suspect_clock() {
  v1::Suspect suspect;
  *suspect.mutable_clock() = asked_.back().clock();
  suspect.set_times(1);
  append_beside(asked_.back().stream(), v1::RECORD_KIND_SUSPECT, suspect.SerializeAsString());
}

void FakeBroker::set_clock_aside() {
  v1::SetAside set_aside;
  *set_aside.mutable_clock() = asked_.back().clock();
  append_beside(asked_.back().stream(), v1::RECORD_KIND_SET_ASIDE, set_aside.SerializeAsString());
}

void FakeBroker::hold_acks(bool hold) {
  hold_acks_ = hold;
  if (hold) return;
  for (auto& frame : std::exchange(held_acks_, {})) to_host(std::move(frame));
}

std::string FakeBroker::request(std::uint32_t stream, const RequestSpec& spec) {
  serial_ += 1;
  v1::RequestFiled filed;
  filed.set_case_number(fmt::format("WY-261123-{:04}-{}", serial_, serial_ % 10));
  filed.set_serial(serial_);
  filed.mutable_filed()->set_category(spec.category);
  filed.mutable_filed()->set_urgency(spec.urgency);
  filed.mutable_filed()->set_rule(stream == 1 ? v1::DISPATCH_RULE_DESK : v1::DISPATCH_RULE_POINT);
  filed.mutable_filed()->set_source("made-up-source");
  filed.mutable_filed()->set_reason("the point lies inside the cell");
  filed.set_solved_on_spot(spec.solved_on_spot);
  if (spec.solved_on_spot) {
    filed.mutable_filed()->mutable_reporter()->set_principal("w2");
    filed.mutable_filed()->mutable_reporter()->set_role(v1::ROLE_GRID_WORKER);
  }
  where_[filed.case_number()] = stream;
  append(stream, v1::RECORD_KIND_REQUEST, filed.SerializeAsString());
  return filed.case_number();
}

std::optional<v1::ActionOutcome> FakeBroker::act(const std::string& case_number, v1::ActionKind kind,
                                                 const ActionSpec& spec) {
  return act_in(where_.contains(case_number) ? where_.at(case_number) : 2, case_number, kind, spec);
}

std::optional<v1::ActionOutcome> FakeBroker::act_in(std::uint32_t stream, const std::string& case_number,
                                                    v1::ActionKind kind, const ActionSpec& spec) {
  v1::ActionStamped action;
  action.set_action_id(fmt::format("a{}", ++action_serial_));
  action.set_case_number(case_number);
  action.set_kind(kind);
  action.mutable_actor()->set_principal(spec.person);
  action.mutable_actor()->set_role(spec.roles.at(0));
  for (const auto role : spec.roles) action.add_roles(role);
  action.set_reason_code(spec.reason_code);
  action.set_to_cell(spec.to_cell);
  for (const auto& [number, to] : streams_) {
    if (to.cell == spec.to_cell) action.set_to_stream(number);
  }
  action.set_verdict(spec.verdict);
  action.set_expected_revision(spec.expected_revision);
  action.set_asks(spec.asks);
  action.set_until_ms(spec.until_ms);
  *action.mutable_milestones_ms() = {spec.milestones_ms.begin(), spec.milestones_ms.end()};
  action.set_has_words(spec.words);
  outcome_.reset();
  const auto ended = ended_.find(case_number);
  append(stream, v1::RECORD_KIND_ACTION, action.SerializeAsString(), ended == ended_.end() ? "" : ended->second);
  return outcome_;
}

void FakeBroker::change_configuration(std::uint64_t version, const v1::Configuration& configuration) {
  configurations_[version] = configuration;
  version_ = version;
  v1::ConfigurationChanged changed;
  changed.set_version(version);
  for (const auto& [number, stream] : streams_) {
    append(number, v1::RECORD_KIND_CONFIGURATION_CHANGED, changed.SerializeAsString());
  }
}

v1::Answer FakeBroker::ask(std::uint32_t stream, const std::string& case_number, std::vector<v1::Role> roles,
                            const std::string& prior) {
  v1::BrokerFrame frame;
  auto& ask = *frame.mutable_ask();
  ask.set_query_id(answers_.size() + 1);
  ask.set_stream(stream);
  ask.set_case_number(case_number);
  ask.set_prior(prior);
  for (const auto role : roles) ask.add_roles(role);
  answers_.clear();
  to_host(frame);
  EXPECT_EQ(answers_.size(), 1u);
  return answers_.empty() ? v1::Answer() : answers_.back();
}

void FakeBroker::leap(std::int64_t ms) {
  begin_ms_ += ms;
  now_ms_ += ms;
  v1::BrokerFrame beat;
  beat.mutable_heartbeat();
  to_host(beat);
}

void FakeBroker::advance(std::int64_t ms) {
  const auto target_ms = now_ms_ + ms;
  while (connected_) {
    // The first of our instants at or after that one.
    const auto instant_of = [&](SteadyInstant at) {
      const auto real_ns = (at - SteadyInstant{std::chrono::hours{1}}).count();
      return std::max(now_ms_, begin_ms_ + (real_ns * rate + 999'999) / 1'000'000);
    };
    std::vector<v1::ClientFrame> out;
    const auto wanted = host_->next_wake();
    // A host reckons a little slow from the last frame it had; a heartbeat tells it the time before it wakes.
    const auto heard_ms = instant_of(told_at_ + (wanted - told_at_) / 2048 * 2047);
    if (heard_ms > now_ms_ && heard_ms <= target_ms) {
      now_ms_ = heard_ms;
      v1::BrokerFrame beat;
      beat.set_now_ms(now_ms_);
      beat.mutable_heartbeat();
      tell(beat, out);
      continue;
    }
    const auto at_ms = instant_of(wanted);
    if (at_ms > target_ms) break;
    now_ms_ = at_ms;
    host_->wake(steady(), out);
    if (out.empty()) now_ms_ = std::min(target_ms, now_ms_ + 1);
    from_host(out);
    if (out.empty() && now_ms_ == target_ms) break;
  }
  now_ms_ = target_ms;
}

}  // namespace huying::host
