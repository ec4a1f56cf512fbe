// The gateway's session with the broker, and what is asked over it: steps, questions, requests, status, and the directory in
// force with its geometry. Each question is answered once, by the broker or, after ten seconds, by a number of the catalogue:
// NOT_CONNECTED, and for a step or request that may be on disk NOT_DECIDED_YET (the same id asks again, I2).
//
// Owned by the gateway; one thread, that of the context. Bounded: more than `unanswered_max` at once are GATEWAY_BUSY.
#pragma once
#include <asio/io_context.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "client/actor.h"
#include "client/publisher.h"
#include "client/session.h"
#include "huying/v1/directory.pb.h"

namespace huying::gateway {

inline constexpr std::size_t unanswered_max = 2'000;
inline constexpr Milliseconds answer_within{10'000};

struct BrokerLinkOptions {
  std::string endpoint, principal;
};

struct BrokerLinkCallbacks {
  std::function<void(const v1::Configuration&, std::uint64_t version)> on_configuration;  // of each version that is met
  std::function<void(const client::Lost&)> on_lost;
};

class BrokerLink {
 public:
  BrokerLink(asio::io_context& context, BrokerLinkOptions options, BrokerLinkCallbacks callbacks);
  ~BrokerLink();
  BrokerLink(const BrokerLink&) = delete;
  BrokerLink& operator=(const BrokerLink&) = delete;

  Result<void> start();  // ENDPOINT_NOT_PRIVATE
  void stop();

  // Answered by DECIDED, or by REFUSED with its error.
  void act(const v1::Action& action, client::Actor::OnReply told);
  void query(v1::Query query, client::Actor::OnQuery told);
  void fetch(v1::Fetch fetch, client::Actor::OnFetch told);
  void status(client::Actor::OnStatus told);
  void publish(const v1::Request& request, std::function<void(const v1::PublishAck&)> told);
  // A directory was published: fetch what is in force now.
  void fetch_configuration();

  bool connected() const { return session_.welcomed(); }
  // The centre's now, between the broker's frames by its rate; 0 before the first.
  std::int64_t now_ms() const;
  const v1::Welcome& welcome() const { return session_.welcome(); }
  const BrokerLinkOptions& options() const { return options_; }
  std::size_t unanswered() const { return unanswered_; }

 private:
  class Configurations;
  template <class Reply>
  struct Asked;
  template <class Reply>
  std::shared_ptr<Asked<Reply>> ask(std::function<void(const Reply&)> told);
  void published(std::uint64_t tag, const v1::PublishAck& ack);

  asio::io_context& context_;
  const BrokerLinkOptions options_;
  client::Session session_;
  client::Actor actor_;
  client::Publisher publisher_;
  std::unique_ptr<Configurations> configurations_;
  std::size_t unanswered_ = 0;
  std::uint64_t next_publication_ = 1;
  std::map<std::uint64_t, std::function<void(const v1::PublishAck&)>> publications_;
  const std::shared_ptr<BrokerLink*> self_ = std::make_shared<BrokerLink*>(this);  // null when it has gone
};

}  // namespace huying::gateway
