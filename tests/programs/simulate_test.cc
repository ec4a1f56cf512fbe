// huying simulate as a user runs it: what replays, what a failing run prints, and what it ends with.
#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "tests/programs/spawned.h"

namespace huying::programs {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

Ended simulate(std::vector<std::string> words) {
  words.insert(words.begin(), {"huying", "simulate"});
  return run(std::move(words));
}

// A file of its own; gone when the test is over.
class ScenarioFile {
 public:
  ScenarioFile(const std::string& name, const std::string& text) : path_(testing::TempDir() + name) {
    std::ofstream(path_) << text;
  }
  ~ScenarioFile() { std::filesystem::remove(path_); }
  ScenarioFile(const ScenarioFile&) = delete;
  ScenarioFile& operator=(const ScenarioFile&) = delete;
  const std::string& path() const { return path_; }

 private:
  const std::string path_;
};

TEST(Simulate, OfOneSeedSaysTheSameByteForByte) {
  const std::vector<std::string> words{"--seed", "7", "--cells", "4", "--requests", "60"};
  const auto first = simulate(words), second = simulate(words);
  EXPECT_EQ(first.code, 0) << first.out << first.err;
  EXPECT_EQ(first.out, second.out);
  EXPECT_THAT(first.out, StartsWith("seed 7\n"));
  EXPECT_THAT(first.out, EndsWith("seed 7\n"));
  EXPECT_THAT(first.out, HasSubstr("I1 to I12 held"));
  EXPECT_THAT(first.err, HasSubstr("times real time"));
}

TEST(Simulate, ThatFailsSaysTheInvariantTheLastEventsAndHowToReplayIt) {
  const auto ended = simulate({"--scenario", "negative/dropped-clock", "--seed", "3", "--cells", "4"});
  EXPECT_EQ(ended.code, 1);
  EXPECT_THAT(ended.out, HasSubstr("BROKEN I5: case "));
  EXPECT_THAT(ended.out, HasSubstr("what matters"));
  EXPECT_THAT(ended.out, HasSubstr("what happened last"));
  const auto at = ended.out.find("replay: huying simulate ");
  ASSERT_NE(at, std::string::npos);
  EXPECT_THAT(ended.out.substr(at),
              StartsWith("replay: huying simulate --scenario negative/dropped-clock --seed 3 --cells 4\n"));
}

// The words that a shell makes of the command are those that were given, whatever is in the path.
TEST(Simulate, ThatFailsSaysACommandThatAShellTakesForWhatWasRun) {
  const ScenarioFile file("huying it's one of mine $HOME.txtpb",
                          "workload { days: 1 rate: 1440 cells: 3 hosts: 1 requests: 40 diligence_permille: 900 }\n"
                          "breakage: 'dropped-clock'");
  const auto ended = simulate({"--scenario", file.path(), "--seed", "3"});
  ASSERT_EQ(ended.code, 1) << ended.err;
  const std::string before = "replay: huying simulate ";
  const auto at = ended.out.find(before);
  ASSERT_NE(at, std::string::npos);
  const std::string words = ended.out.substr(at + before.size(), ended.out.find('\n', at) - at - before.size());
  const auto of_shell = run({"sh", "-c", "printf '[%s]' " + words});
  EXPECT_EQ(of_shell.out, "[--scenario][" + file.path() + "][--seed][3]") << words;
}

TEST(Simulate, OfTheGreatestSeedsEndsToo) {
  const auto ended = simulate({"--seeds", "18446744073709551614..18446744073709551615", "--cells", "4", "--requests", "20"});
  EXPECT_EQ(ended.code, 0) << ended.out << ended.err;
  EXPECT_THAT(ended.out, EndsWith("seeds 18446744073709551614..18446744073709551615\n"));
}

TEST(Simulate, ThatIsAskedWronglyEndsWithTwo) {
  EXPECT_EQ(simulate({"--scenario", "no-such-thing"}).code, 2);
  EXPECT_EQ(simulate({"--seeds", "9..3"}).code, 2);
  EXPECT_EQ(simulate({"--seeds", "many"}).code, 2);
  EXPECT_EQ(simulate({"--cells", "1"}).code, 2);
  const ScenarioFile file("huying_no_such_category.txtpb",
                          "workload { days: 1 rate: 1440 cells: 3 hosts: 1 requests: 40 categories: 'nosuch' }");
  const auto ended = simulate({"--scenario", file.path()});
  EXPECT_EQ(ended.code, 2);
  EXPECT_THAT(ended.err, HasSubstr("no category is called nosuch"));
}

}  // namespace
}  // namespace huying::programs
