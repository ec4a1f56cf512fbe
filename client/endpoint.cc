#include "client/endpoint.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <asio/io_context.hpp>
#include <asio/ip/address.hpp>
#include <asio/local/stream_protocol.hpp>
#include <cerrno>
#include <charconv>
#include <filesystem>
#include <system_error>

#include "proto/errors.h"

namespace huying::client {
namespace {

tl::unexpected<Error> refused(std::string why) {
  return fail(v1::ERROR_CODE_ENDPOINT_NOT_PRIVATE, std::move(why));
}

Result<void> check_path_length(std::string_view path) {
  if (path.size() > ipc_path_bytes_max)
    return refused(fmt::format("a socket's path has at most {} bytes, this one {}: use a shorter data folder, or "
                               "--endpoint",
                               ipc_path_bytes_max, path.size()));
  return {};
}

Result<void> check_ipc(std::string_view path) {
  if (path.empty() || path.front() == '@' || path.front() == '*')
    return refused("ipc needs the path of a socket in a folder");
  if (auto short_enough = check_path_length(path); !short_enough) return short_enough;
  auto folder = std::filesystem::path(path).parent_path();
  if (folder.empty()) folder = ".";
  struct stat status {};
  // Nothing about its privacy: the path is wrong.
  if (::stat(folder.c_str(), &status) != 0)
    return fail(v1::ERROR_CODE_USAGE, fmt::format("ipc://{}: {}: {}", path, folder.string(),
                                                  std::generic_category().message(errno)));
  if (!S_ISDIR(status.st_mode))
    return fail(v1::ERROR_CODE_USAGE, fmt::format("ipc://{}: {} is not a folder", path, folder.string()));
  if ((status.st_mode & 077) != 0)
    return refused(fmt::format("{} has mode {:04o}, not 0700", folder.string(), status.st_mode & 07777u));
  if (status.st_uid != ::geteuid() && ::geteuid() != 0)
    return refused(fmt::format("{} belongs to another user", folder.string()));
  return {};
}

bool is_port(std::string_view text) {
  if (text == "*") return true;
  unsigned port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc{} && end == text.data() + text.size() && port <= 65535;
}

Result<void> check_tcp(std::string_view rest) {
  const auto colon = rest.rfind(':');
  if (colon == std::string_view::npos || !is_port(rest.substr(colon + 1))) return refused("tcp needs ADDRESS:PORT");
  auto host = rest.substr(0, colon);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  asio::error_code error;
  auto address = asio::ip::make_address(std::string(host), error);
  // ZeroMQ tells an IPv4 endpoint that it bound as ::ffff:127.0.0.1 where the machine has IPv6.
  if (!error && address.is_v6() && address.to_v6().is_v4_mapped())
    address = asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
  if (error) return refused(fmt::format("{} is not a numeric address", host));
  if (!address.is_loopback()) return refused(fmt::format("{} is not loopback", host));
  return {};
}

}  // namespace

Result<void> check_endpoint(std::string_view endpoint) {
  constexpr std::string_view ipc = "ipc://", tcp = "tcp://";
  if (endpoint.substr(0, ipc.size()) == ipc) return check_ipc(endpoint.substr(ipc.size()));
  if (endpoint.substr(0, tcp.size()) == tcp) return check_tcp(endpoint.substr(tcp.size()));
  return refused(fmt::format("{} is neither ipc:// nor tcp://", endpoint));
}

Result<void> check_free_to_bind(std::string_view endpoint) {
  constexpr std::string_view ipc = "ipc://";
  if (endpoint.substr(0, ipc.size()) != ipc) return {};
  const std::string path(endpoint.substr(ipc.size()));
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0 || S_ISDIR(status.st_mode)) return {};  // a folder is never removed
  if (!S_ISSOCK(status.st_mode))
    return fail(v1::ERROR_CODE_USAGE, fmt::format("{} is no socket: it is left as it is; name another place", path));
  asio::io_context context;
  asio::local::stream_protocol::socket socket(context);
  asio::error_code error;
  socket.connect(asio::local::stream_protocol::endpoint(path), error);
  if (!error) return fail(v1::ERROR_CODE_USAGE, fmt::format("another program listens at {}", path));
  return {};
}

std::string why_not_bound(std::string_view endpoint, int error) {
  const auto said = [](int number) { return std::generic_category().message(number); };
  constexpr std::string_view ipc = "ipc://";
  if (endpoint.substr(0, ipc.size()) != ipc) return fmt::format("{}: {}", endpoint, said(error));
  const std::filesystem::path path(endpoint.substr(ipc.size()));
  struct stat status {};
  if (::lstat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode))
    return fmt::format("{} is a folder, no place for a socket", path.string());
  auto folder = path.parent_path();
  if (folder.empty()) folder = ".";
  // An old socket that cannot be removed looks like an address in use.
  if (::access(folder.c_str(), W_OK | X_OK) != 0)
    return fmt::format("no socket can be made in {}: {}", folder.string(), said(errno));
  return fmt::format("{}: {}", endpoint, said(error));
}

Result<std::string> endpoint_in_folder(const std::string& data_folder) {
  std::error_code error;
  auto folder = std::filesystem::absolute(data_folder, error).lexically_normal();
  if (error) return refused(fmt::format("{}: {}", data_folder, error.message()));
  const auto path = (folder / "broker.sock").string();
  if (auto short_enough = check_path_length(path); !short_enough) return tl::make_unexpected(short_enough.error());
  return "ipc://" + path;
}

}  // namespace huying::client
