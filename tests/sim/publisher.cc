// The publishers of people.h.
#include <fmt/format.h>

#include "huying/v1/error.pb.h"
#include "tests/sim/people.h"

namespace huying::sim {

Publisher::Publisher(World& world, Network& network, const Street& street, std::string principal)
    : Client(world, network, std::move(principal), v1::ROLE_PUBLISHER), street_(street) {}

v1::Request Publisher::make_request(std::uint32_t number) {
  auto& dice = world_.dice();
  const SimulatedCell& cell = street_.cells()[dice(street_.cells().size())];
  v1::Request request;
  request.set_source_id(fmt::format("r-{}", number));
  request.set_category(dice.chance(300) ? "hidden-danger" : "general");
  request.set_urgency(dice.chance(300) ? v1::URGENCY_URGENT : v1::URGENCY_NORMAL);
  request.mutable_text()->set_plain(fmt::format("made-up request {}", number));
  const auto where = dice(100);
  if (where < 60) request.mutable_location()->set_cell(cell.code);
  if (where >= 60 && where < 80) {
    auto& point = *request.mutable_location()->mutable_point();
    point.set_latitude(cell.latitude);
    point.set_longitude(cell.longitude);
    point.set_datum(v1::DATUM_WGS84);
  }
  const bool may_report = principal() == "programme-1" && where < 60;
  if (may_report && dice.chance(400)) {
    request.mutable_report()->set_reporter(cell.code + ".worker");
    if (dice.chance(500))
      request.mutable_report()->mutable_solved_on_spot()->mutable_words()->set_plain("made up: done");
  }
  return request;
}

void Publisher::publish_over(Span span, std::uint32_t how_many) {
  auto& dice = world_.dice();
  for (std::uint32_t i = 0; i < how_many; ++i) {
    world_.after(dice.between(Span{0}, span), [this, request = make_request(i + 1)] { publish(request); });
    if (dice.chance(200)) {  // again, later: the same, or other content under the same id
      world_.after(dice.between(Span{0}, span), [this] {
        if (answered_.empty()) return;
        v1::Request again = answered_[world_.dice()(answered_.size())];
        if (world_.dice().chance(250)) again.mutable_text()->set_plain(again.text().plain() + ", but other words");
        publish(std::move(again));
      });
    }
  }
}

void Publisher::publish(v1::Request request) {
  waiting_[++last_tag_] = std::move(request);
  if (has_session()) say(last_tag_);
}

void Publisher::say(std::uint64_t tag) {
  v1::ClientFrame frame;
  frame.mutable_publish()->set_tag(tag);
  *frame.mutable_publish()->mutable_request() = waiting_.at(tag);
  send(frame);
  if (world_.dice().chance(30)) send(frame);  // the same, in the same round
}

void Publisher::began(const v1::BrokerFrame&) {
  for (const auto& [tag, request] : waiting_) say(tag);
}

void Publisher::received(const v1::BrokerFrame& frame) {
  for (const auto& ack : frame.publish_acks().acks()) {
    const auto at = waiting_.find(ack.tag());
    if (at == waiting_.end()) continue;
    if (ack.error() != 0 && ack.error() != v1::ERROR_CODE_CONTENT_DIFFERS)
      on_unexpected(
          fmt::format("{}: {} was refused with {} {}", name(), at->second.source_id(), ack.error(), ack.detail()));
    on_acknowledged(principal(), at->second, ack);
    if (ack.error() == 0) {
      answered_.push_back(at->second);
      ++acknowledgements_;
    }
    waiting_.erase(at);
  }
}

}  // namespace huying::sim
