// May this endpoint be used? Until keys guard the ZeroMQ side, only ipc in a folder of mode 0700 and loopback are
// (docs/architecture.md, Leases and Wire). The broker asks before it binds, clients before they connect. Any thread.
#pragma once
#include <string>
#include <string_view>

#include "base/result.h"

namespace huying::client {

// sockaddr_un holds 108 bytes with the zero at the end.
inline constexpr std::size_t ipc_path_bytes_max = 107;

// ipc://FOLDER/NAME in an existing folder of mode 0700 that is ours, or tcp://127.x.y.z:PORT, tcp://[::1]:PORT
// (PORT may be * for a bind). ENDPOINT_NOT_PRIVATE, with the reason; USAGE where the folder of an ipc is none.
Result<void> check_endpoint(std::string_view endpoint);

// Before a bind to an ipc endpoint: ZeroMQ would remove whatever lies there, a file of somebody or the socket of a broker
// that serves. USAGE. Free for an old socket that nobody listens at, and for every tcp endpoint.
Result<void> check_free_to_bind(std::string_view endpoint);

// What is true of an endpoint that ZeroMQ could not bind, for `error` as it gave it: of ipc it says "Address already in
// use" also where the folder cannot be written.
std::string why_not_bound(std::string_view endpoint, int error);

// ipc://FOLDER/broker.sock. ENDPOINT_NOT_PRIVATE when the path is longer than a socket's may be.
Result<std::string> endpoint_in_folder(const std::string& data_folder);

}  // namespace huying::client
