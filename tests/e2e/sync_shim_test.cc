// Goal: I1, acknowledged is on disk. Method: `huying serve` runs with a library preloaded that holds or fails fdatasync
// when the test says so; publisher and subscriber look from outside.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "tests/e2e/lines.h"
#include "tests/e2e/outside_parts.h"
#include "tests/e2e/wenyuan.h"

namespace huying::e2e {
namespace {

constexpr std::size_t count = 20;
// How long nothing must come while the disk is held: shorter than the silence that ends a session.
constexpr std::chrono::milliseconds observation{1500};

std::vector<v1::Request> requests(std::string_view prefix, std::size_t how_many) {
  std::vector<v1::Request> made;
  for (std::size_t i = 0; i < how_many; ++i)
    made.push_back(request_in_cell(std::string(prefix) + std::to_string(i), "shiqiao-01"));
  return made;
}

class SyncShim : public testing::Test {
 protected:
  void SetUp() override {
    const char* options = std::getenv("ASAN_OPTIONS");
    place_.set_environment({"LD_PRELOAD=" HUYING_SYNC_SHIM, "HUYING_SYNC_HOLD=" + hold_, "HUYING_SYNC_FAIL=" + fail_,
                            std::string("ASAN_OPTIONS=verify_asan_link_order=0:") + (options ? options : "")});
    serving_ = place_.serve({"--directory", wenyuan()});
    outside_ = std::make_unique<Outside>(place_.endpoint());
    publishing_ = std::make_unique<Publishing>(*outside_, "hotline-12345");
    listening_ = std::make_unique<Listening>(*outside_, "street.supervisor-1", v1::ROLE_STREET_SUPERVISOR, "shim",
                                             "case.>");
    publishing_->publish(requests("healthy-", 1));
    ASSERT_TRUE(outside_->run_until([&] { return publishing_->acknowledged() == 1 && !listening_->heard().empty(); }));
  }

  void TearDown() override { std::filesystem::remove(hold_); }

  Place place_;
  const std::string hold_ = place_.path("hold"), fail_ = place_.path("fail");
  std::unique_ptr<Process> serving_;
  std::unique_ptr<Outside> outside_;
  std::unique_ptr<Publishing> publishing_;
  std::unique_ptr<Listening> listening_;
};

TEST_F(SyncShim, while_fdatasync_is_held_nobody_is_acknowledged_and_nothing_is_delivered_and_released_all_are) {
  write_file(hold_, "");
  publishing_->publish(requests("held-", count));
  ASSERT_TRUE(outside_->run_until([&] { return std::filesystem::exists(hold_ + ".waiting"); }));
  const auto answers = publishing_->answers().size();
  const auto events = listening_->heard().size();
  const bool something_came = outside_->run_until(
      [&] { return publishing_->answers().size() != answers || listening_->heard().size() != events; }, observation);
  EXPECT_FALSE(something_came) << publishing_->answers().size() << " answers, " << listening_->heard().size()
                               << " events";
  EXPECT_EQ(answers, 1u);

  std::filesystem::remove(hold_);
  EXPECT_TRUE(outside_->run_until([&] {
    return publishing_->acknowledged() == 1 + count && listening_->count(v1::EVENT_KIND_DISPATCHED) == 1 + count;
  })) << publishing_->acknowledged();
  EXPECT_EQ(contradiction_in(listening_->heard()), "");
}

TEST_F(SyncShim, when_fdatasync_fails_the_process_ends_with_the_exit_code_of_a_failed_disk_and_acknowledges_nothing) {
  write_file(fail_, "");
  publishing_->publish(requests("failed-", count));
  ASSERT_TRUE(outside_->run_until([&] { return !serving_->is_running(); }));
  EXPECT_EQ(serving_->wait(), (Ended{6, 0})) << serving_->err();
  EXPECT_NE(serving_->err().find("E5003"), std::string::npos) << serving_->err();
  outside_->run_until([] { return false; }, std::chrono::milliseconds(200));  // whatever is on its way
  EXPECT_EQ(publishing_->answers().size(), 1u);

  // The disk is well again: what nobody was promised is simply published again.
  std::filesystem::remove(fail_);
  serving_ = place_.serve();
  ASSERT_TRUE(outside_->run_until([&] { return publishing_->is_done(); }));
  EXPECT_EQ(publishing_->acknowledged(), 1 + count);
  ASSERT_TRUE(outside_->run_until([&] { return listening_->count(v1::EVENT_KIND_DISPATCHED) == 1 + count; }));
  EXPECT_EQ(contradiction_in(listening_->heard()), "");
  EXPECT_EQ(stop(*serving_), (Ended{0, 0}));
  const auto checked = verify(place_);
  EXPECT_TRUE(checked.ok()) << checked.out << checked.err;
}

}  // namespace
}  // namespace huying::e2e
