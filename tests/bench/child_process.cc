#include "tests/bench/child_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cstring>
#include <fstream>
#include <iterator>
#include <utility>

#include "proto/errors.h"

namespace huying::bench {

using std::chrono::nanoseconds;

Result<ChildProcess> ChildProcess::start(const std::string& program, const std::vector<std::string>& words,
                                         const std::string& log_path) {
  std::vector<std::string> all{"huying"};
  all.insert(all.end(), words.begin(), words.end());
  std::vector<char*> arguments;
  for (auto& word : all) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, log_path.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
  pid_t pid = 0;
  const int error = posix_spawn(&pid, program.c_str(), &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) return fail(v1::ERROR_CODE_NOT_CONNECTED, fmt::format("{}: {}", program, std::strerror(error)));
  return ChildProcess(pid, log_path);
}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept
    : pid_(std::exchange(other.pid_, 0)), code_(other.code_), log_path_(std::move(other.log_path_)) {}

ChildProcess::~ChildProcess() { stop(); }

void ChildProcess::reap(int options) {
  int status = 0;
  if (pid_ == 0 || waitpid(pid_, &status, options) != pid_) return;
  pid_ = 0;
  code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

bool ChildProcess::running() {
  reap(WNOHANG);
  return pid_ != 0;
}

int ChildProcess::stop() {
  if (pid_ != 0) ::kill(pid_, SIGTERM);
  reap(0);
  return code_;
}

void ChildProcess::kill() {
  if (pid_ != 0) ::kill(pid_, SIGKILL);
  reap(0);
}

nanoseconds ChildProcess::cpu() const {
  clockid_t clock{};
  timespec time{};
  if (pid_ == 0 || clock_getcpuclockid(pid_, &clock) != 0 || clock_gettime(clock, &time) != 0) return nanoseconds{0};
  return std::chrono::seconds(time.tv_sec) + nanoseconds(time.tv_nsec);
}

std::uint64_t ChildProcess::memory_bytes() const {
  if (pid_ == 0) return 0;
  std::ifstream in(fmt::format("/proc/{}/smaps_rollup", pid_));
  std::string word;
  while (in >> word) {
    std::uint64_t kib = 0;
    if (word == "Pss:" && in >> kib) return kib * 1024;
  }
  return 0;
}

std::uint64_t ChildProcess::read_bytes() const {
  if (pid_ == 0) return 0;
  std::ifstream in(fmt::format("/proc/{}/io", pid_));
  std::string word;
  std::uint64_t bytes = 0;
  while (in >> word >> bytes)
    if (word == "rchar:") return bytes;
  return 0;
}

std::string ChildProcess::log() const {
  std::ifstream in(log_path_, std::ios::binary);
  const std::string text((std::istreambuf_iterator<char>(in)), {});
  constexpr std::size_t shown_bytes = 4096;
  return text.size() <= shown_bytes ? text : text.substr(text.size() - shown_bytes);
}

nanoseconds own_cpu() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto of = [](const timeval& time) { return std::chrono::seconds(time.tv_sec) + std::chrono::microseconds(time.tv_usec); };
  return of(usage.ru_utime) + of(usage.ru_stime);
}

}  // namespace huying::bench
