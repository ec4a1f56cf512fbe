#include "tests/e2e/process.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <stdexcept>
#include <thread>

#include "tests/e2e/files.h"

namespace huying::e2e {
namespace {

std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> out;
  for (const auto& text : texts) out.push_back(const_cast<char*>(text.c_str()));
  out.push_back(nullptr);
  return out;
}

}  // namespace

bool wait_until(const std::function<bool()>& holds, std::chrono::milliseconds at_most) {
  const auto until = std::chrono::steady_clock::now() + at_most;
  while (!holds()) {
    if (std::chrono::steady_clock::now() > until) return holds();
    std::this_thread::sleep_for(std::chrono::milliseconds(2));  // between two looks, not for luck
  }
  return true;
}

Process::Process(Options options) : options_(std::move(options)) {
  std::vector<std::string> arguments{"/usr/bin/setpriv", "--pdeathsig", "KILL", "--"};
  arguments.insert(arguments.end(), options_.arguments.begin(), options_.arguments.end());
  std::vector<std::string> environment(options_.environment);
  for (char** one = environ; *one != nullptr; ++one) environment.emplace_back(*one);

  posix_spawn_file_actions_t files;
  ::posix_spawn_file_actions_init(&files);
  const std::string input = options_.input.empty() ? "/dev/null" : options_.input;
  const std::string out = options_.log + ".out", err = options_.log + ".err";
  constexpr int fresh = O_WRONLY | O_CREAT | O_TRUNC;
  ::posix_spawn_file_actions_addopen(&files, 0, input.c_str(), O_RDONLY, 0);
  ::posix_spawn_file_actions_addopen(&files, 1, out.c_str(), fresh, 0600);
  ::posix_spawn_file_actions_addopen(&files, 2, err.c_str(), fresh, 0600);
  const int error = ::posix_spawn(&id_, arguments[0].c_str(), &files, nullptr, pointers(arguments).data(),
                                  pointers(environment).data());
  ::posix_spawn_file_actions_destroy(&files);
  if (error != 0) throw std::runtime_error("cannot start " + options_.arguments[0]);
}

Process::~Process() {
  if (!is_running()) return;
  ::kill(id_, SIGKILL);
  int status = 0;
  ::waitpid(id_, &status, 0);
}

bool Process::is_running() {
  if (ended_) return false;
  int status = 0;
  if (::waitpid(id_, &status, WNOHANG) != id_) return true;
  ended_ = WIFEXITED(status) ? Ended{WEXITSTATUS(status), 0} : Ended{-1, WTERMSIG(status)};
  return false;
}

void Process::signal(int number) {
  if (is_running()) ::kill(id_, number);
}

std::optional<Ended> Process::wait(std::chrono::milliseconds at_most) {
  wait_until([this] { return !is_running(); }, at_most);
  return ended_;
}

std::string Process::out() const { return read_file(options_.log + ".out"); }
std::string Process::err() const { return read_file(options_.log + ".err"); }

}  // namespace huying::e2e
