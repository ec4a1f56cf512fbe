// `huying` as a test uses it: a command that ends, and a broker that serves. Owner: the test, on its main thread.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "tests/e2e/files.h"
#include "tests/e2e/process.h"

namespace huying::e2e {

using Words = std::vector<std::string>;

struct Output {
  Ended ended;
  std::string out, err;
  bool ok() const { return ended == Ended{0, 0}; }
};

// Where a test's processes keep their files and what they have in common.
class Place {
 public:
  std::string path(std::string_view name) const { return folder_.path(name); }
  std::string data() const { return path("d"); }
  std::string endpoint() const { return "ipc://" + data() + "/broker.sock"; }

  // Added to the environment of every process started from now on, e.g. LD_PRELOAD=….
  void set_environment(Words environment) { environment_ = std::move(environment); }

  std::unique_ptr<Process> start(Words words, std::string_view input = {});
  // Runs to its end; kept alive no longer than patience.
  Output run(Words words, std::string_view input = {});
  // The same, with --endpoint and --as.
  Output ask(Words words, const std::string& as, std::string_view input = {});
  std::unique_ptr<Process> start_asking(Words words, const std::string& as, std::string_view input = {});

  // `huying serve` or `broker` on data(), started and listening. Fails the test when it does not come up.
  std::unique_ptr<Process> serve(Words more = {}, const std::string& command = "serve");

 private:
  TemporaryFolder folder_;
  Words environment_;
  int started_ = 0;
};

// SIGTERM, and its exit code.
Ended stop(Process& process);

// What a server said, but for one word of its host that the broker was silent for 3 s: a sync may take as long.
std::string without_word_of_silence(std::string text);

// `journal verify` of the folder; ok() when it is clean.
Output verify(Place& place);

}  // namespace huying::e2e
