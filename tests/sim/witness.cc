#include "tests/sim/witness.h"

#include <fmt/format.h>

#include "base/check.h"
#include "base/digest.h"
#include "tests/sim/checkers/rows.h"
#include "tests/sim/story.h"
#include "workers/cell/case_table.h"

namespace huying::sim {

Witness::Witness(World& world, const Street& street) : world_(world) {
  for (auto* make : {check_i1, check_i2, check_i3, check_i4, check_i5, check_i6, check_i7, check_i8, check_i9,
                     check_i10, check_i11, check_i12, check_register})
    checkers_.push_back(make(street, ledger_, violations_));
  world_.counters().rows.resize(cell::case_table().size());
}

// ---- The wire ----------------------------------------------------------------------------------------------------

void Witness::sent(const std::string& client, std::string_view bytes) {
  world_.observe(bytes);
  HUYING_CHECK(sent_.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())));
  if (sent_.has_heartbeat()) return;
  if (sent_.trouble().kind() == v1::Trouble::FOLD_UNREADABLE) ++world_.counters().checkpoints_refused;
  world_.tell([&] { return client + " says " + describe(sent_); });
  tell([&](Checker& checker) { checker.sent(client, sent_); });
}

void Witness::left(const std::string& client, const v1::BrokerFrame& frame, std::string_view bytes) {
  world_.observe(bytes);
  if (frame.has_heartbeat()) return;
  world_.tell([&] { return "broker → " + (client.empty() ? std::string("nobody") : client) + ": " + describe(frame); });
  if (client.empty()) return;  // a connection that broke while the frame came from the core: nobody sees it
  for (const auto& ack : frame.commit_acks().acks()) world_.counters().commits_refused += ack.error() != 0;
  world_.counters().takeovers += static_cast<std::uint64_t>(frame.leases().granted_size());
  for (const auto& lease : frame.leases().granted()) world_.counters().checkpoints_used += lease.has_checkpoint();
  tell([&](Checker& checker) { checker.left(client, frame); });
}

// ---- The journal -------------------------------------------------------------------------------------------------

std::uint64_t Witness::digest_of(const journal::Record& record) {
  const std::uint64_t head[] = {record.stream.value, record.sequence.value, static_cast<std::uint64_t>(record.kind),
                                record.epoch.term, record.epoch.grant,
                                static_cast<std::uint64_t>(to_ms(record.recorded_at))};
  return chain_digest(chain_digest(0, {reinterpret_cast<const char*>(head), sizeof head}), record.payload);
}

void Witness::landed(journal::Journal& journal) {
  auto read = journal.read(read_through_, [&](const journal::Record& record) {
    if (record.position >= read_through_) take(record);
    return violations_.empty() ? journal::Sink::more : journal::Sink::enough;
  });
  HUYING_CHECK(read.has_value(), "what was appended cannot be read: {}", read.error().detail);
  read_through_ = journal.head();
}

void Witness::read_back(journal::Journal& journal) {
  const std::size_t known = known_.size();
  std::size_t next = 0;
  bool same = true;
  auto read = journal.read(Position{}, [&](const journal::Record& record) {
    if (next == known) {
      take(record);
    } else if (!is_known(record, next)) {
      same = false;
    }
    return same && violations_.empty() ? journal::Sink::more : journal::Sink::enough;
  });
  HUYING_CHECK(read.has_value(), "the journal was opened and cannot be read: {}", read.error().detail);
  read_through_ = journal.head();
  if (next == known) return;
  const Known missing = known_[next];
  tell([&](Checker& checker) {
    checker.lost(missing.stream, Sequence(missing.sequence), same ? "is not there any more" : "is another now");
  });
}

bool Witness::is_known(const journal::Record& record, std::size_t& next) {
  const Known& known = known_[next];
  const bool same = known.stream == record.stream && known.sequence == record.sequence.value &&
                    known.digest == digest_of(record);
  if (same) ++next;
  return same;
}

void Witness::read_only(journal::Journal& journal) {
  auto read = journal.read(Position{}, [&](const journal::Record& record) {
    const auto stream = record.stream.value;
    const auto index = record.sequence.value - 1;
    const bool known = stream < by_stream_.size() && index < by_stream_[stream].size();
    if (known && by_stream_[stream][index] != digest_of(record))
      tell([&](Checker& checker) { checker.lost(record.stream, record.sequence, "is answered as another, damaged"); });
    return journal::Sink::more;
  });
  if (!read) world_.note("read-only: " + read.error().detail);
}

void Witness::take(const journal::Record& record) {
  known_.push_back({record.stream, record.sequence.value, digest_of(record)});
  if (record.stream.value >= by_stream_.size()) by_stream_.resize(record.stream.value + 1);
  by_stream_[record.stream.value].push_back(known_.back().digest);
  world_.observe(record.payload);
  ++world_.counters().records;
  const auto parse = [&](google::protobuf::MessageLite& into) {
    HUYING_CHECK(into.ParseFromArray(record.payload.data(), static_cast<int>(record.payload.size())),
                 "what the journal holds cannot be read");
  };
  record_ = SeenRecord{record.stream, record.sequence, record.kind, record.epoch, to_ms(record.recorded_at)};
  const Place place{record.stream.value, record.sequence.value};
  switch (record.kind) {
    case v1::RECORD_KIND_REQUEST: {
      parse(record_.request);
      auto [at, fresh] = ledger_.try_emplace(record_.request.filed().case_number());
      auto& one = at->second;
      open_cases_ += fresh;
      one.number = record_.request.filed().case_number();
      one.stream = record.stream.value;
      one.requested_at_ms = record_.recorded_at_ms;
      break;
    }
    case v1::RECORD_KIND_ACTION:
      parse(record_.action);
      undecided_actions_[place] = record_.action.stamped();
      break;
    case v1::RECORD_KIND_MESSAGE:
      parse(record_.message);
      if (record_.message.has_forwarded_action()) undecided_actions_[place] = record_.message.forwarded_action();
      break;
    case v1::RECORD_KIND_COMMIT:
      parse(record_.commit);
      for (const auto& committed : record_.commit.events())
        HUYING_CHECK(record_.events.emplace_back().ParseFromString(committed.event()));
      break;
    case v1::RECORD_KIND_COVERAGE:
      parse(record_.coverage);
      ++world_.counters().coverage_told;
      world_.counters().clock_told += record_.coverage.change() == v1::Coverage::CLOCK_OFF;
      break;
    case v1::RECORD_KIND_SUSPECT:
      parse(record_.suspect);
      break;
    case v1::RECORD_KIND_SET_ASIDE:
      parse(record_.set_aside);
      world_.counters().clocks_set_aside += record_.set_aside.has_clock();
      world_.counters().causes_set_aside += record_.set_aside.cause() != 0;
      world_.counters().cells_parked += record_.set_aside.fold();
      undecided_actions_.erase({record.stream.value, record_.set_aside.cause()});
      break;
    case v1::RECORD_KIND_TERM:
      ++world_.counters().terms;
      break;
    default:
      break;
  }
  world_.tell([&] { return describe(record_); });
  tell([&](Checker& checker) { checker.record(record_); });
  if (record.kind == v1::RECORD_KIND_COMMIT) take_commit();
}

void Witness::take_commit() {
  auto action = undecided_actions_.extract({record_.stream.value, record_.commit.consumes()});
  const v1::ActionStamped* stamped = action.empty() ? nullptr : &action.mapped();
  for (std::uint32_t i = 0; i < record_.events.size(); ++i) take_event(i, stamped);
}

void Witness::take_event(std::uint32_t index, const v1::ActionStamped* action) {
  const auto& event = record_.events[index];
  if (event.kind() == v1::EVENT_KIND_ACTION_REFUSED) return;  // changes no case
  auto [at, fresh] = ledger_.try_emplace(event.case_number());
  LedgerCase& one = at->second;
  open_cases_ += fresh;
  const LedgerCase before = one;
  fold(one, event, record_.commit.events(static_cast<int>(index)).event(), record_.stream.value);
  if (one.ended() != before.ended()) one.ended() ? --open_cases_ : ++open_cases_;
  auto& counters = world_.counters();
  counters.breaches += event.kind() == v1::EVENT_KIND_BREACHED;
  counters.escalations += event.kind() == v1::EVENT_KIND_ESCALATED;
  counters.caught_up += event.caught_up();
  counters.cases_ended += one.ended() && !before.ended();
  const SeenEvent seen{record_, index, record_.commit.events(static_cast<int>(index)), event, before, one, action};
  if (const auto row = row_of_event(seen)) ++counters.rows[*row];
  tell([&](Checker& checker) { checker.event(seen); });
}

std::uint64_t Witness::last_sequence(StreamId stream) const {
  return stream.value < by_stream_.size() ? by_stream_[stream.value].size() : 0;
}

// ---- People and programs -----------------------------------------------------------------------------------------

void Witness::acknowledged(const std::string& source, const v1::Request& request, const v1::PublishAck& ack) {
  world_.tell([&] {
    return fmt::format("{} has its answer for {}: {} {}{}", source, request.source_id(), ack.case_number(),
                       ack.error() == 0 ? "taken" : std::to_string(ack.error()), ack.known() ? ", known" : "");
  });
  auto& counters = world_.counters();
  counters.requests_acknowledged += ack.error() == 0;
  counters.requests_known_again += ack.known();
  tell([&](Checker& checker) { checker.acknowledged(source, request, ack); });
}

void Witness::answered(const v1::Action& action, const v1::ActionReply& reply) {
  world_.tell([&] {
    return fmt::format("{} has the answer {} for {}, case {}: error {}", action.person(),
                       v1::ActionReply::Stage_Name(reply.stage()), action.action_id(), action.case_number(),
                       reply.error());
  });
  world_.counters().actions_decided += reply.stage() == v1::ActionReply::DECIDED;
  world_.counters().actions_refused += reply.error() != 0;
  tell([&](Checker& checker) { checker.answered(action, reply); });
}

void Witness::subscribed(const SubscriptionSeen& seen) {
  tell([&](Checker& checker) { checker.subscribed(seen); });
}

void Witness::saw(const std::string& subscriber, const v1::EventDelivery& delivery) {
  world_.tell([&] {
    return fmt::format("{} sees {} number {}, stream {} sequence {}.{}", subscriber, delivery.subject(),
                       delivery.consumer_sequence(), delivery.stream(), delivery.sequence(), delivery.index());
  });
  ++world_.counters().events_seen;
  tell([&](Checker& checker) { checker.saw(subscriber, delivery); });
}

void Witness::queried(const std::string& person, const v1::QueryReply& reply) {
  tell([&](Checker& checker) { checker.queried(person, reply); });
}

void Witness::asked_for_list(std::uint32_t stream, std::int64_t month_ended_ms) {
  tell([&](Checker& checker) { checker.asked_for_list(stream, month_ended_ms); });
}

bool Witness::listed(const ListSeen& seen) {
  bool is_good = true;
  tell([&](Checker& checker) { is_good = checker.listed(seen) && is_good; });
  if (!is_good) return false;
  ++world_.counters().lists_compared;
  for (const auto& page : seen.pages) world_.counters().cases_in_lists += static_cast<std::uint64_t>(page.cases_size());
  return true;
}

void Witness::fetched(const std::string& person, const v1::Fetch& fetch, const v1::FetchReply& reply) {
  world_.counters().parts_read += reply.error() == 0;
  tell([&](Checker& checker) { checker.fetched(person, fetch, reply); });
}

void Witness::trespassed(const std::string& who, const char* what, std::uint32_t error) {
  tell([&](Checker& checker) { checker.trespassed(who, what, error); });
}

void Witness::folded(StreamId stream, const std::string& owners, const std::string& folded) {
  ++world_.counters().states_compared;
  world_.observe(owners);
  tell([&](Checker& checker) { checker.folded(stream, owners, folded); });
}

void Witness::moment(const Facts& facts) {
  tell([&](Checker& checker) { checker.moment(facts); });
}
void Witness::healed(std::int64_t now_ms, std::int64_t patience_ms) {
  tell([&](Checker& checker) { checker.healed(now_ms, patience_ms); });
}
void Witness::settled(std::int64_t now_ms, std::int64_t patience_ms) {
  tell([&](Checker& checker) { checker.settled(now_ms, patience_ms); });
}

void Witness::unhappy(std::string what, std::vector<std::string> about) {
  violations_.push_back({"world", std::move(what), std::move(about)});
}

}  // namespace huying::sim
