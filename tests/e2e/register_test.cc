// Goal: the zero register and the story of a case, as people read them: `huying` alone, over real sockets, through a restart.
// Method: cases of several cells, one flagged as hard, one shelved, one sent back; the list and the story are asked for by
// who may see all, and by who may see a few cells, before and after a restart.
#include <gmock/gmock.h>

#include <csignal>

#include "base/civil_time.h"
#include "tests/e2e/lines.h"
#include "tests/e2e/wenyuan.h"

namespace huying::e2e {
namespace {

using testing::HasSubstr;
using testing::Not;

class Register : public testing::Test {
 protected:
  void SetUp() override { serving_ = place_.serve({"--directory", wenyuan()}); }

  std::string publish(const v1::Request& request) {
    const auto output = place_.ask({"publish"}, "hotline-12345", line_of(request));
    EXPECT_TRUE(output.ok()) << output.out << output.err;
    const auto answers = answers_of(output.out);
    return answers.empty() ? std::string() : answers[0].case_number;
  }
  void step(const std::string& who, const std::string& verb, const std::string& number, Words words = {}) {
    const auto reply = act(place_, who, verb, number, std::move(words));
    ASSERT_EQ(error_of(reply), 0u) << verb << " by " << who << ": " << reply.ShortDebugString();
  }
  Output list(const std::string& who, Words words = {}) {
    words.insert(words.begin(), {"case", "list", "--open"});
    return place_.ask(std::move(words), who);
  }
  // Every cell answers; after a start hosts need a moment to hold them all.
  std::vector<std::string> numbers(const std::string& who, Words words = {}) {
    words.push_back("--json");
    std::vector<std::string> out;
    EXPECT_TRUE(wait_until([&] {
      const auto output = list(who, words);
      out.clear();
      if (output.ok())
        for (const auto& view : views_of(output.out)) out.push_back(view.whole().case_number());
      return output.ok();
    }));
    return out;
  }
  Output explain(const std::string& who, const std::string& number, Words words = {}) {
    words.insert(words.begin(), {"case", "show", number, "--explain"});
    return place_.ask(std::move(words), who);
  }

  Place place_;
  std::unique_ptr<Process> serving_;
};

using Numbers = std::vector<std::string>;

std::string in_a_month() {
  const auto now = std::chrono::time_point_cast<Milliseconds>(std::chrono::system_clock::now());
  return CivilZone::named("Etc/UTC")->text(now + std::chrono::hours(30 * 24));
}

TEST_F(Register, what_hurts_most_stands_first_over_all_cells_and_a_limit_shows_the_worst) {
  const auto fed_back = publish(request_in_cell("a", "liulin-01"));   // due on the third day
  const auto waiting = publish(request_in_cell("b", "wenhua-05"));    // due today
  const auto shelved = publish(request_in_cell("c", "shiqiao-01"));
  const auto hard = publish(request_in_cell("d", "shiqiao-02"));      // the unit must answer
  step("liulin-01.worker", "accept", fed_back);
  step("shiqiao-01.worker", "accept", shelved);
  step("street.supervisor-1", "shelve", shelved, {"--reason", "weather", "--until", in_a_month()});
  step("shiqiao-02.worker", "escalate", hard, {"--reason", "beyond-the-cell"});

  const Numbers all{hard, waiting, fed_back, shelved};
  EXPECT_EQ(numbers("street.supervisor-1"), all);
  EXPECT_EQ(numbers("street.supervisor-1", {"--limit", "2"}), (Numbers{hard, waiting}));
  EXPECT_EQ(numbers("street.supervisor-1", {"--cell", "shiqiao-01"}), (Numbers{shelved}));
  EXPECT_EQ(numbers("shiqiao-02.worker"), (Numbers{hard})) << "a worker's own cells alone";
  EXPECT_EQ(numbers("shiqiao.supervisor"), (Numbers{hard, shelved})) << "those of the village";
  const auto text = list("street.supervisor-1").out;
  EXPECT_THAT(text, HasSubstr("未销号 4 件，最急的在前"));
  EXPECT_THAT(text, HasSubstr("▲ " + hard));
  EXPECT_THAT(text, HasSubstr("升到村/社区，等村/社区督导 shiqiao.supervisor 应答"));
  EXPECT_THAT(text, HasSubstr("‖ " + shelved));

  const auto by_number = place_.ask({"case", "list", "--cell", "shiqiao-02"}, "street.supervisor-1");
  EXPECT_TRUE(by_number.ok()) << by_number.err;
  EXPECT_THAT(by_number.out, HasSubstr(hard)) << "the list of a cell goes on as before";

  ASSERT_EQ(stop(*serving_), (Ended{0, 0})) << serving_->err();
  serving_ = place_.serve();
  EXPECT_EQ(numbers("street.supervisor-1"), all) << "what it was before the restart";
}

TEST_F(Register, a_story_is_told_from_events_and_goes_on_over_a_restart) {
  const auto number = publish(request_without_place("s"));
  step("desk-1", "assign", number, {"--to", "shiqiao-01"});
  step("shiqiao-01.worker", "accept", number);
  step("shiqiao-01.worker", "return", number, {"--reason", "wrong-cell", "--words", "东门不归我们", "--to", "liulin-03"});
  const auto other = publish(request_in_cell("t", "shiqiao-01"));

  auto told = explain("street.supervisor-1", number, {"--language", "zh"});
  ASSERT_TRUE(told.ok()) << told.err;
  EXPECT_THAT(told.out, HasSubstr("● 现在在指挥中心，待派遣"));
  EXPECT_THAT(told.out, HasSubstr("退回指挥中心：“东门不归我们”（wrong-cell），建议派给网格 liulin-03，第 2 次转办。"));
  EXPECT_THAT(told.out, HasSubstr("原定时限：安排 "));
  EXPECT_THAT(told.out, Not(HasSubstr(other)));

  ASSERT_EQ(stop(*serving_), (Ended{0, 0})) << serving_->err();
  serving_ = place_.serve();
  step("desk-1", "assign", number, {"--to", "liulin-03"});
  step("liulin-03.worker", "resolve", number, {"--words", "已修好"});
  step("liulin.supervisor", "close", number);
  told = explain("street.supervisor-1", number);
  ASSERT_TRUE(told.ok()) << told.err;
  EXPECT_THAT(told.out, HasSubstr("● 现在已结案"));
  EXPECT_THAT(told.out, HasSubstr("Now it is closed"));
  EXPECT_THAT(told.out, HasSubstr("“东门不归我们”")) << "what was said before the restart";
  EXPECT_THAT(told.out, HasSubstr("liulin.supervisor 核实无误，结案"));

  // A worker sees what was in their cell, and how many steps were not.
  told = explain("liulin-03.worker", number, {"--language", "zh"});
  ASSERT_TRUE(told.ok()) << told.err;
  EXPECT_THAT(told.out, HasSubstr("步在别的网格，这里看不到"));
  EXPECT_THAT(told.out, HasSubstr("● 现在已结案"));
  EXPECT_THAT(told.out, Not(HasSubstr("东门不归我们")));
  EXPECT_EQ(status(place_).subscriptions_total(), 0u) << "no subscription is left behind";
}

TEST_F(Register, what_is_no_case_or_not_yours_is_refused_by_number) {
  const auto number = publish(request_in_cell("n", "shiqiao-01"));
  step("shiqiao-01.worker", "accept", number);
  auto refused = explain("liulin-01.worker", number);
  EXPECT_EQ(refused.ended, (Ended{3, 0})) << refused.out;
  EXPECT_THAT(refused.err, HasSubstr("NOT_YOUR_CELL"));
  refused = explain("street.supervisor-1", "WY-261123-0042-8");
  EXPECT_EQ(refused.ended, (Ended{3, 0}));
  EXPECT_THAT(refused.err, HasSubstr("CASE_NUMBER_INVALID"));
  std::string never = number;
  never.replace(never.size() - 6, 4, "7777");
  std::size_t unknown = 0;
  for (char digit = '0'; digit <= '9'; ++digit) {
    never.back() = digit;
    const auto output = explain("street.supervisor-1", never);
    EXPECT_EQ(output.ended, (Ended{3, 0}));
    unknown += output.err.find("CASE_UNKNOWN") != std::string::npos;
  }
  EXPECT_EQ(unknown, 1u) << "the one whose check digit is right";
  EXPECT_EQ(place_.ask({"case", "show", number, "--language", "zh"}, "street.supervisor-1").ended, (Ended{2, 0}));
  EXPECT_EQ(list("hotline-12345").ended, (Ended{3, 0})) << "a publisher reads no case";
}

}  // namespace
}  // namespace huying::e2e
