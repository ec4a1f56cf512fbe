#include "tests/sim/nodes/publisher_node.h"

#include <fmt/format.h>

#include "huying/v1/error.pb.h"
#include "tests/sim/witness.h"

namespace huying::sim {

PublisherNode::PublisherNode(const Surroundings& around, std::string principal, const scenario::Workload& workload)
    : ClientNode(around, std::move(principal), v1::ROLE_PUBLISHER), workload_(workload),
      chance_(around.world.chance("requests of " + this->principal())) {}

void PublisherNode::begin() {
  publisher_ = std::make_unique<client::Publisher>(
      session_, [this](std::uint64_t tag, const v1::PublishAck& ack) { answered(tag, ack); });
  session_.attach(*publisher_);
  for (const auto& [tag, waiting] : waiting_) publisher_->publish(tag, waiting.request);
}

// ---- Requests ----------------------------------------------------------------------------------------------------

v1::Request PublisherNode::make_request(std::uint32_t number) {
  const auto& cells = around_.street.cells();
  const SimulatedCell& cell = cells[chance_(cells.size())];
  v1::Request request;
  request.set_source_id(fmt::format("r-{}", number));
  const auto& all = Street::categories();
  const auto categories = static_cast<std::uint64_t>(workload_.categories_size());
  request.set_category(categories == 0 ? all[chance_(all.size())]
                                       : workload_.categories(static_cast<int>(chance_(categories))));
  request.set_urgency(chance_.permille(300) ? v1::URGENCY_URGENT : v1::URGENCY_NORMAL);
  request.mutable_text()->set_plain(fmt::format("made-up request {}", number));
  if (chance_.permille(500))
    request.mutable_contact()->mutable_telephone()->set_plain(fmt::format("{}{}", contact_mark, number));
  locate(request, cell);
  return request;
}

void PublisherNode::locate(v1::Request& request, const SimulatedCell& cell) {
  const auto where = chance_(100);
  if (where < 60) {
    request.mutable_location()->set_cell(cell.code);
    if (principal() == "programme-1" && chance_.permille(400)) report(request, cell);
  } else if (where < 80) {
    auto& point = *request.mutable_location()->mutable_point();
    point.set_latitude(cell.latitude);
    point.set_longitude(cell.longitude);
    point.set_datum(v1::DATUM_WGS84);
  }  // else nobody knows where: the desk
}

void PublisherNode::report(v1::Request& request, const SimulatedCell& cell) {
  request.mutable_report()->set_reporter(cell.code + ".worker");
  if (chance_.permille(500)) request.mutable_report()->mutable_solved_on_spot()->mutable_words()->set_plain("made up: done");
}

void PublisherNode::publish_over(Span span, std::uint32_t how_many) {
  for (std::uint32_t i = 0; i < how_many; ++i) {
    const Span when = chance_.between(Span{0}, span);
    around_.world.after(when, [this, request = make_request(i + 1)] { publish(request, false); });
    if (chance_.permille(workload_.published_again_permille()))
      around_.world.after(chance_.between(Span{0}, span), [this] { publish_again(); });
  }
}

// Later: the same, or other content under the same id.
void PublisherNode::publish_again() {
  if (taken_.empty()) return;
  v1::Request again = taken_[chance_(taken_.size())];
  const bool altered = chance_.permille(250);
  if (altered) again.mutable_text()->set_plain(again.text().plain() + ", but other words");
  publish(std::move(again), altered);
}

void PublisherNode::publish(v1::Request request, bool altered) {
  const auto tag = ++last_tag_;
  const auto at = waiting_.emplace(tag, Waiting{std::move(request), altered}).first;
  if (session_.running()) publisher_->publish(tag, at->second.request);
}

void PublisherNode::answered(std::uint64_t tag, const v1::PublishAck& ack) {
  const auto at = waiting_.find(tag);
  if (at == waiting_.end()) return;
  const Waiting& waiting = at->second;
  if (ack.error() == v1::ERROR_CODE_DISK_LOW || ack.error() == v1::ERROR_CODE_JOURNAL_FULL) {
    // Refused early, with a hint when to come back; nobody waits a minute here.
    ++around_.world.counters().requests_refused;
    around_.world.after(std::chrono::seconds(2), [this, tag] {
      const auto still = waiting_.find(tag);
      if (still != waiting_.end() && session_.running()) publisher_->publish(tag, still->second.request);
    });
    return;
  }
  if ((ack.error() == v1::ERROR_CODE_CONTENT_DIFFERS) != waiting.altered || (ack.error() != 0 && !waiting.altered))
    around_.witness.unhappy(fmt::format("{}: {} is answered with {} {}", session_.name(), waiting.request.source_id(),
                                        ack.error(), ack.detail()),
                            {waiting.request.source_id()});
  around_.world.counters().contents_refused += waiting.altered;
  around_.witness.acknowledged(principal(), waiting.request, ack);
  if (ack.error() == 0) taken_.push_back(waiting.request);
  waiting_.erase(at);
}

}  // namespace huying::sim
