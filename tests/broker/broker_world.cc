#include "tests/broker/broker_world.h"

#include <gtest/gtest.h>

#include "base/digest.h"
#include "broker/round.h"
#include "broker/snapshots.h"
#include "broker/state/version.h"
#include "huying/v1/error.pb.h"

namespace huying::broker {
namespace {

void add_person(v1::Directory& directory, const std::string& code, v1::Role role, const std::string& place) {
  auto& person = *directory.add_people();
  person.set_code(code);
  auto& post = *person.add_posts();
  post.set_role(role);
  post.set_place(place);
}

void add_system(v1::Directory& directory, const std::string& code, v1::Role role, const std::string& may_act_for = {}) {
  auto& system = *directory.add_systems();
  system.set_code(code);
  system.set_role(role);
  if (!may_act_for.empty()) system.add_may_act_for(may_act_for);
}

}  // namespace

v1::Configuration small_configuration() {
  v1::Configuration configuration;
  auto& directory = *configuration.mutable_directory();
  directory.set_street("s");
  directory.set_street_short("SS");
  directory.set_district("d");
  directory.set_time_zone("Asia/Shanghai");
  directory.set_demonstration(true);
  const auto cell = [&](const std::string& code, const std::string& unit, std::uint32_t stream) {
    auto& one = *directory.add_cells();
    one.set_code(code);
    one.set_unit(unit);
    one.set_stream(stream);
  };
  cell("desk", "desk", 1);
  cell("a-01", "a", 2);
  cell("a-02", "a", 3);
  add_person(directory, "worker-1", v1::ROLE_GRID_WORKER, "a-01");
  add_person(directory, "worker-2", v1::ROLE_GRID_WORKER, "a-02");
  add_person(directory, "unit-1", v1::ROLE_UNIT_SUPERVISOR, "a");
  add_person(directory, "street-1", v1::ROLE_STREET_SUPERVISOR, "s");
  add_person(directory, "desk-1", v1::ROLE_DESK, "desk");
  add_person(directory, "administrator", v1::ROLE_ADMINISTRATOR, "s");
  add_system(directory, "hotline", v1::ROLE_PUBLISHER);
  add_system(directory, "gateway", v1::ROLE_GATEWAY, "*");
  add_system(directory, "host-1", v1::ROLE_HOST);
  add_system(directory, "host-2", v1::ROLE_HOST);
  auto& policy = *configuration.mutable_policy();
  policy.set_name("test");
  policy.set_default_rule("r");
  policy.add_rules()->set_name("r");
  policy.add_categories()->set_code("general");
  auto& fire = *policy.add_categories();
  fire.set_code("fire");
  fire.set_guidance("119");
  return configuration;
}

DirectoryJobResult validated(const v1::Configuration& configuration) {
  DirectoryJobResult result;
  result.serialized = configuration.SerializeAsString();
  result.version = *Version::build(configuration, result.serialized);
  return result;
}

BrokerWorld::BrokerWorld(bool configured, CoreOptions options, std::uint64_t segment_bytes)
    : options_(std::move(options)), segment_bytes_(segment_bytes) {
  initialise_digests();
  open();
  if (configured) core_->install(validated(small_configuration()));
  do round();
  while (core_->work_left());
}

void BrokerWorld::open() {
  journal::EmbeddedOptions options;
  options.segment_bytes = segment_bytes_;
  options.pool_segments = 0;
  options.free_check_batches = 0;  // at each append
  auto opened = journal::EmbeddedJournal::open(disk_, "/data", options);
  ASSERT_TRUE(opened.has_value()) << opened.error().detail;
  journal_ = std::move(*opened);
  CoreOptions core_options = options_;
  core_options.program = "test";
  core_ = std::make_unique<BrokerCore>(core_options, journal_->digest_key());
  ASSERT_TRUE(replay_journal(*core_, *journal_));
  auto term = claim_and_start(*core_, *journal_, "test", moment());
  ASSERT_TRUE(term.has_value());
  term_ = *term;
}

void BrokerWorld::restart_read_only() {
  core_.reset();
  journal_.reset();
  disk_.kill();
  said_.clear();
  got_.clear();
  auto opened = journal::EmbeddedJournal::open(
      disk_, "/data", {.mode = journal::OpenMode::read_only, .unreachable = journal::Unreachable::leave_out});
  ASSERT_TRUE(opened.has_value()) << opened.error().detail;
  journal_ = std::move(*opened);
  options_.read_only = true;
  options_.missing = journal_->missing();
  core_ = std::make_unique<BrokerCore>(options_, journal_->digest_key());
  ASSERT_TRUE(replay_journal(*core_, *journal_));
  core_->start_read_only(journal_->head(), moment());
  round();
}

std::optional<std::string> BrokerWorld::state_from(ReplayFrom from, Replayed* replayed) {
  BrokerCore core(options_, journal_->digest_key());
  const auto done = replay_journal(core, *journal_, from);
  if (!done) {
    EXPECT_EQ(done.error().code, v1::ERROR_CODE_ARCHIVED) << done.error().detail;
    return std::nullopt;
  }
  if (replayed != nullptr) *replayed = *done;
  return core.snapshot().value_or("none");
}

namespace {

// Where two states part, and what stands there: a state is long.
std::string difference(const std::string& one, const std::string& other) {
  const auto at = std::mismatch(one.begin(), one.end(), other.begin(), other.end());
  if (at.first == one.end() && at.second == other.end()) return {};
  const auto around = [&](const std::string& text) {
    const auto place = static_cast<std::size_t>(at.first - one.begin());
    return testing::PrintToString(text.substr(place - std::min<std::size_t>(place, 48), 96));
  };
  return "at byte " + std::to_string(at.first - one.begin()) + "\n" + around(one) + "\n" + around(other);
}

}  // namespace

void BrokerWorld::expect_one_state() {
  const auto from_start = state_from(ReplayFrom::beginning);
  if (!from_start || options_.read_only) return;
  EXPECT_EQ(difference(core_->snapshot().value_or("staged"), *from_start), "") << "the core that lived it";
  EXPECT_EQ(difference(state_from(ReplayFrom::snapshot).value_or("archived"), *from_start), "")
      << "the snapshot and what came behind it";
}

void BrokerWorld::restart_after(const std::function<void()>& others) {
  core_.reset();
  journal_.reset();
  disk_.kill();
  others();
  crash_and_restart();
}

void BrokerWorld::crash_and_restart() {
  crash_and_restart([](std::uint64_t) { return std::uint64_t{0}; });
}

void BrokerWorld::restart_on(const journal::MemoryDisk& disk) {
  core_.reset();
  journal_.reset();
  disk_ = disk.copy();
  crash_and_restart();
}

void BrokerWorld::crash_and_restart(const std::function<std::uint64_t(std::uint64_t)>& choose) {
  core_.reset();
  journal_.reset();
  disk_.crash(choose);
  said_.clear();
  got_.clear();
  open();
  do round();
  while (core_->work_left());
}

void BrokerWorld::say(std::uint64_t peer, const v1::ClientFrame& frame) { say_bytes(peer, frame.SerializeAsString()); }

void BrokerWorld::say_bytes(std::uint64_t peer, std::string_view bytes, std::size_t parts) {
  said_.emplace_back(peer, std::make_pair(std::string(bytes), parts));
}

void BrokerWorld::round() { ASSERT_TRUE(try_round()); }

void BrokerWorld::save_cursors() { ASSERT_TRUE(journal_->save_cursors(core_->take_changed_cursors())); }

bool BrokerWorld::try_round_waiting(const WaitForRoom& wait, std::uint64_t peer, const v1::ClientFrame& frame) {
  say(peer, frame);
  wait_for_room_ = wait;
  const bool done = try_round();
  wait_for_room_ = {};
  return done;
}

bool BrokerWorld::try_round() {
  core_->begin(moment());
  while (!said_.empty() && !core_->full()) {  // what does not fit waits for the next round, as in the broker's shell
    const auto [peer, frame] = std::move(said_.front());
    said_.pop_front();
    core_->receive(PeerId(peer), frame.second, frame.first);
  }
  core_->tick();
  std::vector<OutFrame> out;
  if (!finish_round(*core_, *journal_, term_, out, wait_for_room_)) return false;
  if (core_->any_cursor_begun() && !options_.read_only && !journal_->save_cursors(core_->take_changed_cursors())) return false;
  bytes_of_round_ = 0;
  for (const auto& frame : out) {
    v1::BrokerFrame parsed;
    EXPECT_TRUE(parsed.ParseFromString(frame.bytes));
    bytes_of_round_ += frame.bytes.size();
    got_[frame.peer.value].push_back(std::move(parsed));
  }
  if (!options_.read_only) write_checkpoints(*core_, *journal_);
  return true;
}

void BrokerWorld::configure(const v1::Configuration& configuration) {
  constexpr std::uint64_t administrator = 9'999;
  hello(administrator, "administrator", v1::ROLE_ADMINISTRATOR);
  v1::ClientFrame frame;
  frame.mutable_publish_directory()->set_parts(1);
  say(administrator, frame);
  round();
  const auto job = core_->take_job();
  ASSERT_TRUE(job.has_value());
  auto result = validated(configuration);
  result.id = job->id;
  core_->job_done(std::move(result));
  do round();
  while (core_->work_left());
}

std::vector<v1::BrokerFrame> BrokerWorld::frames(std::uint64_t peer) { return std::exchange(got_[peer], {}); }

void BrokerWorld::hello(std::uint64_t peer, const std::string& principal, v1::Role role) {
  v1::ClientFrame frame;
  auto& hello = *frame.mutable_hello();
  hello.set_protocol_version(1);
  hello.set_principal(principal);
  hello.set_role(role);
  hello.set_session_nonce(peer);
  say(peer, frame);
}

std::map<std::string, v1::Lease> BrokerWorld::host(std::uint64_t peer, const std::string& principal) {
  hello(peer, principal, v1::ROLE_HOST);
  v1::ClientFrame credit, wake;
  credit.mutable_credit()->set_messages(10'000);
  credit.mutable_credit()->set_bytes(64 << 20);
  wake.mutable_wake()->set_next_wake_within_ms(4'000);
  say(peer, credit);
  say(peer, wake);
  std::map<std::string, v1::Lease> leases;
  std::vector<v1::BrokerFrame> rest;
  for (bool anything_folded = true; anything_folded;) {
    pass(std::chrono::milliseconds(60));
    round();
    v1::ClientFrame folded;
    for (auto& frame : frames(peer)) {
      for (const auto& lease : frame.leases().granted()) {
        leases[lease.cell()] = lease;
        if (lease.end_sequence() == 0) continue;
        auto& cell = *folded.mutable_folded()->add_cells();
        cell.set_stream(lease.stream());
        *cell.mutable_epoch() = lease.epoch();
      }
      if (!frame.has_leases()) rest.push_back(std::move(frame));
    }
    anything_folded = folded.has_folded();
    if (anything_folded) say(peer, folded);
  }
  got_[peer] = std::move(rest);
  return leases;
}

v1::Commit BrokerWorld::commit_of(const v1::Lease& lease, std::uint64_t number, std::uint64_t consumes) {
  v1::Commit commit;
  commit.set_stream(lease.stream());
  *commit.mutable_epoch() = lease.epoch();
  commit.set_commit_number(number);
  commit.set_consumes(consumes);
  return commit;
}

void BrokerWorld::commit(std::uint64_t peer, const std::vector<v1::Commit>& commits) {
  v1::ClientFrame frame;
  frame.mutable_commits()->set_next_wake_within_ms(4'000);
  for (const auto& one : commits) frame.mutable_commits()->add_commits(one.SerializeAsString());
  say(peer, frame);
  round();
}

v1::PublishAck BrokerWorld::publish(std::uint64_t peer, const v1::Request& request) {
  v1::ClientFrame frame;
  frame.mutable_publish()->set_tag(1);
  *frame.mutable_publish()->mutable_request() = request;
  say(peer, frame);
  round();
  const auto acks = publish_acks(peer);
  EXPECT_EQ(acks.size(), 1u);
  return acks.empty() ? v1::PublishAck() : acks.front();
}

#define HUYING_GATHER(function, Item, has_body, body, items)                   \
  std::vector<v1::Item> BrokerWorld::function(std::uint64_t peer) {            \
    std::vector<v1::Item> out;                                                 \
    std::vector<v1::BrokerFrame> rest;                                         \
    for (auto& frame : frames(peer)) {                                         \
      if (frame.has_body())                                                    \
        for (const auto& item : frame.body().items()) out.push_back(item);     \
      else                                                                     \
        rest.push_back(std::move(frame));                                      \
    }                                                                          \
    got_[peer] = std::move(rest);                                              \
    return out;                                                                \
  }
HUYING_GATHER(publish_acks, PublishAck, has_publish_acks, publish_acks, acks)
HUYING_GATHER(action_replies, ActionReply, has_action_replies, action_replies, replies)
HUYING_GATHER(deliveries, Delivery, has_deliveries, deliveries, deliveries)
HUYING_GATHER(commit_acks, CommitAck, has_commit_acks, commit_acks, acks)
HUYING_GATHER(events, EventDelivery, has_events, events, events)
#undef HUYING_GATHER

std::vector<v1::Refusal> BrokerWorld::refusals(std::uint64_t peer) {
  std::vector<v1::Refusal> out;
  std::vector<v1::BrokerFrame> rest;
  for (auto& frame : frames(peer)) {
    if (frame.has_refusal())
      out.push_back(frame.refusal());
    else
      rest.push_back(std::move(frame));
  }
  got_[peer] = std::move(rest);
  return out;
}

v1::Request request_for(const std::string& source_id, const std::string& cell) {
  v1::Request request;
  request.set_source_id(source_id);
  if (!cell.empty()) request.mutable_location()->set_cell(cell);
  request.mutable_text()->set_plain("路灯不亮");
  return request;
}

v1::ClientFrame act_frame(std::uint64_t tag, const std::string& action_id, const std::string& number,
                          v1::ActionKind kind) {
  v1::ClientFrame frame;
  auto& act = *frame.mutable_act();
  act.set_tag(tag);
  act.mutable_action()->set_action_id(action_id);
  act.mutable_action()->set_case_number(number);
  act.mutable_action()->set_kind(kind);
  return frame;
}

v1::ClientFrame subscribe_frame(const std::string& name, const std::vector<std::string>& subjects) {
  v1::ClientFrame frame;
  auto& subscribe = *frame.mutable_subscribe();
  subscribe.set_name(name);
  for (const auto& subject : subjects) subscribe.add_subjects(subject);
  subscribe.set_cursor(true);
  subscribe.mutable_credit()->set_messages(1'000);
  subscribe.mutable_credit()->set_bytes(1 << 20);
  return frame;
}

}  // namespace huying::broker
