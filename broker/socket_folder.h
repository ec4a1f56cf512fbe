// A folder of mode 0700 for one socket, outside the data folder: where a broker that may write nothing there listens.
// Under XDG_RUNTIME_DIR, else TMPDIR, else /tmp. Gone, with the socket, when the object is. One thread.
#pragma once
#include <string>
#include <utility>

#include "base/result.h"

namespace huying::broker {

class SocketFolder {
 public:
  static Result<SocketFolder> make();  // USAGE: no folder can be made there
  ~SocketFolder();
  SocketFolder(SocketFolder&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  SocketFolder& operator=(SocketFolder&&) = delete;

  const std::string& path() const { return path_; }

 private:
  explicit SocketFolder(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

}  // namespace huying::broker
