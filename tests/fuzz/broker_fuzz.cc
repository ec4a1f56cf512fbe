// Sessions of every role under any frames: nothing that a client says stops the broker, and a valid publication
// afterwards is acknowledged, is known again after a crash, and stands in a journal that verifies.
#include <gtest/gtest.h>
#include <spdlog/spdlog.h>

#include "base/check.h"
#include "broker/journal/verify.h"
#include "tests/fuzz/broker_steps.h"
#include "tests/fuzz/parsing.h"

namespace huying::fuzz {
namespace {

using broker::BrokerWorld;

constexpr std::size_t steps_max = 64;

std::string publish_afterwards(BrokerWorld& world) {
  constexpr std::uint64_t peer = 200;
  world.hello(peer, "hotline", v1::ROLE_PUBLISHER);
  world.round();
  world.frames(peer);
  const auto ack = world.publish(peer, broker::request_for("afterwards: 61c8864680b583eb", "a-01"));
  HUYING_CHECK(ack.error() == 0 && !ack.case_number().empty(), "{}", ack.ShortDebugString());
  return ack.case_number();
}

}  // namespace
}  // namespace huying::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace huying::fuzz;
  testing::GTEST_FLAG(break_on_failure) = true;  // what BrokerWorld expects stops the process, too
  spdlog::set_level(spdlog::level::off);
  Input input(data, size);
  BrokerWorld world;
  everybody_says_hello(world);
  for (std::size_t steps = 0; steps < steps_max && !input.empty(); ++steps) step(world, input);
  world.round();
  const auto number = publish_afterwards(world);
  world.crash_and_restart();
  HUYING_CHECK(publish_afterwards(world) == number);
  const auto report = huying::journal::verify_journal(world.disk(), "/data");
  HUYING_CHECK(report && report->clean(), "{}", report ? to_string(report->findings.front()) : report.error().detail);
  return 0;
}
