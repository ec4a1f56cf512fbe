#include "workers/host/configurations.h"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "base/limits.h"
#include "proto/errors.h"

namespace huying::host {
namespace {
// 200,000 cells without geometry at 120 bytes and as many people at 200 come to 64 MiB.
constexpr std::size_t configuration_bytes_max = 128 * limits::MiB;
}  // namespace

cell::Settings* Configurations::find(std::uint64_t version) const {
  const auto found = ready_.find(version);
  return found == ready_.end() ? nullptr : found->second.get();
}

void Configurations::ask(std::uint64_t version, std::uint32_t part, std::vector<v1::ClientFrame>& out) {
  asked_.push_back({version, part});
  auto& fetch = *out.emplace_back().mutable_fetch_configuration();
  fetch.set_version(version);
  fetch.set_part(part);
}

void Configurations::want(std::uint64_t version, std::vector<v1::ClientFrame>& out) {
  if (version == 0 || ready_.contains(version) || fetching_.contains(version)) return;
  begin(version, fetching_[version], out);
}

void Configurations::begin(std::uint64_t version, Fetch& fetch, std::vector<v1::ClientFrame>& out) {
  fetch = {};
  ask(version, 0, out);
}

void Configurations::ask_again(std::vector<v1::ClientFrame>& out) {
  asked_.clear();
  for (auto& [version, fetch] : fetching_)
    if (!fetch.refused) begin(version, fetch, out);
}

void Configurations::ask_again_for_failed(std::vector<v1::ClientFrame>& out) {
  for (auto& [version, fetch] : fetching_)
    if (fetch.failed) begin(version, fetch, out);
}

// What the reply answers: the first question that it can be the answer to.
Configurations::Fetch* Configurations::fetch_of(const v1::ConfigurationReply& reply, std::uint64_t& version) {
  const auto asked = std::find_if(asked_.begin(), asked_.end(), [&](const Asked& one) {
    return one.part == reply.part() && one.version <= reply.version();
  });
  if (asked == asked_.end()) return nullptr;
  version = asked->version;
  asked_.erase(asked);
  const auto found = fetching_.find(version);
  return found == fetching_.end() || found->second.refused ? nullptr : &found->second;
}

bool Configurations::take(const v1::ConfigurationReply& reply, std::vector<v1::ClientFrame>& out) {
  std::uint64_t version = 0;
  auto* const found = fetch_of(reply, version);
  if (found == nullptr) return false;
  auto& fetch = *found;
  if (reply.error() != 0) {
    spdlog::warn("host: configuration {}: {}", reply.version(), sentence({reply.error(), ""}));
    fetch = {};
    fetch.failed = true;
    return false;  // asked again with the next heartbeat
  }
  if (reply.part() != fetch.next_part || fetch.bytes.size() + reply.bytes().size() > configuration_bytes_max) return false;
  if (fetch.next_part != 0 && fetch.of != reply.version()) {  // what the parts so far are of is not kept any more
    begin(version, fetch, out);
    return false;
  }
  fetch.of = reply.version();
  fetch.bytes += reply.bytes();
  fetch.next_part += 1;
  if (fetch.next_part < reply.parts()) {
    ask(version, fetch.next_part, out);
    return false;
  }
  v1::Configuration configuration;
  const bool readable = configuration.ParseFromString(fetch.bytes);
  auto settings = readable ? cell::Settings::make(reply.version(), configuration)
                           : Result<std::shared_ptr<cell::Settings>>(
                                 fail(v1::ERROR_CODE_DIRECTORY_INVALID, "the parts are not a configuration"));
  if (!settings) {
    // The broker checked it: it and this host differ in their build. Deciding nothing is better than wrong clocks.
    spdlog::error("host: configuration {} cannot be decided by: {}", reply.version(), sentence(settings.error()));
    fetch = {};
    fetch.refused = true;
    return false;
  }
  ready_[version] = std::move(*settings);
  fetching_.erase(version);
  return true;
}

void Configurations::keep_from(std::uint64_t version) { ready_.erase(ready_.begin(), ready_.lower_bound(version)); }

}  // namespace huying::host
