// The configuration versions that a host's cells need, fetched from the broker in parts and made ready once. Part of
// HostCore; one thread.
#pragma once
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "huying/v1/session.pb.h"
#include "workers/cell/settings.h"

namespace huying::host {

class Configurations {
 public:
  // nullptr: not here (yet). Asking for it is `want`.
  cell::Settings* find(std::uint64_t version) const;

  // Asks for a version unless it is here or being fetched.
  void want(std::uint64_t version, std::vector<v1::ClientFrame>& out);
  // In a new session, of which the one before left nothing: from the first part.
  void ask_again(std::vector<v1::ClientFrame>& out);
  // For what the broker had no answer to. What is on its way comes: asking for it again would begin it again.
  void ask_again_for_failed(std::vector<v1::ClientFrame>& out);
  // True when a version became ready with this part. Its Settings say which it is: a later one than was asked for where
  // the broker does not keep that any more.
  bool take(const v1::ConfigurationReply& reply, std::vector<v1::ClientFrame>& out);
  // Versions before it, and not needed, are let go.
  void keep_from(std::uint64_t version);

 private:
  struct Fetch {
    std::string bytes;
    std::uint32_t next_part = 0;
    std::uint64_t of = 0;  // which version the parts so far are of
    bool failed = false;   // by the broker, for now
    bool refused = false;  // by this build, for good
  };
  struct Asked {
    std::uint64_t version = 0;
    std::uint32_t part = 0;
  };
  void begin(std::uint64_t version, Fetch& fetch, std::vector<v1::ClientFrame>& out);
  void ask(std::uint64_t version, std::uint32_t part, std::vector<v1::ClientFrame>& out);
  Fetch* fetch_of(const v1::ConfigurationReply& reply, std::uint64_t& version);

  std::map<std::uint64_t, std::shared_ptr<cell::Settings>> ready_;
  std::map<std::uint64_t, Fetch> fetching_;
  std::deque<Asked> asked_;  // of this session, answered in this order
};

}  // namespace huying::host
