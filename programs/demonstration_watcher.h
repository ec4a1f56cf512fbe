// A street supervisor who subscribed: every case event and escalation of the street, once and in order within a cell.
// Owned by the demonstration, on its context's thread. A lost connection is dialled anew and resumed.
#pragma once
#include <asio/io_context.hpp>
#include <functional>
#include <string>

#include "client/session.h"
#include "client/subscriber.h"

namespace huying::programs {

class DemonstrationWatcher {
 public:
  using OnEvent = std::function<void(const v1::EventDelivery&, const v1::CaseEvent&)>;
  using OnReady = std::function<void()>;  // the subscription stands
  using OnFailed = std::function<void(const Error&)>;

  DemonstrationWatcher(asio::io_context& context, const std::string& endpoint, OnReady on_ready, OnEvent on_event,
                       OnFailed on_failed);
  Result<void> start() { return session_.start(); }
  void stop() { session_.stop(); }

 private:
  client::Session session_;
  client::Subscriber subscriber_;
};

}  // namespace huying::programs
