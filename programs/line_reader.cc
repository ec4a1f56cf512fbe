#include "programs/line_reader.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <asio/post.hpp>
#include <cerrno>
#include <memory>
#include <system_error>

#include "base/check.h"
#include "base/limits.h"
#include "proto/errors.h"

namespace huying::programs {
namespace {

constexpr std::size_t queue_lines_max = 4'096;
constexpr std::size_t line_bytes_max = limits::frame_bytes_max;

}  // namespace

Result<std::unique_ptr<LineReader>> LineReader::open(const std::string& path, asio::io_context& context,
                                                     std::function<void()> on_ready) {
  const int descriptor = path == "-" ? ::dup(STDIN_FILENO) : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0)
    return fail(v1::ERROR_CODE_FILE_UNREADABLE, path + ": " + std::generic_category().message(errno));
  const int stop_descriptor = ::eventfd(0, EFD_CLOEXEC);
  HUYING_CHECK(stop_descriptor >= 0);
  return std::unique_ptr<LineReader>(new LineReader(path, descriptor, stop_descriptor, context, std::move(on_ready)));
}

LineReader::LineReader(std::string path, int descriptor, int stop_descriptor, asio::io_context& context,
                       std::function<void()> on_ready)
    : path_(std::move(path)), descriptor_(descriptor), stop_descriptor_(stop_descriptor), context_(context),
      on_ready_(std::move(on_ready)) {
  line_.number = 1;
  thread_ = std::thread([this] { run(); });
}

LineReader::~LineReader() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  has_room_.notify_all();
  const std::uint64_t one = 1;
  HUYING_CHECK(::write(stop_descriptor_, &one, sizeof one) == sizeof one);
  thread_.join();
  ::close(descriptor_);
  ::close(stop_descriptor_);
}

void LineReader::run() {
  std::array<char, 65'536> buffer;
  int failed = 0;
  for (;;) {
    std::array<pollfd, 2> waits{pollfd{descriptor_, POLLIN, 0}, pollfd{stop_descriptor_, POLLIN, 0}};
    if (::poll(waits.data(), waits.size(), -1) < 0 && errno != EINTR) break;
    if (waits[1].revents != 0) return;
    if (waits[0].revents == 0) continue;
    const auto n = ::read(descriptor_, buffer.data(), buffer.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) failed = errno;
    if (n <= 0) break;
    take(std::string_view(buffer.data(), static_cast<std::size_t>(n)));
    tell();
  }
  if (!line_.text.empty() || line_.too_long) end_of_line();  // the last line may lack its line feed
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
    failed_ = failed;
  }
  tell();
}

Error LineReader::error() const {
  const std::lock_guard lock(mutex_);
  if (failed_ == 0) return {};
  return Error{v1::ERROR_CODE_FILE_UNREADABLE, path_ + ": " + std::generic_category().message(failed_)};
}

void LineReader::take(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto feed = bytes.find('\n');
    const auto part = bytes.substr(0, feed);
    if (line_.text.size() + part.size() > line_bytes_max) {
      line_.too_long = true;
      line_.text.clear();
    }
    if (!line_.too_long) line_.text.append(part);
    if (feed == std::string_view::npos) return;
    end_of_line();
    bytes.remove_prefix(feed + 1);
  }
}

void LineReader::end_of_line() {
  const auto number = line_.number;
  if (number == 1 && line_.text.starts_with("\xEF\xBB\xBF")) line_.text.erase(0, 3);
  if (!line_.text.empty() && line_.text.back() == '\r') line_.text.pop_back();
  if (line_.text.find_first_not_of(" \t") != std::string::npos || line_.too_long) push(std::move(line_));
  line_ = InputLine{};
  line_.number = number + 1;
}

bool LineReader::push(InputLine line) {
  std::unique_lock lock(mutex_);
  if (lines_.size() >= queue_lines_max) {
    lock.unlock();
    tell();
    lock.lock();
  }
  has_room_.wait(lock, [this] { return stopping_ || lines_.size() < queue_lines_max; });
  if (stopping_) return false;
  lines_.push_back(std::move(line));
  return true;
}

void LineReader::tell() {
  {
    const std::lock_guard lock(mutex_);
    if (std::exchange(told_, true)) return;
  }
  asio::post(context_, [this] {
    {
      const std::lock_guard lock(mutex_);
      told_ = false;
    }
    on_ready_();
  });
}

std::optional<InputLine> LineReader::next() {
  const std::lock_guard lock(mutex_);
  if (lines_.empty()) return std::nullopt;
  InputLine line = std::move(lines_.front());
  lines_.pop_front();
  has_room_.notify_one();
  return line;
}

bool LineReader::at_end() const {
  const std::lock_guard lock(mutex_);
  return ended_ && lines_.empty();
}

}  // namespace huying::programs
