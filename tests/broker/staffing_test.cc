// A retired cell needs nobody, unless a case is open in it: then its empty posts are announced like any other's.
#include <gtest/gtest.h>

#include "tests/broker/broker_world.h"

namespace huying::broker {
namespace {

class Staffing : public testing::Test {
 protected:
  Staffing() { begin(); }
  void begin() {
    world.hello(1, "hotline", v1::ROLE_PUBLISHER);
    world.round();
    world.frames(1);
  }
  // a-02 is retired, and its worker is gone with it.
  void retire() {
    auto configuration = small_configuration();
    auto& directory = *configuration.mutable_directory();
    for (auto& cell : *directory.mutable_cells())
      if (cell.code() == "a-02") cell.set_retired(true);
    for (auto& person : *directory.mutable_people())
      if (person.code() == "worker-2") person.mutable_posts(0)->set_place("a-01");
    world.configure(configuration);
    tick();
  }
  void tick() {
    world.pass(std::chrono::milliseconds(200));
    world.round();
    world.round();
  }
  v1::Commit with_effect(std::uint64_t number, std::uint64_t cause, v1::CaseEffect::Kind kind) {
    auto commit = world.commit_of(lease, number, cause);
    commit.add_effects()->set_case_number(case_number);
    commit.mutable_effects(0)->set_kind(kind);
    return commit;
  }
  std::vector<v1::Coverage::Change> said_of_a_02() {
    std::vector<v1::Coverage::Change> out;
    const auto read = world.journal().read_cell(partition_stream, Sequence(1), [&](const journal::Record& record) {
      v1::Coverage one;
      if (record.kind == v1::RECORD_KIND_COVERAGE &&
          one.ParseFromArray(record.payload.data(), static_cast<int>(record.payload.size())) && one.stream() == 3 &&
          (one.change() == v1::Coverage::NOBODY_ON_DUTY || one.change() == v1::Coverage::SOMEBODY_ON_DUTY))
        out.push_back(one.change());
      return journal::Sink::more;
    });
    EXPECT_TRUE(read.has_value());
    return out;
  }

  using Said = std::vector<v1::Coverage::Change>;
  BrokerWorld world;
  std::string case_number;
  v1::Lease lease;
};

TEST_F(Staffing, OfARetiredCellIsAnnouncedWhenACaseIsReopenedInItAndWhenItEnds) {
  case_number = world.publish(1, request_for("r-1", "a-02")).case_number();
  lease = world.host(5, "host-1").at("a-02");
  world.commit(5, {world.commit_of(lease, 1, 1), with_effect(2, 2, v1::CaseEffect::ENDED)});
  retire();
  EXPECT_EQ(said_of_a_02(), Said{}) << "nobody is needed";
  world.commit(5, {with_effect(3, 0, v1::CaseEffect::OPENED)});
  tick();
  EXPECT_EQ(said_of_a_02(), Said{v1::Coverage::NOBODY_ON_DUTY});
  world.crash_and_restart();
  begin();
  tick();
  EXPECT_EQ(said_of_a_02(), Said{v1::Coverage::NOBODY_ON_DUTY}) << "once";
  lease = world.host(5, "host-1").at("a-02");
  world.commit(5, {with_effect(1, 0, v1::CaseEffect::ENDED)});
  tick();
  EXPECT_EQ(said_of_a_02(), (Said{v1::Coverage::NOBODY_ON_DUTY, v1::Coverage::SOMEBODY_ON_DUTY}));
}

TEST_F(Staffing, OfACellThatIsRetiredWithACaseIsAnnouncedAtOnce) {
  case_number = world.publish(1, request_for("r-1", "a-02")).case_number();
  tick();
  EXPECT_EQ(said_of_a_02(), Said{});
  retire();
  EXPECT_EQ(said_of_a_02(), Said{v1::Coverage::NOBODY_ON_DUTY});
}

TEST_F(Staffing, OfACellWithNobodyIsOverWhenItIsRetiredWithoutACase) {
  auto nobody = small_configuration();
  for (auto& person : *nobody.mutable_directory()->mutable_people())
    if (person.code() == "worker-2") person.set_absent(true);
  world.configure(nobody);
  tick();
  EXPECT_EQ(said_of_a_02(), Said{v1::Coverage::NOBODY_ON_DUTY});
  retire();
  EXPECT_EQ(said_of_a_02(), (Said{v1::Coverage::NOBODY_ON_DUTY, v1::Coverage::SOMEBODY_ON_DUTY}));
}

}  // namespace
}  // namespace huying::broker
