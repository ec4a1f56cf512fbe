// Goal: I11 over restarts of either side. A subscriber sees each event of its subjects at least once, its numbers have no hole
// within a generation, and a cursor that is lost, or of a history that is not this journal's, is told.
// Method: the production client against the production core on a disk in memory, in virtual time; the power goes at each
// effect of the disk in turn, with chosen fates for what was not synced.
#include <random>
#include <set>

#include "client/subscriber.h"
#include "proto/errors.h"
#include "tests/broker/subscribing_world.h"
#include "tests/client/recorded_sink.h"

namespace huying::broker {
namespace {

using Texts = std::multiset<std::string>;

// A program that subscribes: it lives on while the broker dies, or dies itself.
class Program {
 public:
  explicit Program(Texts& seen, const std::string& name = "wall") : seen_(seen) {
    client::SubscriberOptions options;
    options.subscribe.set_name(name);
    options.subscribe.add_subjects("case.>");
    options.subscribe.set_cursor(true);
    options.credit_messages = 6;
    subscriber_ = std::make_unique<client::Subscriber>(
        sink_, options,
        client::SubscriberCallbacks{
            .on_event = [this](const auto& event) { seen_.insert(event.event()); },
            .on_progress = {},
            .on_subscribed = [this](const auto& subscribed) { begins.push_back(subscribed.begin()); },
            .on_gap = {},
            .on_refused = [this](const Error& error) { refused = error.code; },
            .on_waiting = {}});
  }
  void dial(BrokerWorld& world, std::uint64_t peer) {
    peer_ = peer;
    world.hello(peer_, "street-1", v1::ROLE_STREET_SUPERVISOR);
  }
  void lost() { subscriber_->on_lost(); }
  // What the last round brought, and the answers for the next.
  void listen(BrokerWorld& world) {
    for (const auto& frame : world.frames(peer_)) {
      if (frame.has_welcome())
        subscriber_->on_welcome(frame.welcome());
      else
        subscriber_->on_frame(frame);
    }
    for (const auto& frame : sink_.take()) world.say(peer_, frame);
  }
  std::uint64_t gaps() const { return subscriber_->gaps(); }

  std::vector<v1::Subscribed::Begin> begins;
  std::uint32_t refused = 0;

 private:
  Texts& seen_;
  client::RecordedSink sink_;
  std::unique_ptr<client::Subscriber> subscriber_;
  std::uint64_t peer_ = 0;
};

class SubscriptionCursor : public testing::Test {
 protected:
  // Everything that was ever committed, by the journal.
  static Texts committed(BrokerWorld& world) {
    Texts out;
    v1::Commit commit;
    EXPECT_TRUE(world.journal().read(Position{}, [&](const journal::Record& record) {
      if (record.kind != v1::RECORD_KIND_COMMIT) return journal::Sink::more;
      EXPECT_TRUE(commit.ParseFromArray(record.payload.data(), static_cast<int>(record.payload.size())));
      for (const auto& event : commit.events()) out.insert(event.event());
      return journal::Sink::more;
    }));
    return out;
  }
  static void settle(BrokerWorld& world, Program& program, int rounds = 12) {
    for (int i = 0; i < rounds; ++i) {
      world.round();
      program.listen(world);
    }
  }
  static void commit(BrokerWorld& world, const v1::Lease& lease, std::uint64_t number, const std::vector<std::string>& texts) {
    auto one = world.commit_of(lease, number, 0);
    for (const auto& text : texts) {
      one.add_events()->set_kind(v1::EVENT_KIND_ACCEPTED);
      one.mutable_events(one.events_size() - 1)->set_event(text);
    }
    v1::ClientFrame frame;
    frame.mutable_commits()->set_next_wake_within_ms(4'000);
    frame.mutable_commits()->add_commits(one.SerializeAsString());
    world.say(5, frame);
  }
};

// A broker and a host that commits; saves cursors as the shell does. False when the power went.
class Story {
 public:
  explicit Story(BrokerWorld& world, Program& program) : world_(world), program_(program) {}

  void begin(std::uint64_t life) {
    program_.dial(world_, 100 + life);
    world_.round();
    lease_ = world_.host(5, "host-1").at("a-01");
    number_ = 0;
  }
  bool go_on(int steps) {
    for (int step = 0; step < steps; ++step) {
      if (subscribed()) {
        auto one = BrokerWorld::commit_of(lease_, ++number_, 0);
        for (int i = 0; i < 3; ++i) {
          one.add_events()->set_kind(v1::EVENT_KIND_ACCEPTED);
          one.mutable_events(i)->set_event("e" + std::to_string(++said_));
        }
        v1::ClientFrame frame;
        frame.mutable_commits()->set_next_wake_within_ms(4'000);
        frame.mutable_commits()->add_commits(one.SerializeAsString());
        world_.say(5, frame);
      }
      world_.pass(std::chrono::milliseconds(300));
      if (!world_.try_round()) return false;
      program_.listen(world_);
      if (step % 3 == 2 && !world_.journal().save_cursors(world_.core().take_changed_cursors())) return false;
    }
    return true;
  }
  bool subscribed() const { return !program_.begins.empty(); }

 private:
  BrokerWorld& world_;
  Program& program_;
  v1::Lease lease_;
  std::uint64_t number_ = 0;
  int said_ = 0;
};

void expect_each_once(const Texts& committed, const Texts& seen, std::uint64_t at) {
  for (const auto& text : committed) EXPECT_EQ(seen.count(text), 1u) << text << ", power lost at effect " << at;
  EXPECT_EQ(seen.size(), committed.size()) << "power lost at effect " << at;
}

TEST_F(SubscriptionCursor, a_program_that_lives_on_sees_each_event_once_wherever_the_power_goes) {
  std::uint64_t effects = 0;
  std::mt19937 random(5);
  for (std::uint64_t at = 0; at == 0 || at < effects; ++at) {
    BrokerWorld world;
    Texts seen;
    Program program(seen);
    Story story(world, program);
    story.begin(1);
    const std::uint64_t before = world.disk().effects();
    if (at > 0) world.disk().lose_power_at(before + at);
    const bool whole = story.go_on(14);
    if (at == 0) {
      effects = world.disk().effects() - before;
      ASSERT_GT(effects, 30u);
    }
    if (!whole) {
      world.crash_and_restart([&](std::uint64_t sides) { return random() % sides; });
      program.lost();
      story.begin(2);
      ASSERT_TRUE(story.go_on(6));
    }
    settle(world, program);
    expect_each_once(committed(world), seen, at);
    EXPECT_EQ(program.gaps(), 0u) << "power lost at effect " << at;
    EXPECT_EQ(program.refused, 0u);
  }
}

TEST_F(SubscriptionCursor, a_program_that_dies_with_the_broker_misses_none_wherever_the_power_goes) {
  std::uint64_t effects = 0;
  std::mt19937 random(6);
  for (std::uint64_t at = 0; at == 0 || at < effects; ++at) {
    BrokerWorld world;
    Texts seen;
    auto program = std::make_unique<Program>(seen);
    auto story = std::make_unique<Story>(world, *program);
    story->begin(1);
    const std::uint64_t before = world.disk().effects();
    if (at > 0) world.disk().lose_power_at(before + at);
    const bool whole = story->go_on(14);
    if (at == 0) effects = world.disk().effects() - before;
    const bool was_subscribed = story->subscribed();
    world.crash_and_restart([&](std::uint64_t sides) { return random() % sides; });
    story.reset();
    program = std::make_unique<Program>(seen);
    program->dial(world, 300);
    settle(world, *program);
    EXPECT_EQ(program->gaps(), 0u);
    if (was_subscribed) {
      EXPECT_EQ(program->begins.at(0), v1::Subscribed::RESUMED) << "power lost at effect " << at;
    }
    for (const auto& text : committed(world)) EXPECT_GE(seen.count(text), 1u) << text << ", power lost at " << at << whole;
  }
}

// A street whose subscriber has seen some events, and whose cursor is on disk.
class SubscriptionRestored : public SubscriptionCursor {
 protected:
  SubscriptionRestored() {
    program.dial(world, 100);
    world.round();
    lease = world.host(5, "host-1").at("a-01");
    settle(world, program, 4);
  }
  void commit_and_see(const std::vector<std::string>& texts) {
    commit(world, lease, ++number, texts);
    settle(world, program, 3);
    world.pass(std::chrono::milliseconds(1100));
    settle(world, program, 2);
    world.save_cursors();
  }
  void back_with(Program& one, std::uint64_t peer) {
    one.dial(world, peer);
    world.round();
    lease = world.host(5, "host-1").at("a-01");
    number = 0;
    settle(world, one, 4);
  }
  BrokerWorld world;
  Texts seen;
  Program program{seen};
  v1::Lease lease;
  std::uint64_t number = 0;
};

TEST_F(SubscriptionRestored, a_lost_cursor_begins_at_the_first_record_and_says_so) {
  commit_and_see({"a", "b"});
  world.crash_and_restart();
  ASSERT_TRUE(world.journal().set_cursor("another", "x"));  // makes an own file to spoil: of no use as a state, too
  for (const auto& path : world.disk().files())
    if (path.find("/cursors/") != std::string::npos) world.disk().set_contents(path, "");
  world.crash_and_restart();
  Texts again;
  Program anew(again, "another");
  back_with(anew, 200);
  ASSERT_EQ(anew.begins.size(), 1u);
  EXPECT_EQ(anew.begins[0], v1::Subscribed::CURSOR_LOST);
  EXPECT_EQ(again, (Texts{"a", "b"})) << "repeats, never a hole";
  world.save_cursors();
  world.crash_and_restart();
  Texts third;
  Program once_more(third, "another");
  back_with(once_more, 201);
  EXPECT_EQ(once_more.begins.at(0), v1::Subscribed::RESUMED);
}

TEST_F(SubscriptionRestored, a_program_that_lives_on_goes_on_at_its_token_when_all_cursors_are_gone) {
  commit_and_see({"a", "b"});
  for (const auto& path : world.disk().files())
    if (path.find("/cursors/") != std::string::npos) (void)world.disk().remove(path);
  ASSERT_TRUE(world.disk().sync_folder("/data/cursors"));
  world.crash_and_restart();
  program.lost();
  back_with(program, 200);
  commit_and_see({"c"});
  EXPECT_EQ(program.begins.back(), v1::Subscribed::CURSOR_LOST);
  EXPECT_EQ(seen, (Texts{"a", "b", "c"}));
  EXPECT_EQ(program.gaps(), 0u);
}

TEST_F(SubscriptionRestored, a_cursor_that_a_restored_journal_does_not_reach_is_refused_until_it_is_placed_anew) {
  commit_and_see({"a"});
  const auto backup = world.disk().copy();
  commit_and_see({"b", "c"});
  auto mixed = backup.copy();  // the journal of the backup, the cursors of later
  for (const auto& path : world.disk().files())
    if (path.find("/cursors/") != std::string::npos) mixed.set_contents(path, world.disk().contents(path));
  world.restart_on(mixed);
  Texts after;
  Program anew(after);
  back_with(anew, 200);
  EXPECT_EQ(anew.refused, std::uint32_t{v1::ERROR_CODE_CURSOR_BEYOND_JOURNAL});

  for (int i = 0; i < 5; ++i) commit(world, lease, ++number, {"new " + std::to_string(i)});
  world.round();
  world.crash_and_restart();  // the journal's end has long passed the cursor: it is known by its history all the same
  Program later(after);
  back_with(later, 201);
  EXPECT_EQ(later.refused, std::uint32_t{v1::ERROR_CODE_CURSOR_BEYOND_JOURNAL});

  auto placed = subscribe_frame("wall", {"case.>"});
  placed.mutable_subscribe()->set_start(true);
  world.hello(202, "street-1", v1::ROLE_STREET_SUPERVISOR);
  world.say(202, placed);
  world.round();
  world.round();
  std::size_t events = world.events(202).size();
  EXPECT_EQ(events, 6u);
}

TEST_F(SubscriptionRestored, a_program_that_lives_on_over_a_restore_is_refused_by_the_token_it_saw) {
  commit_and_see({"a"});
  const auto backup = world.disk().copy();
  commit_and_see({"b", "c"});
  world.restart_on(backup);
  program.lost();
  back_with(program, 200);
  EXPECT_EQ(program.refused, std::uint32_t{v1::ERROR_CODE_CURSOR_BEYOND_JOURNAL});
}

TEST_F(SubscriptionRestored, with_other_subjects_it_goes_on_at_the_same_place_with_new_numbers) {
  commit_and_see({"a", "b"});
  world.hello(150, "street-1", v1::ROLE_STREET_SUPERVISOR);
  world.say(150, subscribe_frame("wall", {"case.*.*.a-01.*"}));
  world.round();
  v1::Subscribed said;
  for (const auto& frame : world.frames(150))
    if (frame.has_subscribed()) said = frame.subscribed();
  EXPECT_EQ(said.begin(), v1::Subscribed::RENUMBERED);
  EXPECT_EQ(said.next_consumer_sequence(), 1u);
  world.round();
  EXPECT_TRUE(world.events(150).empty()) << "what was acknowledged does not come again";
}

// Found by the simulator: an acknowledgement on its way from before took what had just been sent for seen.
TEST_F(SubscriptionRestored, an_acknowledgement_of_old_numbers_says_nothing_of_new_ones) {
  commit_and_see({"a", "b"});
  world.hello(150, "street-1", v1::ROLE_STREET_SUPERVISOR);
  auto frame = subscribe_frame("wall", {"case.>"});
  frame.mutable_subscribe()->set_start(true);
  world.say(150, frame);
  for (int i = 0; i < 3; ++i) world.round();
  ASSERT_EQ(world.events(150).size(), 2u) << "from the start, with new numbers";
  v1::ClientFrame late;
  late.mutable_acknowledge_events()->set_name("wall");
  late.mutable_acknowledge_events()->set_consumer_sequence(2);
  late.mutable_acknowledge_events()->set_generation(1);
  world.say(150, late);
  world.round();
  world.say(150, subscribe_frame("wall", {"case.>"}));
  for (int i = 0; i < 3; ++i) world.round();
  EXPECT_EQ(world.events(150).size(), 2u) << "they come again";
}

TEST_F(SubscriptionRestored, after_a_new_directory_a_lost_connection_gives_new_numbers_and_no_event_twice) {
  commit_and_see({"a", "b"});
  auto configuration = small_configuration();
  configuration.mutable_directory()->mutable_people()->RemoveLast();
  auto& person = *configuration.mutable_directory()->add_people();
  person.set_code("administrator");
  person.add_posts()->set_role(v1::ROLE_ADMINISTRATOR);
  person.mutable_posts(0)->set_place("s");
  configuration.mutable_directory()->mutable_cells(2)->set_unit("b");
  world.configure(configuration);
  program.lost();
  program.dial(world, 150);
  settle(world, program);
  EXPECT_EQ(program.begins.back(), v1::Subscribed::RENUMBERED);
  EXPECT_EQ(seen, (Texts{"a", "b"}));
}

TEST_F(SubscriptionRestored, from_a_time_it_begins_there_and_a_time_to_come_is_refused) {
  commit_and_see({"a"});
  world.pass(std::chrono::seconds(2));
  const auto between = world.now_ms();
  world.pass(std::chrono::seconds(2));
  v1::ClientFrame goodbye;
  goodbye.mutable_goodbye();
  world.say(5, goodbye);
  world.hello(160, "street-1", v1::ROLE_STREET_SUPERVISOR);
  world.round();
  lease = world.host(6, "host-2").at("a-01");
  auto one = BrokerWorld::commit_of(lease, 1, 0);
  one.add_events()->set_kind(v1::EVENT_KIND_ACCEPTED);
  one.mutable_events(0)->set_event("later");
  world.commit(6, {one});
  auto frame = subscribe_frame("from", {"case.>"});
  frame.mutable_subscribe()->set_time_ms(between);
  world.say(160, frame);
  for (int i = 0; i < 3; ++i) world.round();
  const auto events = world.events(160);
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].event(), "later");
  frame.mutable_subscribe()->set_time_ms(world.now_ms() + 60'000);
  world.say(160, frame);
  world.round();
  EXPECT_EQ(world.refusals(160).at(0).error(), std::uint32_t{v1::ERROR_CODE_FIELD_INVALID});
}

}  // namespace
}  // namespace huying::broker
