#include "gateway/shell/feed.h"

#include <fmt/format.h>

#include <algorithm>
#include <asio/post.hpp>

#include "gateway/shell/json.h"
#include "gateway/shell/problem.h"
#include "proto/errors.h"

namespace huying::gateway {
namespace {

constexpr std::string_view head_text = "event: head\ndata: {}\n\n";
constexpr std::string_view lost_text = "event: lost\ndata: {}\n\n";

std::string id_text(const std::string& token) { return fmt::format("id: {}\n\n", to_base64url(token)); }

client::SubscriberOptions subscription(const StreamWanted& wanted) {
  client::SubscriberOptions options;
  options.subscribe.set_person(wanted.person);
  for (const auto& subject : wanted.subjects) options.subscribe.add_subjects(subject);
  if (wanted.token.empty())
    options.subscribe.set_head(true);
  else
    options.subscribe.set_token(wanted.token);
  return options;
}

bool is_another_history(std::uint32_t error) {
  return error == v1::ERROR_CODE_TOKEN_INVALID || error == v1::ERROR_CODE_CURSOR_BEYOND_JOURNAL || error == v1::ERROR_CODE_ARCHIVED;
}

http::Response head_of_a_stream() {
  return {200, {{"Content-Type", "text/event-stream"}, {"Cache-Control", "no-store"}, {"X-Accel-Buffering", "no"}}, {}};
}

}  // namespace

Streams::Feed::Feed(asio::io_context& context, const BrokerLinkOptions& link, const StreamsOptions& options,
                    std::shared_ptr<EventTexts> texts, const StreamWanted& wanted)
    : options_(options), texts_(std::move(texts)), person_(wanted.person), subjects_(wanted.subjects), began_at_(wanted.token),
      session_(context,
               {.endpoint = link.endpoint, .principal = link.principal, .role = v1::ROLE_GATEWAY, .program = "huying stream"}),
      subscriber_(session_, subscription(wanted), callbacks()), patience_(context), context_(context), token_(wanted.token) {
  session_.attach(subscriber_);
}

client::SubscriberCallbacks Streams::Feed::callbacks() {
  return {.on_event =
              [this](const v1::EventDelivery& delivery) {
                pending_ += texts_->of(delivery);
                if (std::exchange(flush_posted_, true)) return;
                // Where no progress came with it, the place behind it is told later.
                asio::post(context_, [self = shared_from_this()] {
                  self->flush_posted_ = false;
                  self->flush({});
                });
              },
          .on_progress = [this](const v1::Progress& said) { progress(said); },
          .on_subscribed = [this](const v1::Subscribed&) { subscribed(); },
          .on_gap = {},
          .on_refused = [this](const Error& error) { refused(error); },
          .on_waiting = {}};
}

Result<void> Streams::Feed::start() {
  patience_.expires_after(answer_within);
  patience_.async_wait([weak = weak_from_this()](const asio::error_code& cancelled) {
    const auto self = weak.lock();
    if (!cancelled && self && !self->stands_) self->refused({v1::ERROR_CODE_NOT_CONNECTED, "no subscription in time"});
  });
  return session_.start();
}

void Streams::Feed::stop() {
  is_over_ = true;
  patience_.cancel();
  for (auto& one : waiting_) one.reply->send(problem({v1::ERROR_CODE_SHUTTING_DOWN, {}}));
  waiting_.clear();
  streams_.clear();  // each is closed
  session_.stop();
}

// ---- Streams ---------------------------------------------------------------------------------------------------

std::optional<std::size_t> Streams::Feed::remembered(std::string_view token) const {
  for (std::size_t i = 0; i < told_.size(); ++i)
    if (told_[i].token == token) return i + 1;
  return std::nullopt;
}

// Of the last place only what was told since has no place yet.
std::size_t Streams::Feed::told_after(std::string_view token) const {
  if (const auto from = remembered(token)) return *from;
  const bool has_open = !told_.empty() && told_.back().token.empty();
  return told_.size() - (has_open && token == token_ ? 1 : 0);
}

bool Streams::Feed::suits(const StreamWanted& wanted) const {
  if (is_over_ || wanted.person != person_ || wanted.subjects != subjects_) return false;
  if (wanted.token.empty()) return began_at_.empty() || at_head_;
  return wanted.token == token_ || remembered(wanted.token).has_value();
}

void Streams::Feed::join(const StreamWanted& wanted, std::shared_ptr<http::Reply> reply) {
  empty_since_.reset();
  Waiting waiting{wanted, std::move(reply)};
  if (!stands_) return waiting_.push_back(std::move(waiting));
  if (!session_.welcomed()) {
    note_empty();
    return waiting.reply->send(problem({v1::ERROR_CODE_NOT_CONNECTED, {}}));
  }
  begin(std::move(waiting));
}

// What it missed, then where it is.
void Streams::Feed::begin(Waiting waiting) {
  flush({});
  auto stream = waiting.reply->stream(head_of_a_stream());
  if (!stream) return note_empty();
  std::string text = "retry: 2000\n\n";
  if (!waiting.wanted.token.empty())
    for (std::size_t i = told_after(waiting.wanted.token); i < told_.size(); ++i) text += told_[i].text;
  if (!token_.empty()) text += id_text(token_);
  if (at_head_) text += head_text;
  stream->on_gone([weak = weak_from_this(), raw = stream.get()] {
    const auto self = weak.lock();
    if (!self) return;
    // From the stream's own call: it goes when that has returned.
    asio::post(self->context_, [self, raw] {
      std::erase_if(self->streams_, [&](const One& one) { return one.stream.get() == raw; });
      self->note_empty();
    });
  });
  stream->write(std::move(text));
  streams_.push_back({std::move(stream), waiting.wanted.session});
}

void Streams::Feed::note_empty() {
  if (streams() != 0)
    empty_since_.reset();
  else if (!empty_since_)
    empty_since_ = SteadyInstant::clock::now();
}

void Streams::Feed::write(const std::string& text) {
  for (auto& one : streams_) one.stream->write(text);
}

// A page that hears nothing says that its picture is old. While the broker is away it is, however well we hear each other.
void Streams::Feed::say_alive() {
  if (session_.welcomed()) write(": \n\n");
}

// ---- The subscription ------------------------------------------------------------------------------------------

void Streams::Feed::subscribed() {
  if (std::exchange(stands_, true)) return;  // again, after a lost connection: it goes on
  patience_.cancel();
  for (auto& one : std::exchange(waiting_, {})) begin(std::move(one));
}

void Streams::Feed::refused(const Error& error) {
  if (is_over_) return;
  is_over_ = true;
  patience_.cancel();
  const bool is_lost = is_another_history(error.code);
  for (auto& one : std::exchange(waiting_, {})) {
    if (!is_lost) {
      one.reply->send(problem(error));
      continue;
    }
    if (auto stream = one.reply->stream(head_of_a_stream())) stream->write(std::string(lost_text));
  }
  write(std::string(lost_text));  // rights changed, or the journal did: load anew
  asio::post(context_, [self = shared_from_this()] { self->stop(); });
}

void Streams::Feed::flush(const std::string& token) {
  std::string text = std::exchange(pending_, {});
  if (!token.empty() && token != token_) {
    token_ = token;
    text += id_text(token);
  }
  if (text.empty()) return;
  write(text);
  if (told_.empty() || !told_.back().token.empty()) told_.push_back({});
  told_.back().text += text;
  told_.back().token = token;
  told_bytes_ += text.size();
  while (told_bytes_ > options_.remembered_bytes_max && told_.size() > 1) {
    told_bytes_ -= told_.front().text.size();
    told_.pop_front();
  }
}

void Streams::Feed::progress(const v1::Progress& said) {
  flush(subscriber_.resume_token());
  if (!std::exchange(at_head_, said.at_head()) && at_head_) write(std::string(head_text));
}

}  // namespace huying::gateway
