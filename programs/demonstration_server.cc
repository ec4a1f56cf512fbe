#include "programs/demonstration_server.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <asio/buffer.hpp>
#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <string_view>
#include <utility>

#include "base/check.h"
#include "proto/errors.h"

extern char** environ;

namespace huying::programs {
namespace {

// Of util-linux, which every Debian has: should this process be killed, the kernel ends the child too.
constexpr const char* bound_to_parent = "/usr/bin/setpriv";
constexpr std::size_t said_bytes_max = 64 << 10;
constexpr std::string_view listening_words = "listening at ";  // of `huying serve`, programs/serving.cc

// Signals as a fresh process has them, a group of its own, standard output into the pipe.
class SpawnSettings {
 public:
  explicit SpawnSettings(int output) {
    ::posix_spawn_file_actions_init(&actions_);
    ::posix_spawn_file_actions_adddup2(&actions_, output, STDOUT_FILENO);
    ::posix_spawnattr_init(&attributes_);
    sigset_t none, all;
    ::sigemptyset(&none);
    ::sigfillset(&all);
    ::posix_spawnattr_setsigmask(&attributes_, &none);
    ::posix_spawnattr_setsigdefault(&attributes_, &all);
    ::posix_spawnattr_setpgroup(&attributes_, 0);
    ::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  }
  ~SpawnSettings() {
    ::posix_spawn_file_actions_destroy(&actions_);
    ::posix_spawnattr_destroy(&attributes_);
  }
  SpawnSettings(const SpawnSettings&) = delete;
  SpawnSettings& operator=(const SpawnSettings&) = delete;

  posix_spawn_file_actions_t actions_;
  posix_spawnattr_t attributes_;
};

}  // namespace

DemonstrationServer::DemonstrationServer(asio::io_context& context) : children_(context, SIGCHLD), output_(context) {}

DemonstrationServer::~DemonstrationServer() {
  if (child_ <= 0) return;
  ::kill(child_, SIGKILL);
  ::waitpid(child_, nullptr, 0);
}

Result<void> DemonstrationServer::start(const std::vector<std::string>& arguments, OnListening on_listening,
                                        OnEnded on_ended, std::string awaited) {
  HUYING_CHECK(!runs());
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0)
    return fail(v1::ERROR_CODE_INTERNAL, fmt::format("pipe: {}", std::strerror(errno)));
  // By our own number: this very program, though its file may have been replaced since.
  std::vector<std::string> line{bound_to_parent, "--pdeathsig", "TERM", "--",
                                fmt::format("/proc/{}/exe", ::getpid())};
  line.insert(line.end(), arguments.begin(), arguments.end());
  std::vector<char*> words;
  for (auto& word : line) words.push_back(word.data());
  words.push_back(nullptr);
  const SpawnSettings settings(ends[1]);
  const int refused =
      ::posix_spawn(&child_, bound_to_parent, &settings.actions_, &settings.attributes_, words.data(), environ);
  ::close(ends[1]);
  if (refused != 0) {
    child_ = -1;
    ::close(ends[0]);
    return fail(v1::ERROR_CODE_INTERNAL, fmt::format("a child process: {}", std::strerror(refused)));
  }
  output_.close();
  output_.assign(ends[0]);
  said_.clear();
  awaited_ = std::move(awaited);
  has_shown_ = false;
  on_listening_ = std::move(on_listening);
  on_ended_ = std::move(on_ended);
  read_output();
  wait_for_children();
  return {};
}

bool DemonstrationServer::listens() const { return said_.find(listening_words) != std::string::npos; }

void DemonstrationServer::terminate() {
  if (runs()) ::kill(child_, SIGTERM);
}

// Its output says where it listens; the rest is read so that it never meets a broken pipe.
void DemonstrationServer::read_output() {
  output_.async_read_some(asio::buffer(buffer_), [this](const asio::error_code& error, std::size_t size) {
    if (error) return;
    if (is_shown_) show(std::string_view(buffer_.data(), size));
    if (said_.size() + size <= said_bytes_max) said_.append(buffer_.data(), size);
    if (on_listening_ && listens() && said_.find(awaited_) != std::string::npos) std::exchange(on_listening_, {})();
    read_output();
  });
}

// The first line says where it listens, which the demonstration says in its own way.
void DemonstrationServer::show(std::string_view output) {
  if (!std::exchange(has_shown_, true)) output.remove_prefix(std::min(output.find('\n') + 1, output.size()));
  fmt::print("{}", output);
  std::fflush(stdout);
}

void DemonstrationServer::wait_for_children() {
  children_.async_wait([this](const asio::error_code& cancelled, int) {
    if (cancelled) return;
    collect();
    if (runs()) wait_for_children();
  });
}

void DemonstrationServer::collect() {
  int status = 0;
  if (::waitpid(child_, &status, WNOHANG) != child_) return;
  child_ = -1;
  on_listening_ = {};
  if (auto told = std::exchange(on_ended_, {})) told(status);
}

}  // namespace huying::programs
