// Goal: a slow subscriber delays nobody and costs the broker little; names hold over a kill -9 of the broker.
// Method: real processes and sockets; a client that never reads is a bare socket that goes on sending signs of life.
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>

#include "base/limits.h"
#include "proto/event_cost.h"
#include "tests/e2e/lines.h"
#include "tests/e2e/outside_parts.h"
#include "tests/e2e/raw_client.h"
#include "tests/e2e/stall_witness.h"
#include "tests/e2e/wenyuan.h"

namespace huying::e2e {
namespace {

std::size_t resident_bytes(const Process& process) {
  for (const auto& line : lines_of(read_file("/proc/" + std::to_string(process.id()) + "/status")))
    if (line.starts_with("VmRSS:")) return std::stoul(line.substr(6)) * 1024;
  return 0;
}

std::vector<v1::Request> requests(std::string_view prefix, std::size_t how_many) {
  const char* cells[] = {"shiqiao-01", "shiqiao-02", "liulin-01", "wenhua-05"};
  std::vector<v1::Request> made;
  for (std::size_t i = 0; i < how_many; ++i)
    made.push_back(request_in_cell(std::string(prefix) + std::to_string(i), cells[i % 4]));
  return made;
}

TEST(SlowSubscriber, that_never_reads_while_20000_requests_flow_delays_nobody_and_then_reads_all_without_a_gap) {
  constexpr std::size_t count = 20'000, events = 2 * count;  // filed and dispatched
  const StallWitness stalls;
  Place place;
  const auto serving = place.serve({"--directory", wenyuan()});
  const auto many = requests("slow-", count - 200);  // made before: no session waits meanwhile
  RawClient sleeper(place.endpoint());
  ASSERT_TRUE(sleeper.hello("street.supervisor-2", v1::ROLE_STREET_SUPERVISOR));
  v1::ClientFrame frame;
  frame.mutable_subscribe()->set_name("sleeper");
  frame.mutable_subscribe()->add_subjects("case.>");
  frame.mutable_subscribe()->set_start(true);
  frame.mutable_subscribe()->mutable_credit()->set_messages(4'000'000'000u);
  frame.mutable_subscribe()->mutable_credit()->set_bytes(std::uint64_t{1} << 60);
  sleeper.send(frame);

  Outside outside(place.endpoint());
  Listening listening(outside, "street.supervisor-1", v1::ROLE_STREET_SUPERVISOR, "awake", "case.>");
  Publishing publishing(outside, "hotline-12345", 256);
  v1::ClientFrame sign;
  sign.mutable_heartbeat();
  // The sleeper lives, and reads nothing.
  const auto with_signs = [&](const std::function<bool()>& holds) {
    return [&sleeper, &sign, holds, next = std::chrono::steady_clock::time_point()]() mutable {
      if (const auto now = std::chrono::steady_clock::now(); now >= next) {
        sleeper.send(sign);
        next = now + std::chrono::milliseconds(200);
      }
      return holds();
    };
  };
  const auto is_done = with_signs([&] { return publishing.is_done(); });
  publishing.publish(requests("warm-", 200));
  ASSERT_TRUE(outside.run_until(is_done));
  [[maybe_unused]] const auto before = resident_bytes(*serving);
  publishing.publish(many);
  ASSERT_TRUE(outside.run_until(is_done, 3 * patience));
  EXPECT_EQ(publishing.acknowledged(), count);
  ASSERT_TRUE(outside.run_until(with_signs([&] { return listening.heard().size() == events; }), 2 * patience))
      << listening.heard().size();
  EXPECT_TRUE(listening.is_contiguous());
  EXPECT_EQ(listening.gaps(), 0u);
  if (stalls.saw_none()) {
    EXPECT_EQ(listening.dials(), 1u);
  }
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  // 20,000 cases of its own host and their keys are among it.
  EXPECT_LT(resident_bytes(*serving), before + 96 * limits::MiB);
#endif

  std::uint64_t next = 1;
  std::uint64_t bytes = 0;
  while (next <= events) {
    const auto answer = sleeper.receive();
    ASSERT_TRUE(answer.has_value()) << next;
    ASSERT_FALSE(answer->has_refusal()) << answer->ShortDebugString();
    for (const auto& event : answer->events().events()) {
      ASSERT_EQ(event.consumer_sequence(), next) << "without a gap";
      ++next;
      bytes += event_cost(event.subject(), event.event());
    }
    if (answer->events().events_size() == 0) continue;
    v1::ClientFrame reply;
    reply.mutable_acknowledge_events()->set_name("sleeper");
    reply.mutable_acknowledge_events()->set_consumer_sequence(next - 1);
    sleeper.send(reply);
    v1::ClientFrame credit;
    credit.mutable_credit()->set_name("sleeper");
    credit.mutable_credit()->set_messages(100'000);
    credit.mutable_credit()->set_bytes(8 * limits::MiB);
    sleeper.send(credit);
  }
  EXPECT_GT(bytes, static_cast<std::uint64_t>(limits::subscription_bytes_max) / 2) << "more than a window";
  EXPECT_EQ(stop(*serving), (Ended{0, 0}));
  const auto checked = verify(place);
  EXPECT_TRUE(checked.ok()) << checked.out << checked.err;
}

TEST(SlowSubscriber, three_hundred_names_see_everything_once_over_a_kill_of_the_broker) {
  constexpr std::size_t names = 300, count = 120;
  Place place;
  auto serving = place.serve({"--directory", wenyuan()});
  Outside outside(place.endpoint());
  std::vector<std::unique_ptr<Listening>> listening;
  for (std::size_t i = 0; i < names; ++i)
    listening.push_back(std::make_unique<Listening>(outside, "street.supervisor-1", v1::ROLE_STREET_SUPERVISOR,
                                                    "name-" + std::to_string(i), "case.>"));
  Publishing publishing(outside, "hotline-12345", 16);
  publishing.on_answer([&] {
    if (publishing.acknowledged() == count / 2) serving->signal(SIGKILL);
  });
  publishing.publish(requests("names-", count));
  ASSERT_TRUE(outside.run_until([&] { return !serving->is_running(); }));
  serving = place.serve();
  ASSERT_TRUE(outside.run_until([&] { return publishing.is_done(); }, 2 * patience));
  const auto all_heard = [&] {
    return std::all_of(listening.begin(), listening.end(),
                       [&](const auto& one) { return one->heard().size() >= 2 * count; });
  };
  ASSERT_TRUE(outside.run_until(all_heard, 2 * patience));
  for (const auto& one : listening) {
    EXPECT_EQ(one->heard().size(), 2 * count);
    EXPECT_TRUE(one->is_contiguous());
    EXPECT_EQ(one->gaps(), 0u);
    EXPECT_EQ(contradiction_in(one->heard()), "");
  }
  EXPECT_EQ(status(place).subscriptions_total(), names);
}

// ZeroMQ counts frames, not bytes: what a peer asks for and never reads must not lie in the broker's memory. What is asked
// for is the configuration, the largest answer that there is: so often that it is 256 MiB together.
TEST(SlowPeer, that_asks_and_never_reads_costs_bounded_memory_and_its_session) {
  constexpr int frames_kept = 8;  // by its own ZeroMQ
  Place place;
  const auto serving = place.serve({"--directory", wenyuan()});
  RawClient asker(place.endpoint(), frames_kept);
  ASSERT_TRUE(asker.hello("administrator", v1::ROLE_ADMINISTRATOR));
  v1::ClientFrame frame;
  frame.mutable_fetch_configuration();
  asker.send(frame);
  const auto answer = asker.receive();
  ASSERT_TRUE(answer && answer->configuration().error() == 0);
  const auto questions = 256 * limits::MiB / answer->ByteSizeLong();
  [[maybe_unused]] const auto before = resident_bytes(*serving);
  for (std::size_t i = 0; i < questions; ++i) asker.send(frame);

  const auto publisher = [&](const std::string& id) {
    Outside outside(place.endpoint());
    Publishing publishing(outside, "hotline-12345");
    publishing.publish({request_in_cell(id, "shiqiao-01")});
    return outside.run_until([&] { return publishing.is_done(); }) && publishing.acknowledged() == 1;
  };
  EXPECT_TRUE(publisher("beside-it"));
  // Its session is over as soon as too much waits for it: what it asks then is refused, and not kept.
  ASSERT_TRUE(wait_until([&] { return status(place).sessions() == 2; })) << status(place).sessions();
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  EXPECT_LT(resident_bytes(*serving), before + 64 * limits::MiB);
#endif
  EXPECT_TRUE(publisher("after-it"));
  EXPECT_TRUE(serving->is_running());
}

TEST(Names, a_name_that_is_taken_over_ends_the_older_program_with_a_word_and_a_code_of_its_own) {
  Place place;
  const auto serving = place.serve({"--directory", wenyuan()});
  const Words words{"subscribe", "case.>", "--name", "wall", "--json"};
  const auto older = place.start_asking(words, "street.supervisor-1");
  ASSERT_TRUE(wait_until([&] { return status(place).subscriptions_total() == 1; }));
  const auto newer = place.start_asking(words, "street.supervisor-1");
  const auto ended = older->wait();
  ASSERT_TRUE(ended.has_value());
  EXPECT_EQ(*ended, (Ended{8, 0})) << older->err();
  EXPECT_NE(older->err().find("订阅已被另一会话接管"), std::string::npos) << older->err();
  EXPECT_NE(older->err().find("E7006"), std::string::npos) << older->err();
  EXPECT_TRUE(newer->is_running());
}

TEST(Names, a_name_that_is_forgotten_is_gone_and_nobody_elses_is) {
  Place place;
  const auto serving = place.serve({"--directory", wenyuan()});
  const auto subscribing = place.start_asking({"subscribe", "case.>", "--name", "wall"}, "street.supervisor-1");
  ASSERT_TRUE(wait_until([&] { return status(place).subscriptions_total() == 1; }));
  EXPECT_EQ(stop(*subscribing), (Ended{0, 0}));
  const auto stranger = place.ask({"subscribe", "--name", "wall", "--forget"}, "street.supervisor-2");
  EXPECT_EQ(stranger.ended, (Ended{3, 0})) << stranger.err;
  EXPECT_NE(stranger.err.find("E7003"), std::string::npos) << stranger.err;
  EXPECT_EQ(status(place).subscriptions_total(), 1u);
  const auto forgotten = place.ask({"subscribe", "--name", "wall", "--forget"}, "street.supervisor-1");
  EXPECT_TRUE(forgotten.ok()) << forgotten.err;
  EXPECT_NE(forgotten.out.find("已放弃"), std::string::npos) << forgotten.out;
  EXPECT_EQ(status(place).subscriptions_total(), 0u);
  const auto again = place.ask({"subscribe", "--name", "wall", "--forget"}, "street.supervisor-1");
  EXPECT_EQ(again.ended, (Ended{3, 0}));
  EXPECT_NE(again.err.find("E7005"), std::string::npos) << again.err;
  const auto without = place.ask({"subscribe", "case.>", "--forget"}, "street.supervisor-1");
  EXPECT_EQ(without.ended, (Ended{2, 0})) << "--forget needs --name, and no subject";
}

}  // namespace
}  // namespace huying::e2e
