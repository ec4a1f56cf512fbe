#include "broker/socket_folder.h"

#include <fmt/format.h>
#include <stdlib.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

#include "proto/errors.h"

namespace huying::broker {
namespace {

std::string parent() {
  for (const char* name : {"XDG_RUNTIME_DIR", "TMPDIR"}) {
    const char* folder = ::getenv(name);
    if (folder != nullptr && *folder == '/') return folder;
  }
  return "/tmp";
}

}  // namespace

Result<SocketFolder> SocketFolder::make() {
  std::string path = parent() + "/huying-XXXXXX";
  if (::mkdtemp(path.data()) == nullptr)
    return fail(v1::ERROR_CODE_USAGE, fmt::format("no socket can be made under {}: {}; name one with --endpoint", parent(),
                                                  std::generic_category().message(errno)));
  return SocketFolder(std::move(path));
}

SocketFolder::~SocketFolder() {
  std::error_code gone_already;
  if (!path_.empty()) std::filesystem::remove_all(path_, gone_already);
}

}  // namespace huying::broker
