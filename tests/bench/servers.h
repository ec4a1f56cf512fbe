// What a measurement of processes begins with: a folder of its own, a broker and a worker, and the administrator's view of
// them. Blocks; one thread. Nothing is left behind, whatever happens.
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <utility>

#include "base/result.h"
#include "tests/bench/child_process.h"
#include "tests/bench/line.h"

namespace huying::bench {

inline constexpr Milliseconds start_patience{120'000};

// mkdtemp's folder, mode 0700; removed with all in it.
class TemporaryFolder {
 public:
  static Result<TemporaryFolder> make(const std::string& below);  // empty: the system's
  TemporaryFolder(TemporaryFolder&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  TemporaryFolder& operator=(TemporaryFolder&&) = delete;
  ~TemporaryFolder();

  std::string at(const char* name) const { return path_ + "/" + name; }
  // Of mode 0700.
  Result<void> make_folder(const char* name) const;

 private:
  explicit TemporaryFolder(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

struct Servers {
  ChildProcess broker, worker;
  bool running() { return broker.running() && worker.running(); }
  std::string logs() const { return broker.log() + worker.log(); }
};

// On `data`, with the directory of `directory`, both below the folder, listening at data/broker.sock.
Result<Servers> start_servers(const std::string& program, const TemporaryFolder& folder);
std::string endpoint_of(const TemporaryFolder& folder);

// The administrator's view.
class Administrator {
 public:
  static Result<Administrator> dial(const std::string& endpoint);

  Result<v1::StatusReply> status();
  // Until each cell has a host and nothing is undecided.
  Result<void> wait_until_settled(std::uint32_t cells, const std::function<bool()>& running);

 private:
  explicit Administrator(Line line) : line_(std::move(line)) {}
  Line line_;
};

}  // namespace huying::bench
