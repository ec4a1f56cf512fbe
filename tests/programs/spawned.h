// The program itself, started as a user starts it.
#pragma once
#include <sys/types.h>

#include <string>
#include <vector>

namespace huying::programs {

struct Ended {
  int code = -1;  // exit code; 128 + signal when it was killed
  std::string out, err;
};

class Spawned {
 public:
  // `words[0]` is the program; "huying" is the one that was built.
  explicit Spawned(std::vector<std::string> words, const std::string& input = {});
  ~Spawned();  // kills it when it still runs, and waits
  Spawned(const Spawned&) = delete;
  Spawned& operator=(const Spawned&) = delete;

  std::string out() const;  // so far
  std::string err() const;
  bool wait_for_out(const std::string& text) const;  // false after half a minute
  void signal(int number) const;
  Ended wait();

 private:
  std::string folder_;
  pid_t process_ = -1;
};

Ended run(std::vector<std::string> words, const std::string& input = {});

}  // namespace huying::programs
