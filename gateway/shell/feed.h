// One subscription that streams share; see streams.h. Owned by Streams; one thread.
#pragma once
#include <asio/io_context.hpp>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "client/session.h"
#include "client/subscriber.h"
#include "gateway/shell/event_texts.h"
#include "gateway/shell/streams.h"

namespace huying::gateway {

class Streams::Feed : public std::enable_shared_from_this<Streams::Feed> {
 public:
  Feed(asio::io_context& context, const BrokerLinkOptions& link, const StreamsOptions& options, std::shared_ptr<EventTexts> texts,
       const StreamWanted& wanted);
  Result<void> start();
  void stop();

  // Whether a stream that wants this may join here: the same person and subjects, and it begins with what comes or with a place
  // that is still remembered.
  bool suits(const StreamWanted& wanted) const;
  void join(const StreamWanted& wanted, std::shared_ptr<http::Reply> reply);

  const std::string& person() const { return person_; }
  std::size_t streams() const { return streams_.size() + waiting_.size(); }
  bool is_over() const { return is_over_; }
  std::optional<SteadyInstant> empty_since() const { return empty_since_; }
  template <class Condition>
  void end_if(Condition condition) {
    std::erase_if(streams_, [&](const One& one) { return !one.stream->is_open() || condition(one.session); });
    note_empty();
  }
  void say_alive();

 private:
  struct One {
    std::shared_ptr<http::Reply::Stream> stream;
    std::string session;
  };
  struct Waiting {
    StreamWanted wanted;
    std::shared_ptr<http::Reply> reply;
  };
  struct Told {
    std::string text, token;  // the place behind it
  };
  client::SubscriberCallbacks callbacks();
  void subscribed();
  void refused(const Error& error);
  void progress(const v1::Progress& progress);
  void flush(const std::string& token);
  void begin(Waiting waiting);
  void write(const std::string& text);
  void note_empty();
  std::optional<std::size_t> remembered(std::string_view token) const;
  std::size_t told_after(std::string_view token) const;

  const StreamsOptions& options_;
  const std::shared_ptr<EventTexts> texts_;
  const std::string person_;
  const std::vector<std::string> subjects_;
  const std::string began_at_;  // token; empty: with what came
  client::Session session_;
  client::Subscriber subscriber_;
  asio::steady_timer patience_;
  asio::io_context& context_;
  std::vector<One> streams_;
  std::vector<Waiting> waiting_;  // until the subscription stands
  std::string pending_;           // since the last progress
  std::deque<Told> told_;
  std::size_t told_bytes_ = 0;
  std::string token_;             // behind all that was told
  bool stands_ = false, at_head_ = false, is_over_ = false, flush_posted_ = false;
  std::optional<SteadyInstant> empty_since_;
};

}  // namespace huying::gateway
