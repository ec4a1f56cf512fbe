#include "tests/e2e/huying.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>

namespace huying::e2e {

std::unique_ptr<Process> Place::start(Words words, std::string_view input) {
  const std::string log = path("log-" + std::to_string(++started_));
  Process::Options options;
  options.arguments = std::move(words);
  options.arguments.insert(options.arguments.begin(), HUYING_PROGRAM);
  options.environment = environment_;
  options.log = log;
  if (!input.empty()) {
    options.input = log + ".in";
    write_file(options.input, input);
  }
  return std::make_unique<Process>(std::move(options));
}

Output Place::run(Words words, std::string_view input) {
  const auto process = start(std::move(words), input);
  const auto ended = process->wait();
  EXPECT_TRUE(ended.has_value()) << "it did not end by itself\n" << process->err();
  return {ended.value_or(Ended{}), process->out(), process->err()};
}

std::unique_ptr<Process> Place::start_asking(Words words, const std::string& as, std::string_view input) {
  words.insert(words.end(), {"--endpoint", endpoint(), "--as", as});
  return start(std::move(words), input);
}

Output Place::ask(Words words, const std::string& as, std::string_view input) {
  words.insert(words.end(), {"--endpoint", endpoint(), "--as", as});
  return run(std::move(words), input);
}

std::unique_ptr<Process> Place::serve(Words more, const std::string& command) {
  Words words{command, "--data", data()};
  // Pages are asked for by the tests that look at them.
  if (command == "serve" && std::find(more.begin(), more.end(), "--http") == more.end()) words.push_back("--no-gateway");
  words.insert(words.end(), more.begin(), more.end());
  auto process = start(std::move(words));
  const bool listens = wait_until([&] {
    return !process->is_running() || process->out().find("listening at") != std::string::npos;
  });
  EXPECT_TRUE(listens && process->is_running()) << process->out() << process->err();
  return process;
}

Ended stop(Process& process) {
  process.signal(SIGTERM);
  return process.wait().value_or(Ended{});
}

std::string without_word_of_silence(std::string text) {
  // Two lines: what it is, and what to do.
  const auto at = text.find("huying: 网格主机 host: ");
  if (at == text.npos || text.find("E8002", at) == text.npos) return text;
  for (int line = 0; line < 2; ++line) text.erase(at, text.find('\n', at) - at + 1);
  return text;
}

Output verify(Place& place) { return place.run({"journal", "verify", "--data", place.data()}); }

}  // namespace huying::e2e
