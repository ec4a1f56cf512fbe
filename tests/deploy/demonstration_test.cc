// `huying demonstrate` as a newcomer runs it, in less time: what it shows, that it stays up when told to, and that it
// leaves nothing behind: no process, no file. Its temporary folder is made below the test's own (TMPDIR).
#include <gmock/gmock.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "tests/e2e/huying.h"

namespace huying::e2e {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

constexpr std::chrono::seconds whole_story{200};  // on a crowded machine, under a sanitizer

class Demonstration : public testing::Test {
 protected:
  Demonstration() {
    std::filesystem::create_directory(temporary());
    place_.set_environment({"TMPDIR=" + temporary()});
  }

  std::string temporary() const { return place_.path("t"); }

  std::unique_ptr<Process> demonstrate(Words more) {
    Words words{"demonstrate", "--directory", wenyuan()};
    words.insert(words.end(), more.begin(), more.end());
    return place_.start(words);
  }

  // A process whose command line names our folder: the broker's child does, by --data.
  std::size_t processes_left() const {
    std::size_t found = 0;
    for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
      std::ifstream in(entry.path() / "cmdline", std::ios::binary);
      const std::string line{std::istreambuf_iterator<char>(in), {}};
      found += line.find("--data" + std::string(1, '\0') + temporary()) != std::string::npos;
    }
    return found;
  }
  bool nothing_is_left() const { return processes_left() == 0 && std::filesystem::is_empty(temporary()); }

  Place place_;
};

TEST_F(Demonstration, plays_four_days_and_leaves_nothing_behind) {
  auto shown = demonstrate({"--minutes", "0.5"});
  const auto ended = shown->wait(whole_story);
  const auto out = shown->out();
  ASSERT_TRUE(ended.has_value()) << out;
  ASSERT_EQ(*ended, (Ended{0, 0})) << out << shown->err();
  EXPECT_THAT(out, StartsWith("演示数据，全部虚构 / Demo data, all made up\n"));
  for (const auto* day : {"Day 1, Monday", "Day 2, Tuesday", "Day 3, Wednesday", "Day 4, Thursday"})
    EXPECT_THAT(out, HasSubstr(day));
  for (const auto* way : {"(by a WGS-84 point)", "(by a GCJ-02 point)", "(by a BD-09 point)", "(by address)",
                          "→ the desk (no certain place)", "the same number, nothing new"})
    EXPECT_THAT(out, HasSubstr(way));
  for (const auto* report :
       {"worker of zhuyuan-01 reports", "solved on the spot and reports", "on a citizen's behalf"})
    EXPECT_THAT(out, HasSubstr(report));
  for (const auto* step : {"desk 1 assigns it → dongquan-02", "hands it over → dongquan-03", "flags it as hard",
                           "rework", "verifies and closes it"})
    EXPECT_THAT(out, HasSubstr(step));
  for (const auto* climb : {"climbs to the unit", "climbs to the street", "climbs to the district"})
    EXPECT_THAT(out, HasSubstr(climb));
  EXPECT_THAT(out, testing::ContainsRegex("requests taken +10\n"));
  EXPECT_THAT(out, testing::ContainsRegex("sent again, nothing new +1\n"));
  EXPECT_THAT(out, testing::ContainsRegex("closed: resolved and checked +8\n"));
  EXPECT_THAT(out, testing::ContainsRegex("open +2\n"));
  EXPECT_EQ(without_word_of_silence(shown->err()), "");
  EXPECT_TRUE(nothing_is_left());
}

TEST_F(Demonstration, ends_on_an_interrupt_in_the_midst_of_the_days_and_leaves_nothing_behind) {
  auto shown = demonstrate({"--minutes", "3", "--stay", "--http", "127.0.0.1:0"});
  ASSERT_TRUE(wait_until([&] { return shown->out().find("by address") != std::string::npos; })) << shown->err();
  EXPECT_EQ(processes_left(), 1u);
  shown->signal(SIGINT);
  EXPECT_EQ(shown->wait(), (Ended{1, 0})) << shown->err();
  EXPECT_TRUE(nothing_is_left());
}

TEST_F(Demonstration, stays_up_at_the_pace_of_real_time_and_shows_what_others_publish) {
  auto shown = demonstrate({"--minutes", "0.2", "--days", "1", "--stay", "--http", "127.0.0.1:0"});
  ASSERT_TRUE(
      wait_until([&] { return shown->out().find("Ctrl-C ends everything") != std::string::npos; }, whole_story))
      << shown->out() << shown->err();
  const auto out = shown->out();
  const auto key = out.find("key of the wall"), same_key = out.rfind("key of the wall");
  EXPECT_LT(out.find("pages at http://127.0.0.1:"), key);
  EXPECT_LT(key, out.find("Day 1, Monday")) << "the days can be watched on the pages";
  EXPECT_LT(key, same_key);
  EXPECT_EQ(out.substr(key, out.find('\n', key) - key), out.substr(same_key, out.find('\n', same_key) - same_key))
      << "and whoever watched them watches on";
  const auto from = out.find("HUYING_ENDPOINT=") + std::string_view("HUYING_ENDPOINT=").size();
  const auto endpoint = out.substr(from, out.find('\n', from) - from);
  const auto status = place_.run({"status", "--endpoint", endpoint});
  EXPECT_TRUE(status.ok()) << status.err;
  EXPECT_THAT(status.out, HasSubstr("demonstration"));
  EXPECT_THAT(status.out, testing::Not(HasSubstr("times as fast")));
  const auto published =
      place_.run({"publish", "--endpoint", endpoint, "--as", "hotline-12345"},
                 "{\"source_id\":\"try-1\",\"location\":{\"cell\":\"liulin-01\"},\"text\":{\"plain\":\"x\"}}\n");
  EXPECT_TRUE(published.ok()) << published.out << published.err;
  EXPECT_TRUE(wait_until([&] { return shown->out().find("liulin-01", out.size()) != std::string::npos; }))
      << shown->out();
  shown->signal(SIGTERM);
  EXPECT_EQ(shown->wait(), (Ended{0, 0})) << shown->err();
  EXPECT_TRUE(nothing_is_left());
}

TEST_F(Demonstration, keeps_a_folder_that_was_named_and_does_not_begin_in_one_that_is_used) {
  const auto used = place_.path("used");
  std::filesystem::create_directory(used);
  write_file(used + "/mine", "x");
  auto shown = demonstrate({"--data", used});
  EXPECT_EQ(shown->wait(), (Ended{2, 0})) << shown->out();
  EXPECT_THAT(shown->err(), HasSubstr("is not empty"));
  EXPECT_EQ(read_file(used + "/mine"), "x");
}

}  // namespace
}  // namespace huying::e2e
