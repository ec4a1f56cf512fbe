// A subscription, with the proof that nothing is missing (I11): consumer_sequence is contiguous from 1 within a
// cursor's generation, and Progress says how far was examined. A repeat is dropped, a hole is told and asked for again.
//
// A conversation of a session (conversation.h), on its thread. After a lost connection a named subscription goes on at
// its cursor, an unnamed one at the last resume token. A name that the broker does not know any more goes on at that token,
// too. A Subscribe that nothing answers within takeover_max is sent again. on_refused is told what the broker refuses
// (SUBJECT_NOT_ALLOWED, NAME_TAKEN, SUBSCRIPTION_TAKEN_OVER, ARCHIVED, CURSOR_BEYOND_JOURNAL, …); the subscription is over
// then, unless the broker says when to try again.
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "base/result.h"
#include "client/conversation.h"

namespace huying::client {

struct SubscriberOptions {
  v1::Subscribe subscribe;  // name, subjects, from, person; credit is the subscriber's own matter
  std::uint32_t credit_messages = 1'000;
  std::uint64_t credit_bytes = 2 * limits::MiB;
};

struct SubscriberCallbacks {
  // Each event once, in order within its cell. It is acknowledged when the frame that brought it has been handled.
  std::function<void(const v1::EventDelivery&)> on_event;
  std::function<void(const v1::Progress&)> on_progress;
  std::function<void(const v1::Subscribed&)> on_subscribed;  // its `begin` says where it goes on, and why there
  // A hole: `expected` did not come, `found` did. It has been asked for again.
  std::function<void(std::uint64_t expected, std::uint64_t found)> on_gap;
  std::function<void(const Error&)> on_refused;
  // Refused for now: it is asked for again after so long, and a little more.
  std::function<void(const Error&, Milliseconds)> on_waiting;
};

class Subscriber : public Conversation {
 public:
  Subscriber(FrameSink& sink, SubscriberOptions options, SubscriberCallbacks callbacks);

  std::uint64_t events() const { return events_; }    // handed on
  std::uint64_t repeats() const { return repeats_; }  // dropped
  std::uint64_t gaps() const { return gaps_; }
  const std::string& resume_token() const { return token_; }

  // From on_event: what was handed on is acknowledged, the rest of the frame is neither.
  void end();
  // What was handed on is kept for a moment and would be lost with the process: nothing more is acknowledged until release().
  void hold() { held_ = true; }
  void release();

  void on_welcome(const v1::Welcome& welcome) override;
  void on_frame(const v1::BrokerFrame& frame) override;
  void on_lost() override;
  void on_tick(SteadyInstant now) override;

 private:
  void subscribe();
  void take(const v1::Subscribed& subscribed);
  void take(const v1::Refusal& refusal);
  bool is_mine(const v1::Refusal& refusal) const;
  void take(const v1::Events& events);
  bool take(const v1::EventDelivery& delivery);  // false: a hole, the rest of the frame is worthless
  void take(const v1::Progress& progress);
  void acknowledge();
  void give_credit(std::uint32_t messages, std::uint64_t bytes);
  void tell_gap(std::uint64_t found);

  FrameSink& sink_;
  const SubscriberOptions options_;
  SubscriberCallbacks callbacks_;
  bool standing_ = false, over_ = false, held_ = false;
  bool begun_ = false;               // the first Subscribed has come: from then on it resumes
  std::uint64_t generation_ = 0;
  std::uint64_t expected_ = 0;       // the next consumer_sequence
  std::uint64_t acknowledged_ = 0;
  std::string token_;
  // Of each stream the last (sequence, index) handed on: a new generation repeats what its token did not cover.
  std::map<std::uint32_t, std::pair<std::uint64_t, std::uint32_t>> last_;
  std::uint32_t used_messages_ = 0;  // since credit was given last
  std::uint64_t used_bytes_ = 0;
  std::uint64_t events_ = 0, repeats_ = 0, gaps_ = 0;
  std::optional<Milliseconds> wait_;          // before it asks again; from the next tick on
  std::optional<SteadyInstant> again_at_;
};

}  // namespace huying::client
