// Goal: what the desk decides becomes proposals that the directory takes, and nothing else does. Method: serve Wenyuan;
// publish requests whose addresses the gazetteer does not know, some of them hostile; the desk assigns them, with a
// SIGKILL and a new start in between; `huying directory propose` reads the folder while the broker serves. All made up.
#include <gmock/gmock.h>
#include <sys/stat.h>

#include <csignal>
#include <nlohmann/json.hpp>

#include "tests/e2e/lines.h"
#include "tests/e2e/wenyuan.h"

namespace huying::e2e {
namespace {

using testing::HasSubstr;
using testing::Not;

class Propose : public testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::copy(wenyuan(), directory());
    serving_ = place_.serve({"--directory", directory()});
  }
  std::string directory() const { return place_.path("directory"); }
  std::string rows() const { return place_.path("new-places.csv"); }

  // Its case's number; empty: refused.
  std::string publish(const v1::Request& request) {
    const auto output = place_.ask({"publish"}, "hotline-12345", line_of(request));
    const auto answers = answers_of(output.out);
    EXPECT_EQ(answers.size(), 1u) << output.err;
    return answers.empty() ? std::string() : answers[0].case_number;
  }
  std::string at_desk(const std::string& address, const std::string& to) {
    const auto id = "r-" + std::to_string(++requests_);
    const auto number = publish(request_at_address(id, address));
    const auto reply = act(place_, "desk-1", "assign", number, {"--to", to, "--reason", "asked"});
    EXPECT_EQ(error_of(reply), 0u) << reply.ShortDebugString();
    return number;
  }
  void kill_and_restart() {
    serving_->signal(SIGKILL);
    ASSERT_EQ(serving_->wait(), (Ended{-1, SIGKILL}));
    serving_ = place_.serve({});
  }
  Output propose(Words more = {}) {
    Words words = {"directory", "propose", "--data", place_.data(), "--directory", directory()};
    words.insert(words.end(), more.begin(), more.end());
    return place_.run(words);
  }
  void append_rows() {
    write_file(directory() + "/places.csv", read_file(directory() + "/places.csv") + read_file(rows()));
  }

  Place place_;
  std::unique_ptr<Process> serving_;
  int requests_ = 0;
};

TEST_F(Propose, what_the_desk_decided_twice_is_taken_by_the_directory_and_routes_the_next_request) {
  const auto first = at_desk("示范区文苑街道虚构新村3号楼2单元501", "liulin-02");
  kill_and_restart();
  const auto second = at_desk("虚构新村 东门", "liulin-02");
  const auto once = at_desk("虚构老街", "liulin-03");
  const auto here = at_desk("虚构路口9号", "liulin-01"), there = at_desk("虚构路口", "liulin-03");
  const auto before = read_file(directory() + "/places.csv");

  const auto said = propose({"--output", rows()});
  ASSERT_TRUE(said.ok()) << said.out << said.err;
  EXPECT_THAT(said.out, HasSubstr("虚构新村 → liulin-02  ×2: " + first + " " + second));
  EXPECT_THAT(said.out, HasSubstr("虚构路口")) << "a contradiction is listed";
  EXPECT_THAT(said.out, HasSubstr(there));
  EXPECT_THAT(said.out, HasSubstr("演示"));
  for (const auto* hidden : {"虚构老街", "501", "2单元", "3号楼"}) EXPECT_THAT(said.out, Not(HasSubstr(hidden)));
  EXPECT_THAT(said.out, Not(HasSubstr(once)));
  EXPECT_EQ(read_file(rows()), "\"虚构新村\",\"liulin-02\",\n");
  EXPECT_EQ(read_file(directory() + "/places.csv"), before) << "never silently";
  struct stat status {};
  ASSERT_EQ(::stat(rows().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);

  append_rows();
  const auto checked = place_.run({"directory", "check", directory()});
  EXPECT_TRUE(checked.ok()) << checked.out << checked.err;
  const auto published = place_.ask({"directory", "publish", "--directory", directory()}, "administrator");
  ASSERT_TRUE(published.ok()) << published.out << published.err;
  const auto next = publish(request_at_address("next", "虚构新村7号楼"));
  EXPECT_EQ(show(place_, "street.supervisor-1", next).whole().cell(), "liulin-02");
  const auto again = propose({"--json"});
  ASSERT_TRUE(again.ok()) << again.err;
  const auto json = nlohmann::json::parse(again.out);
  EXPECT_TRUE(json["proposed"].empty()) << again.out;
  EXPECT_EQ(json["known"], 2);
  EXPECT_EQ(json["disputed"].size(), 1u);
  EXPECT_EQ(json["disputed"][0]["why"], "several_cells");
}

TEST_F(Propose, a_return_takes_the_decision_back_and_the_third_hops_word_counts) {
  const auto number = at_desk("虚构新村1号", "liulin-01");
  const auto worker_returns = act(place_, "liulin-01.worker", "return", number, {"--reason", "wrong-cell", "--words", "x"});
  ASSERT_EQ(error_of(worker_returns), 0u) << worker_returns.ShortDebugString();
  EXPECT_THAT(propose({"--at-least", "1"}).out, Not(HasSubstr("虚构新村")));
  const auto final_word = act(place_, "desk-1", "assign", number, {"--to", "liulin-02", "--reason", "asked"});
  ASSERT_EQ(error_of(final_word), 0u) << final_word.ShortDebugString();
  EXPECT_THAT(propose({"--at-least", "1"}).out, HasSubstr("虚构新村 → liulin-02  ×1: " + number));
}

TEST_F(Propose, hostile_words_in_addresses_break_no_row_and_start_no_formula) {
  const char* addresses[] = {"虚构\"引号\"村,\"x\",liulin-01", "=HYPERLINK(\"http://x\",\"y\")",
                             "虚构换行村\n\"x\",liulin-01\n=1+1", "@SUM(1)虚构村", "虚构逗号村,liulin-01,别名",
                             "+86 13800000000 虚构村", "虚构；分号村"};
  for (const auto* address : addresses)
    for (int i = 0; i < 2; ++i) at_desk(address, "liulin-02");
  std::string long_one;
  while (long_one.size() < 10'000) long_one += "虚构";
  EXPECT_EQ(publish(request_at_address("long", long_one)), "") << "refused where it comes in";
  long_one.resize(510);
  for (int i = 0; i < 2; ++i) at_desk(long_one, "liulin-02");

  const auto said = propose({"--output", rows()});
  ASSERT_TRUE(said.ok()) << said.out << said.err;
  const auto made = lines_of(read_file(rows()));
  ASSERT_FALSE(made.empty());
  for (const auto& line : made) {
    EXPECT_TRUE(line.starts_with("\"") && line.ends_with("\",\"liulin-02\",")) << line;
    EXPECT_EQ(line.find_first_of("=+@-0123456789;"), line.find("-02")) << "no digit, no formula: " << line;
    EXPECT_EQ(std::count(line.begin(), line.end(), '"'), 4) << line;
  }
  append_rows();
  const auto checked = place_.run({"directory", "check", directory()});
  EXPECT_TRUE(checked.ok()) << checked.out << checked.err;
}

TEST_F(Propose, writes_into_no_directory_and_over_no_file) {
  for (int i = 0; i < 2; ++i) at_desk("虚构新村", "liulin-02");
  for (const auto& path : {directory() + "/new.csv", place_.data() + "/new.csv"}) {
    const auto said = propose({"--output", path});
    EXPECT_FALSE(said.ok());
    EXPECT_THAT(said.err, HasSubstr("USAGE"));
    EXPECT_FALSE(std::filesystem::exists(path));
  }
  write_file(rows(), "mine");
  EXPECT_THAT(propose({"--output", rows()}).err, HasSubstr("TARGET_EXISTS"));
  EXPECT_EQ(read_file(rows()), "mine");
  EXPECT_FALSE(propose({"--at-least", "0"}).ok());
  EXPECT_FALSE(propose({"--since", "yesterday"}).ok());
  const auto since = propose({"--since", "2199-01-01T00:00:00+08:00"});
  EXPECT_TRUE(since.ok()) << since.err;
  EXPECT_THAT(since.out, HasSubstr("0 requests with an address"));
}

}  // namespace
}  // namespace huying::e2e
