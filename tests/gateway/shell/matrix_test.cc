// Nobody may do more, or less, through the gateway than the broker lets them (I12). Goal: for each role, each action and a cell
// that is theirs and one that is not, the answer over HTTP has the number that the broker gives the person who asks it directly, and
// what is allowed is what the table of who may says.
// Method: two cases in the same state, one for each way. Arithmetic: 8 people x 27 actions x 2 cells x 2 ways = 864 steps.
#include <gtest/gtest.h>

#include <condition_variable>
#include <map>
#include <mutex>
#include <set>

#include "client/session.h"
#include "proto/errors.h"
#include "tests/gateway/shell/world.h"

namespace huying::gateway {
namespace {

// A person's own session with the broker, on a thread of its own.
class Direct {
 public:
  Direct(const std::string& endpoint, const std::string& person, v1::Role role)
      : session_(context_, {.endpoint = endpoint, .principal = person, .role = role}), actor_(session_) {
    session_.attach(actor_);
    EXPECT_TRUE(session_.start());
    thread_ = std::thread([this] { context_.run(); });
  }
  ~Direct() {
    session_.stop();
    asio::post(context_, [this] { context_.stop(); });
    thread_.join();
  }
  std::uint32_t act(const v1::Action& action) {
    std::atomic<bool> done{false};
    std::uint32_t error = 0;
    asio::post(context_, [&] {
      actor_.act(action, [&](const v1::ActionReply& reply) {
        if (reply.stage() == v1::ActionReply::RECEIVED) return;
        error = reply.error() != 0 ? reply.error() : reply.outcome().error();
        done = true;
        done.notify_all();
      });
    });
    done.wait(false);
    return error;
  }

 private:
  asio::io_context context_;
  client::Session session_;
  client::Actor actor_;
  std::thread thread_;
};

// All that any kind needs.
v1::Action action_of(v1::ActionKind kind, std::int64_t now_ms) {
  v1::Action action;
  action.set_kind(kind);
  action.mutable_words()->set_plain("made up");
  action.set_reason_code("made-up");
  switch (kind) {
    case v1::ACTION_KIND_ASSIGN:
    case v1::ACTION_KIND_TRANSFER: action.set_to_cell("shiqiao-03"); break;
    case v1::ACTION_KIND_VERIFY:
    case v1::ACTION_KIND_CALL_BACK:
    case v1::ACTION_KIND_DECIDE_EXTENSION: action.set_verdict(v1::VERDICT_PASSED); break;
    case v1::ACTION_KIND_REQUEST_EXTENSION:
    case v1::ACTION_KIND_SHELVE:
    case v1::ACTION_KIND_APPROVE_PLAN: action.set_until_ms(now_ms + 10ll * 24 * 3'600'000); break;
    case v1::ACTION_KIND_REMIND:
    case v1::ACTION_KIND_SUPERVISE: action.add_targets("shiqiao-01.worker"); break;
    case v1::ACTION_KIND_WHISTLE: action.add_targets("urban-management"); break;
    default: break;
  }
  return action;
}

// Who may do what with a case that nobody has signed for yet: docs/case-life.md, said once more. Whoever is not named may nothing:
// the administrator nowhere, who works in shiqiao not in wenhua.
std::map<std::string, std::set<v1::ActionKind>> may_in_a_fresh_case() {
  const std::set<v1::ActionKind> works{v1::ACTION_KIND_ACCEPT, v1::ACTION_KIND_FEED_BACK, v1::ACTION_KIND_RESOLVE, v1::ACTION_KIND_ESCALATE,
                                       v1::ACTION_KIND_RETURN, v1::ACTION_KIND_TRANSFER,  v1::ACTION_KIND_ADD_NOTE};
  const std::set<v1::ActionKind> of_unit{v1::ACTION_KIND_TRANSFER,   v1::ACTION_KIND_MARK_COMPLEX, v1::ACTION_KIND_VOID,
                                         v1::ACTION_KIND_NOT_ACCEPT, v1::ACTION_KIND_REMIND,       v1::ACTION_KIND_ADD_NOTE};
  auto of_street = of_unit;
  of_street.insert(v1::ACTION_KIND_SUPERVISE);
  const std::set<v1::ActionKind> of_district{v1::ACTION_KIND_REMIND, v1::ACTION_KIND_SUPERVISE, v1::ACTION_KIND_ADD_NOTE};
  const std::set<v1::ActionKind> of_desk{v1::ACTION_KIND_TRANSFER, v1::ACTION_KIND_REMIND, v1::ACTION_KIND_ADD_NOTE};
  return {{"shiqiao-01.worker@shiqiao-01", works},          {"shiqiao-01.deputy@shiqiao-01", works},
          {"shiqiao-01.cadre@shiqiao-01", works},           {"shiqiao.supervisor@shiqiao-01", of_unit},
          {"street.supervisor-1@shiqiao-01", of_street},    {"street.supervisor-1@wenhua-05", of_street},
          {"district.supervisor-1@shiqiao-01", of_district}, {"district.supervisor-1@wenhua-05", of_district},
          {"desk-1@shiqiao-01", of_desk},                   {"desk-1@wenhua-05", of_desk}};
}

TEST(GatewayMatrix, TheNumberOverHttpIsTheBrokersOwnForEachRoleActionAndCell) {
  World world;
  const std::pair<const char*, v1::Role> people[] = {
      {"shiqiao-01.worker", v1::ROLE_GRID_WORKER},       {"shiqiao-01.deputy", v1::ROLE_GRID_WORKER},
      {"shiqiao-01.cadre", v1::ROLE_CADRE},              {"shiqiao.supervisor", v1::ROLE_UNIT_SUPERVISOR},
      {"street.supervisor-1", v1::ROLE_STREET_SUPERVISOR}, {"district.supervisor-1", v1::ROLE_DISTRICT_SUPERVISOR},
      {"desk-1", v1::ROLE_DESK},                         {"administrator", v1::ROLE_ADMINISTRATOR}};
  int compared = 0, allowed = 0, refused = 0;
  std::map<std::string, std::set<v1::ActionKind>> may;  // "person@cell", in a fresh case
  for (const char* cell : {"shiqiao-01", "wenhua-05"}) {
    std::string by_http = world.publish_in(cell), directly = world.publish_in(cell);
    for (const auto& [person, role] : people) {
      auto browser = world.browser_of(person);
      Direct direct(world.endpoint(), person, role);
      for (int number = 1; number < v1::ActionKind_ARRAYSIZE; ++number) {
        if (!v1::ActionKind_IsValid(number)) continue;
        auto action = action_of(static_cast<v1::ActionKind>(number), world.now().time_since_epoch().count());
        action.set_action_id("step-" + std::to_string(++compared));
        const auto page = browser.post("/api/v1/cases/" + by_http + "/actions", json_of(action));
        const std::uint32_t over_http = page.status == 200 ? 0 : page.number();
        action.set_action_id("direct-" + std::to_string(compared));
        action.set_case_number(directly);
        const auto own = direct.act(action);
        EXPECT_EQ(over_http, own) << person << " " << v1::ActionKind_Name(action.kind()) << " in " << cell << ": " << page.body;
        if (page.status != 200) {
          ++refused;
          continue;
        }
        may[std::string(person) + "@" + cell].insert(action.kind());
        ++allowed;  // both moved on: the next step finds fresh ones
        by_http = world.publish_in(cell);
        directly = world.publish_in(cell);
      }
    }
  }
  EXPECT_EQ(compared, 8 * 27 * 2);
  EXPECT_GT(allowed, 20);
  EXPECT_GT(refused, 200);
  EXPECT_EQ(may, may_in_a_fresh_case());
  std::cout << compared << " steps compared: " << allowed << " allowed, " << refused << " refused, alike both ways\n";
}

}  // namespace
}  // namespace huying::gateway
