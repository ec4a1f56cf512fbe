// A person's (or gateway's) steps and questions: Act answered twice, Query, Fetch, Status. Unanswered ones are asked
// again in the next session; (person, action_id) makes that harmless (I2).
//
// A conversation of a session (conversation.h), on its thread. Errors are in the answers. NO_OWNER to a question is
// asked again on each tick until takeover_max has passed: by then the cell has an owner again (I4).
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <optional>

#include "client/conversation.h"

namespace huying::client {

class Actor : public Conversation {
 public:
  // RECEIVED (at most once) and then DECIDED, or REFUSED alone.
  using OnReply = std::function<void(const v1::ActionReply&)>;
  using OnQuery = std::function<void(const v1::QueryReply&)>;
  using OnFetch = std::function<void(const v1::FetchReply&)>;
  using OnStatus = std::function<void(const v1::StatusReply&)>;

  explicit Actor(FrameSink& sink) : sink_(sink) {}

  void act(const v1::Action& action, OnReply on_reply);
  void query(v1::Query query, OnQuery on_reply);
  void fetch(v1::Fetch fetch, OnFetch on_reply);
  void status(OnStatus on_reply, bool retry_parked = false);
  std::size_t unanswered() const { return pending_.size(); }

  void on_welcome(const v1::Welcome& welcome) override;
  void on_frame(const v1::BrokerFrame& frame) override;
  void on_tick(SteadyInstant now) override;

 private:
  struct Pending {
    v1::ClientFrame frame;
    OnReply on_action;
    OnQuery on_query;
    OnFetch on_fetch;
    OnStatus on_status;
    bool received = false;           // the first answer was given
    bool again = false;              // on the next tick, or
    std::optional<Milliseconds> wait;  // so long after it
    std::optional<SteadyInstant> again_at;
    SteadyInstant give_up_at{};      // of NO_OWNER; 0: not yet met
  };

  Pending& add(std::uint64_t tag);
  void send(Pending& pending) { sink_.send(pending.frame); }
  void wait_as_told(Pending& pending, std::uint32_t retry_after_ms);
  void take_action(const v1::ActionReply& reply);
  void take_query(const v1::QueryReply& reply);
  void take_refusal(const v1::Refusal& refusal);
  // Takes it out, so that the callback may ask anew.
  Pending take_out(std::uint64_t tag);

  FrameSink& sink_;
  SteadyInstant now_{};  // of the last tick: waiting for an owner needs no better clock
  std::uint64_t next_tag_ = actor_tags_from;
  std::map<std::uint64_t, Pending> pending_;  // by tag: asked again in the order asked
};

}  // namespace huying::client
