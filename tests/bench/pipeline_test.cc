// Runs `huying bench pipeline` as anybody would, small, in each mode, and counts. No timing is asserted: the machine that
// runs the tests is busy with other things.
#include <gmock/gmock.h>

#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/bench/bench_directory.h"
#include "tests/bench/request_frames.h"
#include "huying/v1/session.pb.h"

namespace huying::bench {
namespace {

constexpr std::uint64_t requests = 2'000;

struct Outcome {
  int exit_code = -1;
  std::string out;
};

Outcome run_program(const std::string& arguments) {
  Outcome outcome;
  FILE* pipe = ::popen((std::string(HUYING_PROGRAM) + " bench pipeline " + arguments).c_str(), "r");
  if (pipe == nullptr) return outcome;
  char buffer[4096];
  while (const auto got = std::fread(buffer, 1, sizeof buffer, pipe)) outcome.out.append(buffer, got);
  const int status = ::pclose(pipe);
  outcome.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return outcome;
}

nlohmann::json figures_of(const std::string& arguments, std::uint64_t count = requests) {
  const auto outcome = run_program("--json --cells 9 --requests " + std::to_string(count) + " " + arguments);
  EXPECT_EQ(outcome.exit_code, 0) << outcome.out;
  EXPECT_EQ(std::count(outcome.out.begin(), outcome.out.end(), '\n'), 1) << "one line";
  return nlohmann::json::parse(outcome.out, nullptr, false);
}

void expect_all_went_through(const nlohmann::json& figures, std::uint64_t count = requests) {
  ASSERT_TRUE(figures.is_object());
  EXPECT_EQ(figures["acknowledged"], count);
  EXPECT_EQ(figures["committed"], count);
  EXPECT_EQ(figures["demonstration"], true);
  EXPECT_GT(figures["syncs_per_1000"], 0.0);
}

TEST(BenchPipeline, EachRequestSolvedOnTheSpotIsAcknowledgedAndCommittedAndNoneStaysOpen) {
  const auto figures = figures_of("");
  expect_all_went_through(figures);
  EXPECT_EQ(figures["open_cases"], 0);
}

TEST(BenchPipeline, EachRequestIsAcceptedFedBackAndResolvedByActions) {
  const auto figures = figures_of("--by-action");
  expect_all_went_through(figures);
  EXPECT_EQ(figures["open_cases"], 0);
}

TEST(BenchPipeline, EachCaseThatIsLeftOpenStaysOpen) {
  const auto figures = figures_of("--leave-open");
  expect_all_went_through(figures);
  EXPECT_GE(figures["open_cases"], requests);
}

TEST(BenchPipeline, AtARateEachRequestIsStillSent) {
  const auto figures = figures_of("--rate 2000 --in-flight 100");
  expect_all_went_through(figures);
}

TEST(BenchPipeline, OneRequestAtATimeCostsOneSyncForItAndOneForItsCommit) {
  constexpr std::uint64_t few = 500;  // each waits for two syncs
  const auto figures = figures_of("--in-flight 1", few);
  expect_all_went_through(figures, few);
  EXPECT_GE(figures["syncs_per_1000"], 1999.0);
  EXPECT_LE(figures["syncs_per_1000"], 2050.0);
}

TEST(BenchPipeline, NothingIsLeftBehindInTheFolder) {
  std::string folder = std::filesystem::temp_directory_path().string() + "/huying-bench-test-XXXXXX";
  ASSERT_NE(::mkdtemp(folder.data()), nullptr);
  const auto outcome = run_program("--json --cells 4 --requests 100 --folder " + folder);
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_TRUE(std::filesystem::is_empty(folder));
  std::filesystem::remove_all(folder);
}

TEST(RequestFrames, EachFrameCarriesItsOwnTagAndSourceIdIn300BytesOfPayload) {
  RequestFrames frames(3, Life::solved_on_spot);
  for (const std::uint64_t number : {0ull, 1ull, 12'345'678ull}) {
    v1::ClientFrame frame;
    ASSERT_TRUE(frame.ParseFromString(std::string(frames.publish(number))));
    const auto& publish = frame.publish();
    EXPECT_EQ(publish.tag(), tag_base + number);
    EXPECT_EQ(std::stoull(publish.request().source_id()), number);
    EXPECT_EQ(publish.request().ByteSizeLong(), payload_bytes);
    EXPECT_EQ(publish.request().location().cell(), cell_code(frames.cell_of(number)));
    EXPECT_EQ(publish.request().report().reporter(), worker_code(frames.cell_of(number)));
  }
}

}  // namespace
}  // namespace huying::bench
