#include "tests/bench/servers.h"

#include <fmt/format.h>
#include <stdlib.h>

#include <algorithm>
#include <filesystem>

#include "proto/errors.h"
#include "tests/bench/bench_directory.h"

namespace huying::bench {

Result<TemporaryFolder> TemporaryFolder::make(const std::string& below) {
  std::error_code error;
  std::string path = below.empty() ? std::filesystem::temp_directory_path(error).string() : below;
  path += "/huying-bench-XXXXXX";
  if (error || ::mkdtemp(path.data()) == nullptr) return fail(v1::ERROR_CODE_JOURNAL_WRITE_FAILED, path);
  return TemporaryFolder(std::move(path));
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
}

Result<void> TemporaryFolder::make_folder(const char* name) const {
  std::error_code error;
  std::filesystem::create_directory(at(name), error);
  if (!error) std::filesystem::permissions(at(name), std::filesystem::perms::owner_all, error);
  return error ? fail(v1::ERROR_CODE_JOURNAL_WRITE_FAILED, at(name)) : Result<void>{};
}

std::string endpoint_of(const TemporaryFolder& folder) { return "ipc://" + folder.at("data") + "/broker.sock"; }

Result<Servers> start_servers(const std::string& program, const TemporaryFolder& folder) {
  const std::string endpoint = endpoint_of(folder);
  auto broker = ChildProcess::start(program, {"broker", "--data", folder.at("data"), "--directory", folder.at("directory"),
                                              "--endpoint", endpoint}, folder.at("broker.log"));
  if (!broker) return tl::make_unexpected(broker.error());
  auto worker = ChildProcess::start(program, {"worker", "--endpoint", endpoint, "--as", host_code}, folder.at("worker.log"));
  if (!worker) return tl::make_unexpected(worker.error());
  return Servers{std::move(*broker), std::move(*worker)};
}

Result<Administrator> Administrator::dial(const std::string& endpoint) {
  auto line = Line::dial(endpoint, administrator_code, v1::ROLE_ADMINISTRATOR, start_patience);
  if (!line) return tl::make_unexpected(line.error());
  return Administrator(std::move(*line));
}

Result<v1::StatusReply> Administrator::status() {
  v1::ClientFrame frame;
  frame.mutable_status()->set_tag(1);
  line_.send(frame);
  const auto body = line_.wait(start_patience);
  if (!body) return tl::make_unexpected(body.error());
  v1::StatusReply reply;
  if (body->field != v1::BrokerFrame::kStatusFieldNumber ||
      !reply.ParseFromArray(body->bytes.data(), static_cast<int>(body->bytes.size())))
    return fail(v1::ERROR_CODE_FRAME_UNREADABLE, "status");
  if (reply.error() != 0) return fail(reply.error(), "status");
  return reply;
}

Result<void> Administrator::wait_until_settled(std::uint32_t cells, const std::function<bool()>& running) {
  const auto until = SteadyInstant::clock::now() + start_patience;
  while (SteadyInstant::clock::now() < until && running()) {
    const auto reply = status();
    if (!reply) return tl::make_unexpected(reply.error());
    const auto settled = std::count_if(reply->leases().begin(), reply->leases().end(), [](const v1::LeaseStatus& lease) {
      return !lease.host().empty() && lease.undecided() == 0;
    });
    // The desk is a cell too; the list may be cut short.
    if (settled == reply->leases_size() && settled >= std::min<std::int64_t>(cells, 1'000)) return {};
    zmq::poll(static_cast<zmq::pollitem_t*>(nullptr), 0, Milliseconds{5});  // then asks again
  }
  return fail(v1::ERROR_CODE_NOT_CONNECTED, "the worker does not hold its cells");
}

}  // namespace huying::bench
