// Goal: a full disk, many sessions and many connections stop nobody for good. Method: a small tmpfs that is filled
// under load and has room again; 2,000 sessions; a crowd at a broker that begins with few descriptors.
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "base/limits.h"
#include "tests/e2e/lines.h"
#include "tests/e2e/outside_parts.h"
#include "tests/e2e/raw_client.h"
#include "tests/e2e/small_disk.h"
#include "tests/e2e/wenyuan.h"

namespace huying::e2e {
namespace {

using limits::MiB;

// The pool of four segments leaves 164 of 420 MiB: above the first watermark and what is to spare there.
TEST(FullDisk, under_load_both_watermarks_hold_and_with_room_again_all_goes_on_by_itself) {
  Place place;
  SmallDisk disk(place.data(), 420 * MiB);
  if (!disk.is_there()) GTEST_SKIP() << "a tmpfs cannot be mounted here: this test needs root";
  const auto serving = place.serve({"--directory", wenyuan(), "--disk-low", "120", "--disk-full", "64"});
  const auto room = [&] { return status(place).disk_room(); };
  Outside outside(place.endpoint());
  Listening listening(outside, "street.supervisor-1", v1::ROLE_STREET_SUPERVISOR, "disk", "case.>");
  Publishing publishing(outside, "hotline-12345", 32);
  std::vector<v1::Request> made;
  for (int i = 0; i < 400; ++i) made.push_back(request_in_cell("disk-" + std::to_string(i), "shiqiao-01"));
  publishing.publish({made.begin(), made.begin() + 100});
  ASSERT_TRUE(outside.run_until([&] { return publishing.is_done(); }));
  const auto number = publishing.numbers().at("disk-0");

  disk.fill(95 * MiB);
  ASSERT_TRUE(wait_until([&] { return room() == v1::DISK_ROOM_LOW; }));
  publishing.publish({made.begin() + 100, made.end()});
  ASSERT_TRUE(outside.run_until([&] { return publishing.is_done(); }));
  for (const auto& [tag, ack] : publishing.answers()) {
    if (tag <= 100) continue;
    EXPECT_EQ(ack.error(), std::uint32_t{v1::ERROR_CODE_DISK_LOW});
    EXPECT_GT(ack.retry_after_ms(), 0u);
  }
  EXPECT_EQ(error_of(act(place, "shiqiao-01.worker", "accept", number)), 0u) << "cases go on";

  disk.fill(40 * MiB);
  ASSERT_TRUE(wait_until([&] { return room() == v1::DISK_ROOM_FULL; }));
  EXPECT_EQ(error_of(act(place, "shiqiao-01.worker", "feedback", number, {"--words", "seen"})),
            std::uint32_t{v1::ERROR_CODE_JOURNAL_FULL});
  disk.fill(0);
  ASSERT_TRUE(wait_until([&] { return status(place).free_bytes() == 0; })) << serving->err();
  EXPECT_TRUE(serving->is_running()) << serving->err();

  disk.empty();
  ASSERT_TRUE(wait_until([&] { return room() == v1::DISK_ROOM_ENOUGH; }));
  publishing.publish({made.begin() + 100, made.end()});
  ASSERT_TRUE(outside.run_until([&] { return publishing.is_done(); })) << publishing.answers().size();
  EXPECT_EQ(publishing.acknowledged(), made.size());
  ASSERT_TRUE(outside.run_until([&] { return listening.count(v1::EVENT_KIND_DISPATCHED) == made.size(); }));
  EXPECT_EQ(contradiction_in(listening.heard()), "");
  EXPECT_EQ(error_of(act(place, "shiqiao-01.worker", "feedback", number, {"--words", "seen"})), 0u);
  EXPECT_EQ(stop(*serving), (Ended{0, 0})) << serving->err();
  const auto checked = verify(place);
  EXPECT_TRUE(checked.ok()) << checked.out << checked.err;
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::size_t many_sessions = 500;  // instrumented code cannot keep 2,000 alive in one thread
#else
constexpr std::size_t many_sessions = 2'000;
#endif

TEST(ManySessions, are_served_at_once) {
  constexpr rlim_t descriptors_needed = 9'000;  // of this process: a socket and a mailbox each, and some
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  if (limit.rlim_max < descriptors_needed) GTEST_SKIP() << "this process may not have so many descriptors";
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
  constexpr std::size_t sessions = many_sessions;
  Place place;
  const auto serving = place.serve({"--directory", wenyuan()});
  Outside outside(place.endpoint());
  std::vector<client::Session*> all;
  for (std::size_t i = 0; i < sessions; ++i) {
    all.push_back(&outside.open("hotline-12345", v1::ROLE_PUBLISHER));
    ASSERT_TRUE(all.back()->start());
    if (i % 50 == 0) outside.run_until([] { return false; }, std::chrono::milliseconds(1));
  }
  const auto stand = [&] {
    return static_cast<std::size_t>(
        std::count_if(all.begin(), all.end(), [](const auto* one) { return one->welcomed(); }));
  };
  ASSERT_TRUE(outside.run_until([&] { return stand() == sessions; }, 2 * patience)) << stand();
  Publishing publishing(outside, "hotline-12345");
  publishing.publish({request_in_cell("among-many", "shiqiao-01")});
  ASSERT_TRUE(outside.run_until([&] { return publishing.is_done(); }));
  EXPECT_EQ(publishing.acknowledged(), 1u);
  // Meanwhile they go on: who does not run is silent, and a silent session ends. Instrumented code on a crowded machine is late
  // with some of them all the same; those dial anew, and once all stand.
  std::atomic<bool> told{false};
  std::size_t counted = 0;
  std::thread asking([&] {
    for (int tries = 0; tries < 20 && counted < sessions; ++tries) counted = std::max<std::size_t>(counted, status(place).sessions());
    told = true;
  });
  EXPECT_TRUE(outside.run_until([&] { return told.load(); }, 2 * patience));
  asking.join();
  EXPECT_GE(counted, sessions);
  EXPECT_TRUE(serving->is_running());
}

TEST(DescriptorLimit, is_raised_as_far_as_the_process_may_so_that_a_crowd_does_not_end_it) {
  Place place;
  Process::Options options;
  options.arguments = {"/usr/bin/prlimit", "--nofile=256:4096", HUYING_PROGRAM, "serve",
                       "--data", place.data(), "--directory", wenyuan()};
  options.log = place.path("crowded");
  Process serving(std::move(options));
  ASSERT_TRUE(wait_until([&] { return serving.out().find("listening at") != std::string::npos; })) << serving.err();
  std::vector<std::unique_ptr<RawClient>> crowd;
  for (int i = 0; i < 600; ++i) {
    crowd.push_back(std::make_unique<RawClient>(place.endpoint()));
    crowd.back()->send(std::vector<std::string>{"x"});
  }
  RawClient late(place.endpoint());
  EXPECT_TRUE(wait_until([&] { return late.hello("hotline-12345", v1::ROLE_PUBLISHER); }));
  EXPECT_TRUE(serving.is_running()) << serving.err();
}

}  // namespace
}  // namespace huying::e2e
