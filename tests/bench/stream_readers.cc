#include "tests/bench/stream_readers.h"

#include <fmt/format.h>

#include <asio/post.hpp>
#include <asio/write.hpp>
#include <utility>

#include "base/clock.h"
#include "base/limits.h"
#include "proto/errors.h"
#include "tests/bench/bench_directory.h"

namespace huying::bench {
namespace {

constexpr std::uint32_t observer_credit = 16'384;
constexpr std::uint64_t observer_credit_bytes = 8 * limits::MiB;
constexpr std::size_t refusal_bytes_max = 512;

std::vector<std::uint32_t> cells_of(const std::vector<StreamPlace>& places) {
  std::vector<std::uint32_t> cells;
  for (const auto& place : places) cells.push_back(place.cell);
  return cells;
}

client::SubscriberOptions all_cases() {
  client::SubscriberOptions options;
  options.subscribe.add_subjects("case.>");
  options.subscribe.set_head(true);
  options.credit_messages = observer_credit;
  options.credit_bytes = observer_credit_bytes;
  return options;
}

// case.<street>.<unit>.<cell>.<event>
std::string target_of(std::uint32_t cell) {
  return fmt::format("/api/v1/events?subjects=case.{}.{}.{}.%3E", street_code, unit_of_cell(cell), cell_code(cell));
}

std::string_view cell_in(std::string_view subject) {
  const auto last = subject.rfind('.');
  if (last == subject.npos || last == 0) return {};
  const auto before = subject.rfind('.', last - 1);
  return before == subject.npos ? std::string_view() : subject.substr(before + 1, last - before - 1);
}

std::int64_t now_ns() { return SteadyInstant::clock::now().time_since_epoch().count(); }

}  // namespace

struct StreamReaders::One {
  One(asio::ip::tcp::socket socket_, std::uint32_t number_) : socket(std::move(socket_)), number(number_) {}
  asio::ip::tcp::socket socket;
  const std::uint32_t number;
  AnswerReader reader;
  std::string text;  // of text/event-stream, until an empty line
  bool at_head = false;
  char buffer[16 * 1024];
};

StreamReaders::StreamReaders(const std::string& endpoint, std::uint16_t port, std::vector<StreamPlace> places,
                             std::uint32_t cells, Life life)
    : work_(context_.get_executor()), port_(port), places_(std::move(places)),
      last_event_(life == Life::leave_open ? ".dispatched" : ".closed"), tally_(cells_of(places_), cells),
      session_(context_, {.endpoint = endpoint, .principal = observer_code, .role = v1::ROLE_OBSERVER,
                          .program = "huying bench"}),
      observer_(session_, all_cases(), callbacks()) {
  for (std::uint32_t cell = 0; cell < cells; ++cell) cells_[cell_code(cell)] = cell;
  session_.attach(observer_);
}

StreamReaders::~StreamReaders() { stop(); }

client::SubscriberCallbacks StreamReaders::callbacks() {
  return {.on_event =
              [this](const v1::EventDelivery& delivery) {
                const auto cell = cells_.find(std::string(cell_in(delivery.subject())));
                if (cell == cells_.end()) return;
                tally_.told(delivery, cell->second, now_ns());
                progress_.wanted = tally_.wanted();
                if (delivery.subject().ends_with(last_event_)) ++progress_.cases_ended;
              },
          .on_progress = {},
          .on_subscribed = [this](const v1::Subscribed&) { progress_.observes = true; },
          .on_gap = {},
          .on_refused =
              [this](const Error& error) {
                trouble_ = "the observer: " + error.detail;
                ++progress_.ended;
              },
          .on_waiting = {}};
}

Result<void> StreamReaders::start() {
  for (std::uint32_t i = 0; i < places_.size(); ++i) {
    auto socket = connect(context_, port_);
    if (!socket) return tl::make_unexpected(socket.error());
    asio::error_code error;
    const auto question = bytes_of({.target = target_of(places_[i].cell), .json = {}, .cookie = places_[i].cookie});
    asio::write(*socket, asio::buffer(question), error);
    if (error) return fail(v1::ERROR_CODE_NOT_CONNECTED, "HTTP: " + error.message());
    streams_.push_back(std::make_shared<One>(std::move(*socket), i));
    read(streams_.back());
  }
  if (auto started = session_.start(); !started) return started;
  thread_ = std::thread([this] { context_.run(); });
  return {};
}

void StreamReaders::stop() {
  if (!thread_.joinable()) return;
  asio::post(context_, [this] {
    session_.stop();
    asio::error_code ignored;
    for (auto& one : streams_) one->socket.close(ignored);
    asio::post(context_, [this] { context_.stop(); });  // after the goodbye
  });
  thread_.join();
}

void StreamReaders::read(const std::shared_ptr<One>& one) {
  one->socket.async_read_some(asio::buffer(one->buffer), [this, one](const asio::error_code& error, std::size_t count) {
    if (error == asio::error::operation_aborted) return;
    const auto now = now_ns();
    const bool is_http = one->reader.feed({one->buffer, count}, [&](std::string_view text) { take(*one, text, now); });
    progress_.arrived = tally_.arrived();
    if (error || !is_http || one->reader.is_whole()) return is_over(*one);
    read(one);
  });
}

void StreamReaders::is_over(One& one) {
  ++progress_.ended;
  if (!trouble_.empty()) return;
  const auto status = one.reader.status();
  trouble_ = fmt::format("stream {} ended, status {}: {}", one.number, status, one.text.substr(0, refusal_bytes_max));
}

// Blocks end with an empty line. Of each of ours that tells an event the first line names it and the second one is its data.
void StreamReaders::take(One& one, std::string_view text, std::int64_t at_ns) {
  one.text += text;
  if (one.reader.status() != 200) return;
  std::string_view left = one.text;
  for (auto end = left.find("\n\n"); end != left.npos; end = left.find("\n\n")) {
    const auto block = left.substr(0, end);
    left.remove_prefix(end + 2);
    constexpr std::string_view case_begins = "event: case\ndata: ";
    if (block.starts_with(case_begins)) tally_.came(one.number, block.substr(case_begins.size()), at_ns);
    if (block.starts_with("event: head\n") && !std::exchange(one.at_head, true)) ++progress_.at_head;
  }
  one.text.erase(0, one.text.size() - left.size());
}

}  // namespace huying::bench
