// Server-sent events (docs/api.md, Events): what a person may read, as it is committed. A feed is one subscription at the
// broker, on behalf of a person, on a session of its own; streams of one person that ask for the same subjects and begin with
// what comes share it. A feed remembers what it told last, so that a browser which was away for a moment goes on without another
// subscription.
//
// A resume token is told on an `id:` line of its own, when all before it was told: what came after the last one may come twice
// (I11), never not at all.
//
// Owned by the gateway; one thread, that of the context. Bounded: streams of a person and in all, subscriptions, what is
// remembered. A stream that falls behind is over (gateway/http): its browser comes again.
#pragma once
#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "gateway/http/server.h"
#include "gateway/shell/broker_link.h"

namespace huying::gateway {

struct StreamsOptions {
  std::size_t a_person_max = 64, all_max = 4'000, feeds_max = 1'000;
  std::size_t remembered_bytes_max = 256 * 1024;  // of a feed
  std::size_t texts_kept = 2'048;                 // of events, for all feeds
  Milliseconds alive_each{15'000};                // a comment line
  Milliseconds look_each{5'000};                  // after logins, idle feeds, and what is to be kept alive
  Milliseconds feed_lingers{60'000};              // without a stream
};

class EventTexts;

struct StreamWanted {
  std::string person;
  std::vector<std::string> subjects;
  std::string token;    // the broker's; empty: begin with what comes
  std::string session;  // of the login: the stream ends with it
};

class Streams {
 public:
  // `still_logged_in` is asked now and then of each stream's session.
  Streams(asio::io_context& context, BrokerLinkOptions link, StreamsOptions options,
          std::function<bool(const std::string& session)> still_logged_in);
  ~Streams();
  Streams(const Streams&) = delete;
  Streams& operator=(const Streams&) = delete;

  // Answers with a stream, or with a problem: TOO_MANY_STREAMS, SUBJECT_NOT_ALLOWED, SUBJECT_INVALID, NOT_CONNECTED.
  void open(StreamWanted wanted, std::shared_ptr<http::Reply> reply);
  void end_session(const std::string& session);  // somebody logged out
  void stop();
  std::size_t streams() const { return streams_; }
  std::size_t feeds() const { return feeds_.size(); }

 private:
  class Feed;
  void look();
  void arm();
  std::size_t streams_of(const std::string& person) const;
  // Where the person, or everybody together, has as many feeds as may be, the one that is without a stream for longest ends.
  void make_room(const std::string& person);

  asio::io_context& context_;
  const BrokerLinkOptions link_;
  const StreamsOptions options_;
  const std::function<bool(const std::string&)> still_logged_in_;
  asio::steady_timer timer_;
  const std::shared_ptr<EventTexts> texts_;  // of all feeds
  std::vector<std::shared_ptr<Feed>> feeds_;
  std::size_t streams_ = 0;
  SteadyInstant alive_at_{};
};

}  // namespace huying::gateway
