#include "gateway/shell/streams.h"

#include <algorithm>

#include "gateway/shell/feed.h"
#include "gateway/shell/problem.h"
#include "proto/errors.h"

namespace huying::gateway {

Streams::Streams(asio::io_context& context, BrokerLinkOptions link, StreamsOptions options,
                 std::function<bool(const std::string&)> still_logged_in)
    : context_(context), link_(std::move(link)), options_(options), still_logged_in_(std::move(still_logged_in)), timer_(context),
      texts_(std::make_shared<EventTexts>(options.texts_kept)) {
  arm();
}

Streams::~Streams() { stop(); }

std::size_t Streams::streams_of(const std::string& person) const {
  std::size_t count = 0;
  for (const auto& feed : feeds_)
    if (feed->person() == person) count += feed->streams();
  return count;
}

void Streams::open(StreamWanted wanted, std::shared_ptr<http::Reply> reply) {
  streams_ = 0;
  for (const auto& feed : feeds_) streams_ += feed->streams();
  if (streams_ >= options_.all_max || streams_of(wanted.person) >= options_.a_person_max)
    return reply->send(problem({v1::ERROR_CODE_TOO_MANY_STREAMS, {}}));
  ++streams_;
  for (const auto& feed : feeds_)
    if (feed->suits(wanted)) return feed->join(wanted, std::move(reply));
  make_room(wanted.person);
  if (feeds_.size() >= options_.feeds_max) return reply->send(problem({v1::ERROR_CODE_TOO_MANY_STREAMS, {}}));
  const auto feed = std::make_shared<Feed>(context_, link_, options_, texts_, wanted);
  if (auto started = feed->start(); !started) return reply->send(problem(started.error()));
  feeds_.push_back(feed);
  feed->join(wanted, std::move(reply));
}

void Streams::make_room(const std::string& person) {
  const auto own = std::count_if(feeds_.begin(), feeds_.end(), [&](const auto& feed) { return feed->person() == person; });
  const bool is_own_full = static_cast<std::size_t>(own) >= options_.a_person_max;
  if (!is_own_full && feeds_.size() < options_.feeds_max) return;
  auto idlest = feeds_.end();
  for (auto feed = feeds_.begin(); feed != feeds_.end(); ++feed) {
    const auto since = (*feed)->empty_since();
    if (!since || (is_own_full && (*feed)->person() != person)) continue;
    if (idlest == feeds_.end() || *since < *(*idlest)->empty_since()) idlest = feed;
  }
  if (idlest == feeds_.end()) return;
  (*idlest)->stop();
  feeds_.erase(idlest);
}

void Streams::end_session(const std::string& session) {
  for (const auto& feed : feeds_) feed->end_if([&](const std::string& one) { return one == session; });
}

void Streams::look() {
  const auto now = SteadyInstant::clock::now();
  const bool is_time = now >= alive_at_;
  if (is_time) alive_at_ = now + options_.alive_each;
  std::vector<std::shared_ptr<Feed>> kept;
  streams_ = 0;
  for (auto& feed : feeds_) {
    feed->end_if([&](const std::string& session) { return !still_logged_in_(session); });
    if (is_time) feed->say_alive();
    const bool is_idle = feed->empty_since() && now - *feed->empty_since() >= options_.feed_lingers;
    if (is_idle) feed->stop();
    if (feed->is_over()) continue;
    streams_ += feed->streams();
    kept.push_back(feed);
  }
  feeds_ = std::move(kept);
}

void Streams::arm() {
  timer_.expires_after(options_.look_each);
  timer_.async_wait([this](const asio::error_code& cancelled) {
    if (cancelled) return;
    look();
    arm();
  });
}

void Streams::stop() {
  timer_.cancel();
  for (auto& feed : feeds_) feed->stop();
  feeds_.clear();
}

}  // namespace huying::gateway
