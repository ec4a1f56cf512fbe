// A program started beside this one, its output kept in a file. Owned by the benchmark; ended and waited for at the
// latest by the destructor. One thread.
#pragma once
#include <sys/types.h>

#include <chrono>
#include <string>
#include <vector>

#include "base/result.h"

namespace huying::bench {

class ChildProcess {
 public:
  // NOT_CONNECTED when it cannot be started. `words` are its arguments after the program's name.
  static Result<ChildProcess> start(const std::string& program, const std::vector<std::string>& words,
                                    const std::string& log_path);
  ChildProcess(ChildProcess&& other) noexcept;
  ChildProcess& operator=(ChildProcess&&) = delete;
  ~ChildProcess();

  pid_t pid() const { return pid_; }
  bool running();
  // SIGTERM, then waits. Its exit code; 128 and the signal's number when a signal ended it.
  int stop();
  void kill();  // SIGKILL, then waits
  // User and system time of all its threads; zero once it ended.
  std::chrono::nanoseconds cpu() const;
  // Its proportional share of memory; zero once it ended.
  std::uint64_t memory_bytes() const;
  // What it read so far, by any call and from wherever (the page cache, the disk); not from sockets. Zero once it ended.
  std::uint64_t read_bytes() const;
  std::string log() const;  // the last lines of it

 private:
  ChildProcess(pid_t pid, std::string log_path) : pid_(pid), log_path_(std::move(log_path)) {}
  void reap(int options);

  pid_t pid_ = 0;  // 0: waited for
  int code_ = 0;
  std::string log_path_;
};

std::chrono::nanoseconds own_cpu();  // of this process, user and system

}  // namespace huying::bench
