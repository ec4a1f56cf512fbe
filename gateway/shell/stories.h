// The events of one case as a person may read them: a subscription to that case alone, on behalf of the person, over before it
// is answered. Eight sessions serve all; who comes meanwhile waits, at most 256.
//
// Owned by the gateway; one thread, that of the context. Answered once: NOT_YOUR_CELL, CASE_UNKNOWN, GATEWAY_BUSY, NOT_CONNECTED
// after ten seconds.
#pragma once
#include <asio/io_context.hpp>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "gateway/shell/broker_link.h"

namespace huying::gateway {

struct Step {
  v1::CaseEvent event;
  std::string cell;            // in whose stream it stands
  std::uint64_t sequence = 0;  // of its record there
};

class Stories {
 public:
  using Told = std::function<void(Result<std::vector<Step>>)>;

  Stories(asio::io_context& context, BrokerLinkOptions options);
  ~Stories();
  Stories(const Stories&) = delete;
  Stories& operator=(const Stories&) = delete;

  // `person` empty: all that the gateway may read.
  void tell(const std::string& person, const std::string& case_number, Told told);
  void stop();

 private:
  class Teller;
  struct Wanted {
    std::string person, case_number;
    Told told;
  };
  void next(Teller& teller);

  asio::io_context& context_;
  const BrokerLinkOptions options_;
  std::vector<std::unique_ptr<Teller>> tellers_;
  std::deque<Wanted> waiting_;
};

}  // namespace huying::gateway
