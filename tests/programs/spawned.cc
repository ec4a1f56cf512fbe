#include "tests/programs/spawned.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/check.h"
#include "tests/client/scripted_broker.h"

extern char** environ;

namespace huying::programs {
namespace {

std::string content_of(const std::string& path) {
  std::ifstream in(path);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

}  // namespace

Spawned::Spawned(std::vector<std::string> words, const std::string& input) {
  std::string pattern = (std::filesystem::temp_directory_path() / "huying-spawned-XXXXXX").string();
  HUYING_CHECK(::mkdtemp(pattern.data()) != nullptr);
  folder_ = pattern;
  std::ofstream(folder_ + "/in") << input;
  if (words[0] == "huying") words[0] = HUYING_PROGRAM;
  std::vector<char*> arguments;
  for (auto& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t files;
  ::posix_spawn_file_actions_init(&files);
  ::posix_spawn_file_actions_addopen(&files, 0, (folder_ + "/in").c_str(), O_RDONLY, 0);
  ::posix_spawn_file_actions_addopen(&files, 1, (folder_ + "/out").c_str(), O_WRONLY | O_CREAT, 0600);
  ::posix_spawn_file_actions_addopen(&files, 2, (folder_ + "/err").c_str(), O_WRONLY | O_CREAT, 0600);
  const int failed = ::posix_spawnp(&process_, arguments[0], &files, nullptr, arguments.data(), environ);
  ::posix_spawn_file_actions_destroy(&files);
  HUYING_CHECK(failed == 0, "{}: {}", words[0], failed);
}

Spawned::~Spawned() {
  if (process_ > 0) {
    ::kill(process_, SIGKILL);
    wait();
  }
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

std::string Spawned::out() const { return content_of(folder_ + "/out"); }
std::string Spawned::err() const { return content_of(folder_ + "/err"); }

bool Spawned::wait_for_out(const std::string& text) const {
  return client::wait_until([&] { return out().find(text) != std::string::npos; });
}

void Spawned::signal(int number) const { ::kill(process_, number); }

Ended Spawned::wait() {
  int status = 0;
  HUYING_CHECK(::waitpid(process_, &status, 0) == process_);
  process_ = -1;
  return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), out(), err()};
}

Ended run(std::vector<std::string> words, const std::string& input) { return Spawned(std::move(words), input).wait(); }

}  // namespace huying::programs
