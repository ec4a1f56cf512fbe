// A child process of a test. Its output goes to files, so that it never waits for a reader. The destructor kills and
// reaps it; should the test program itself die, the kernel kills the child (setpriv --pdeathsig).
//
// posix_spawn, never fork: the test program has ZeroMQ threads. Owner: the test, on its main thread.
#pragma once
#include <sys/types.h>

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace huying::e2e {

// Long enough for a crowded machine and a sanitizer; a condition that holds is noticed within milliseconds.
inline constexpr std::chrono::seconds patience{60};

// Looks again and again until it holds; false when patience has run out.
bool wait_until(const std::function<bool()>& holds, std::chrono::milliseconds at_most = patience);

struct Ended {
  int code = -1;   // of exit()
  int signal = 0;  // that killed it
  friend bool operator==(const Ended&, const Ended&) = default;
};

class Process {
 public:
  struct Options {
    std::vector<std::string> arguments;    // [0] is the program's path
    std::vector<std::string> environment;  // NAME=value, added to ours
    std::string input;                     // path; empty: /dev/null
    std::string log;                       // output goes to <log>.out and <log>.err
  };

  explicit Process(Options options);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  pid_t id() const { return id_; }
  bool is_running();
  void signal(int number);
  std::optional<Ended> wait(std::chrono::milliseconds at_most = patience);  // nullopt: it still runs
  std::string out() const;
  std::string err() const;

 private:
  const Options options_;
  pid_t id_ = -1;
  std::optional<Ended> ended_;
};

}  // namespace huying::e2e
