#include "programs/demonstration_story.h"

#include <fmt/format.h>

#include <array>

namespace huying::programs {
namespace {

using enum v1::ActionKind;
using enum v1::Datum;
using enum v1::Rung;
using enum v1::Verdict;

// Points lie well inside their cells, each written in the datum that its source uses: WeChat's position is WGS-84,
// its map GCJ-02, the hotline's map BD-09.
constexpr StoryPlace shiqiao_01_wgs84{.datum = DATUM_WGS84, .latitude = 35.17796, .longitude = 113.17457};
constexpr StoryPlace wenhua_05_gcj02{.datum = DATUM_GCJ02, .latitude = 35.187769, .longitude = 113.207724};
constexpr StoryPlace wenchang_12_bd09{.datum = DATUM_BD09, .latitude = 35.209215, .longitude = 113.20093};
constexpr StoryPlace qingqu_01_wgs84{.datum = DATUM_WGS84, .latitude = 35.21416, .longitude = 113.20099};
constexpr StoryPlace beitang_02_wgs84{.datum = DATUM_WGS84, .latitude = 35.21371, .longitude = 113.22689};
constexpr StoryPlace old_district_name{.address = "山阳区柳林村小学门口"};
constexpr StoryPlace no_certain_place{.address = "学校旁边的小桥"};

// What a step on a case has besides its time, case, person and words.
struct Besides {
  std::string_view to_cell;
  v1::Verdict verdict{};
  v1::Rung after_rung{};
};
constexpr Step does(Step step, v1::ActionKind act, Besides besides = {}) {
  step.act = act;
  step.to_cell = besides.to_cell;
  step.verdict = besides.verdict;
  step.after_rung = besides.after_rung;
  return step;
}

constexpr Step steps[] = {
    // Day 1: requests by point, by address, to the desk, and the workers' own.
    {1, 8, 5, "cover", "mini-program", {"井盖松动", "a loose manhole cover"}, "road", shiqiao_01_wgs84},
    {1, 8, 20, "lamp", "hotline-12345", {"路灯不亮", "a street lamp is dark"}, "lighting", old_district_name},
    {1, 8, 25, "lamp", "hotline-12345", {"路灯不亮", "a street lamp is dark"}, "lighting", old_district_name},
    {1, 8, 40, "rubbish", "mini-program", {"围墙边垃圾成堆，没人管", "rubbish along the wall, nobody's matter"}, "property",
     wenhua_05_gcj02},
    {1, 9, 0, "noise", "hotline-12345", {"夜里施工太吵", "building noise at night"}, "noise", wenchang_12_bd09},
    {1, 9, 10, "water", "hotline-12345", {"桥下积水", "water under a footbridge"}, "drainage", no_certain_place},
    does({1, 9, 20, "cover", "shiqiao-01.worker", {}}, ACTION_KIND_ACCEPT),
    does({1, 9, 40, "water", "desk-1", {"电话问清是东泉村", "asked by telephone: it is in Dongquan"}},
         ACTION_KIND_ASSIGN, {.to_cell = "dongquan-02"}),
    {1, 10, 0, "fence", "zhuyuan-01.worker", {"小广场护栏断了", "a broken fence on the square"}, "road",
     {.cell = "zhuyuan-01"}, Report::found},
    {1, 10, 20, "ditch", "qingqu-01.worker", {"树枝堵了排水沟，已清掉", "branches blocked a ditch, cleared"}, "drainage",
     qingqu_01_wgs84, Report::solved_on_spot},
    {1, 10, 40, "rail", "songpo-02.worker", {"独居老人想装扶手", "an old person alone asks for a handrail"}, "elderly",
     {.cell = "songpo-02"}, Report::for_citizen},
    does({1, 11, 0, "lamp", "liulin-03.worker", {}}, ACTION_KIND_ACCEPT),
    does({1, 11, 20, "rubbish", "wenhua-05.worker", {}}, ACTION_KIND_ACCEPT),
    does({1, 11, 40, "rubbish", "wenhua-05.worker", {"几家都说不归自己", "each says it is another's"}}, ACTION_KIND_ESCALATE),
    does({1, 13, 30, "rubbish", "wenhua.supervisor", {"明天召集到现场", "all of them on the spot tomorrow"}},
         ACTION_KIND_ANSWER_ESCALATION, {.after_rung = RUNG_UNIT}),
    does({1, 14, 0, "water", "dongquan-02.worker", {}}, ACTION_KIND_ACCEPT),
    does({1, 14, 30, "water", "dongquan-02.worker", {"桥在 03 网格一侧", "the bridge is on the side of cell 03"}},
         ACTION_KIND_TRANSFER, {.to_cell = "dongquan-03"}),
    does({1, 15, 0, "water", "dongquan-03.worker", {}}, ACTION_KIND_ACCEPT),
    does({1, 15, 30, "cover", "shiqiao-01.worker", {"井盖已换", "the cover is replaced"}}, ACTION_KIND_RESOLVE),
    does({1, 16, 30, "cover", "shiqiao.supervisor", {}}, ACTION_KIND_CLOSE),
    does({1, 16, 40, "ditch", "qingqu.supervisor", {}}, ACTION_KIND_CLOSE),
    does({1, 17, 10, "fence", "zhuyuan-01.worker", {}}, ACTION_KIND_ACCEPT),
    does({1, 17, 20, "rail", "songpo-02.worker", {}}, ACTION_KIND_ACCEPT),
    // An evening: a danger has half an hour to be signed for, and is not.
    {1, 19, 30, "scaffold", "mini-program", {"脚手架松动", "a loose scaffold"}, "hidden-danger", beitang_02_wgs84},
    does({1, 20, 15, "scaffold", "beitang.supervisor", {"马上派人去", "somebody goes at once"}},
         ACTION_KIND_ANSWER_ESCALATION, {.after_rung = RUNG_UNIT}),
    does({1, 20, 25, "scaffold", "beitang-02.worker", {}}, ACTION_KIND_ACCEPT),
    does({1, 20, 50, "scaffold", "beitang-02.worker", {"已围挡", "fenced off"}}, ACTION_KIND_FEED_BACK),
    does({1, 21, 40, "scaffold", "beitang-02.worker", {"已拆除", "taken down"}}, ACTION_KIND_RESOLVE),
    does({1, 22, 30, "scaffold", "beitang.supervisor", {}}, ACTION_KIND_CLOSE),

    // Day 2: feedback; a check that fails.
    does({2, 9, 0, "lamp", "liulin-03.worker", {"灯泡已换", "a new bulb"}}, ACTION_KIND_FEED_BACK),
    does({2, 9, 30, "water", "dongquan-03.worker", {"泵已到", "a pump is there"}}, ACTION_KIND_FEED_BACK),
    does({2, 10, 0, "rubbish", "wenhua-05.worker", {"三家说定分工", "three parties share the work"}}, ACTION_KIND_FEED_BACK),
    does({2, 10, 30, "fence", "zhuyuan-01.worker", {"护栏已焊好", "the fence is welded"}}, ACTION_KIND_RESOLVE),
    does({2, 11, 0, "rail", "songpo-02.worker", {"已量尺寸", "measured"}}, ACTION_KIND_FEED_BACK),
    does({2, 14, 0, "lamp", "liulin-03.worker", {"灯亮了", "the lamp is lit"}}, ACTION_KIND_RESOLVE),
    does({2, 15, 0, "lamp", "liulin.supervisor", {"亮一会儿又灭", "lit for a while, then dark"}}, ACTION_KIND_REWORK),
    does({2, 16, 0, "fence", "zhuyuan.supervisor", {}}, ACTION_KIND_CLOSE),

    // Day 3: done again, checked, the citizen asked.
    does({3, 9, 0, "lamp", "liulin-03.worker", {"线路已换", "the wiring is new"}}, ACTION_KIND_RESOLVE),
    does({3, 10, 0, "lamp", "liulin.supervisor", {}}, ACTION_KIND_VERIFY, {.verdict = VERDICT_PASSED}),
    does({3, 11, 0, "lamp", "desk-1", {"诉求人说亮了", "the citizen says it is lit"}},
         ACTION_KIND_CALL_BACK, {.verdict = VERDICT_PASSED}),
    does({3, 11, 30, "lamp", "liulin.supervisor", {}}, ACTION_KIND_CLOSE),
    does({3, 14, 0, "water", "dongquan-03.worker", {"水已排干", "the water is gone"}}, ACTION_KIND_RESOLVE),
    does({3, 15, 0, "rail", "songpo-02.worker", {"扶手已装", "the handrail is up"}}, ACTION_KIND_RESOLVE),
    does({3, 16, 0, "water", "dongquan.supervisor", {}}, ACTION_KIND_CLOSE),
    does({3, 16, 30, "rail", "songpo.supervisor", {}}, ACTION_KIND_CLOSE),

    // Day 4: the one that nobody answered has reached the top; two stay open for whoever tries the commands.
    does({4, 9, 0, "noise", "district.supervisor-1", {"今天到现场", "on the spot today"}},
         ACTION_KIND_ANSWER_ESCALATION, {.after_rung = RUNG_DISTRICT}),
    does({4, 10, 0, "noise", "wenchang-12.worker", {}}, ACTION_KIND_ACCEPT),
    does({4, 11, 0, "noise", "wenchang-12.worker", {"约定夜里停工", "no work at night is agreed"}}, ACTION_KIND_FEED_BACK),
    does({4, 14, 0, "rubbish", "wenhua-05.worker", {"垃圾已清运", "the rubbish is gone"}}, ACTION_KIND_RESOLVE),
    does({4, 15, 30, "rubbish", "wenhua.supervisor", {}}, ACTION_KIND_CLOSE),
    {4, 16, 30, "bench", "mini-program", {"健身器材松动", "a loose piece of the playground"}, "road", shiqiao_01_wgs84},
    does({4, 17, 0, "bench", "shiqiao-01.worker", {}}, ACTION_KIND_ACCEPT),
};

constexpr std::array<std::pair<std::string_view, Word>, 16> names{{
    {"mini-program", {"小程序", "mini-program"}},
    {"hotline-12345", {"12345 热线", "hotline 12345"}},
    {"shiqiao", {"石桥村", "shiqiao"}},
    {"liulin", {"柳林村", "liulin"}},
    {"dongquan", {"东泉村", "dongquan"}},
    {"zhuyuan", {"竹园村", "zhuyuan"}},
    {"qingqu", {"清渠村", "qingqu"}},
    {"songpo", {"松坡村", "songpo"}},
    {"beitang", {"北塘村", "beitang"}},
    {"wenhua", {"文华社区", "wenhua"}},
    {"wenchang", {"文昌社区", "wenchang"}},
    {"desk", {"指挥中心", "the desk"}},
    {"desk-1", {"指挥中心坐席 1", "desk 1"}},
    {"street.supervisor-1", {"街道督导 1", "street supervisor 1"}},
    {"district.supervisor-1", {"区督导 1", "district supervisor 1"}},
    {"administrator", {"管理员", "administrator"}},
}};

const Word* known_name(std::string_view code) {
  for (const auto& [known, word] : names)
    if (known == code) return &word;
  return nullptr;
}

// "石桥村 01" of "shiqiao-01"; the code where it is not of the story.
std::string place_zh(std::string_view place) {
  if (const auto* whole = known_name(place)) return std::string(whole->zh);
  const auto dash = place.rfind('-');
  const auto* unit = known_name(place.substr(0, dash));
  if (dash == std::string_view::npos || unit == nullptr) return std::string(place);
  return fmt::format("{} {}", unit->zh, place.substr(dash + 1));
}

}  // namespace

std::span<const Step> story() { return steps; }

Name name_of_cell(std::string_view code) {
  if (const auto* word = known_name(code)) return {std::string(word->zh), std::string(word->en)};
  return {fmt::format("{} 网格", place_zh(code)), std::string(code)};
}

Name name_of_principal(std::string_view code) {
  if (const auto* word = known_name(code)) return {std::string(word->zh), std::string(word->en)};
  const auto dot = code.find('.');
  if (dot == std::string_view::npos) return {std::string(code), std::string(code)};
  const auto place = code.substr(0, dot), post = code.substr(dot + 1);
  if (post == "worker") return {place_zh(place) + " 网格员", fmt::format("worker of {}", place)};
  if (post == "supervisor") return {place_zh(place) + "督导", fmt::format("supervisor of {}", place)};
  return {std::string(code), std::string(code)};
}

}  // namespace huying::programs
