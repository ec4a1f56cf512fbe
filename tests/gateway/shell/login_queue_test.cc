// Whose password is checked next, and who gets no place; and a whole street that begins at the same minute.
#include "gateway/shell/login_queue.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <atomic>
#include <map>
#include <thread>

#include "gateway/accounts/password.h"
#include "proto/errors.h"
#include "tests/gateway/shell/world.h"

namespace huying::gateway {
namespace {

using std::chrono::seconds;

const SteadyInstant begin{seconds(1'000)};

WaitingLogin login(const std::string& person, const std::string& place, bool is_known_place = false) {
  return {person, place, "made up", is_known_place, {}, {}};
}

std::string order_of(LoginQueue& queue) {
  std::string order;
  while (const auto one = queue.next()) order += one->person + " ";
  return order;
}

TEST(LoginQueue, EachPlaceHasItsTurn) {
  LoginQueue queue;
  for (const auto* person : {"a1", "a2", "a3", "a4"}) EXPECT_FALSE(queue.add(login(person, "office"), begin));
  EXPECT_FALSE(queue.add(login("b1", "phone"), begin));
  EXPECT_FALSE(queue.add(login("c1", "wall"), begin));
  EXPECT_FALSE(queue.add(login("c2", "wall"), begin));
  EXPECT_EQ(queue.next()->person, "a1");
  EXPECT_FALSE(queue.add(login("d1", "late"), begin));
  EXPECT_EQ(order_of(queue), "b1 c1 a2 d1 c2 a3 a4 ");
  EXPECT_EQ(queue.size(), 0u);
}

TEST(LoginQueue, ThePilotsStreetFitsFromOneAddress) {
  LoginQueue queue;
  for (int i = 0; i < 256; ++i) EXPECT_FALSE(queue.add(login(fmt::format("worker-{}", i), "office"), begin)) << i;
  const auto refused = queue.add(login("one too many", "office"), begin);
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->person, "one too many");
}

TEST(LoginQueue, NoPlaceFillsItAlone) {
  LoginQueue queue({.waiting_max = 4});
  for (const auto* person : {"a1", "a2", "a3", "a4"}) EXPECT_FALSE(queue.add(login(person, "flood"), begin));
  EXPECT_EQ(queue.add(login("b1", "home"), begin)->person, "a4") << "the flood's last gives way";
  EXPECT_EQ(queue.add(login("b2", "home"), begin)->person, "a3");
  EXPECT_EQ(queue.add(login("b3", "home"), begin)->person, "b3") << "it has as many as the other";
  EXPECT_EQ(queue.add(login("c1", "street"), begin)->person.front(), 'a');
  EXPECT_EQ(queue.size(), 4u);
}

TEST(LoginQueue, NoAccountFillsItAloneAndAStrangerKeepsNobodyOut) {
  LoginQueue queue;
  for (int i = 0; i < 4; ++i) EXPECT_FALSE(queue.add(login("a", "here"), begin));
  EXPECT_TRUE(queue.add(login("a", "here"), begin)) << "the fifth of one person from one place";
  EXPECT_FALSE(queue.add(login("b", "here"), begin)) << "another person";
  for (int i = 4; i < 32; ++i) EXPECT_FALSE(queue.add(login("a", fmt::format("strange-{}", i)), begin));
  EXPECT_TRUE(queue.add(login("a", "one more"), begin)) << "from everywhere";
  EXPECT_FALSE(queue.add(login("a", "their phone", true), begin)) << "where they log in from";
}

TEST(LoginQueue, WhoWaitedTooLongIsTakenOut) {
  LoginQueue queue({.wait_max = seconds(15)});
  EXPECT_FALSE(queue.add(login("a1", "office"), begin));
  EXPECT_FALSE(queue.add(login("a2", "office"), begin + seconds(1)));
  EXPECT_FALSE(queue.add(login("b1", "phone"), begin));
  EXPECT_TRUE(queue.overdue(begin + seconds(15) - Milliseconds(1)).empty());
  const auto late = queue.overdue(begin + seconds(15));
  ASSERT_EQ(late.size(), 2u);
  EXPECT_EQ(late[0].person + late[1].person, "a1b1");
  EXPECT_EQ(queue.size(), 1u);
  EXPECT_EQ(order_of(queue), "a2 ");
}

// 67 cells, one worker each, all from the office's address.
TEST(GatewayLogins, AWholeStreetThatBeginsAtTheSameMinuteIsLetIn) {
  WorldOptions options;
  options.with_host = false;
  options.gateway.logins.queue.wait_max = std::chrono::hours(1);  // however slow the machine is
  World world(options);
  const std::string password = "made up for a test 1", hash = accounts::hash_password(password);
  std::vector<std::string> people;
  world.on_gateway([&] {
    for (const auto& person : world.gateway().directory()->directory().people()) {
      if (people.size() == 67) break;
      people.push_back(person.code());
      ASSERT_TRUE(world.gateway().accounts().set_password_hash(person.code(), hash));
    }
  });
  ASSERT_EQ(people.size(), 67u);
  std::vector<unsigned> statuses(people.size());
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < people.size(); ++i)
    threads.emplace_back([&, i] { statuses[i] = world.browser().post("/api/v1/session", {{"person", people[i]}, {"password", password}}).status; });
  for (auto& thread : threads) thread.join();
  EXPECT_THAT(statuses, testing::Each(200u));
}

// Nothing is checked here, so all wait for good.
TEST(GatewayLogins, WhoeverWaitsHoldsUpNobodyElseAndBeyondTheQueueOneIsToldWhenToComeAgain) {
  WorldOptions options;
  options.with_host = false;
  options.gateway.logins = {.at_once = 0, .queue = {.waiting_max = 3}};
  World world(options);
  const auto log_in = [&](const std::string& person, const std::string& from) {
    return world.browser().post("/api/v1/session", {{"person", person}, {"password", "x"}}, {{"X-Forwarded-For", from}});
  };
  const auto waiting = [&] {
    std::size_t count = 0;
    world.on_gateway([&] { count = world.gateway().logins().waiting(); });
    return count;
  };
  std::atomic<int> gave_way{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i)
    threads.emplace_back([&, i] {
      if (log_in(fmt::format("person-{}", i), "203.0.113.1").status == 503) ++gave_way;
    });
  ASSERT_TRUE(wait_until([&] { return waiting() == 3; }));
  EXPECT_EQ(world.browser().get("/api/v1/street").status, 200u) << "served while passwords wait";
  for (int i = 0; i < 10; ++i) {
    const auto busy = log_in("person-3", "203.0.113.1");
    EXPECT_EQ(busy.status, 503u) << busy.body;
    EXPECT_EQ(busy.number(), v1::ERROR_CODE_GATEWAY_BUSY) << "not locked: nothing was tried";
    EXPECT_EQ(busy.header("retry-after"), "5");
  }
  threads.emplace_back([&] { log_in("person-4", "203.0.113.2"); });
  ASSERT_TRUE(wait_until([&] { return gave_way == 1; })) << "one from the full place gave way to one from elsewhere";
  EXPECT_EQ(waiting(), 3u);
  world.stop_gateway();
  for (auto& thread : threads) thread.join();
}

}  // namespace
}  // namespace huying::gateway
