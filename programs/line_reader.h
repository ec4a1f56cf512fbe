// Lines of a file, pipe or terminal, read on a thread of its own so that a slow writer never silences a session; handed
// over in order through a bounded queue, on the context's thread. The reader waits while the queue is full.
//
// Owner: the sub-command. The destructor stops the thread even while nothing comes in. A line longer than a frame may
// be is handed over as `too_long` without its text; blank lines, and a byte order mark, are not handed over.
#pragma once
#include <asio/io_context.hpp>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "base/result.h"

namespace huying::programs {

struct InputLine {
  std::uint64_t number = 0;  // from 1, empty lines counted
  std::string text;
  bool too_long = false;
};

class LineReader {
 public:
  // `path` "-" is standard input. `on_ready` is posted to the context when lines have come, or the end. FILE_UNREADABLE.
  static Result<std::unique_ptr<LineReader>> open(const std::string& path, asio::io_context& context,
                                                  std::function<void()> on_ready);
  ~LineReader();

  std::optional<InputLine> next();  // nullopt: nothing just now, or the end
  bool at_end() const;              // and nothing is left
  Error error() const;              // why the end came early, once at_end(); code 0: it did not. FILE_UNREADABLE

 private:
  LineReader(std::string path, int descriptor, int stop_descriptor, asio::io_context& context, std::function<void()> on_ready);
  void run();
  void take(std::string_view bytes);
  void end_of_line();
  bool push(InputLine line);  // false: stop
  void tell();

  const std::string path_;
  const int descriptor_;
  const int stop_descriptor_;  // readable when the thread shall end
  asio::io_context& context_;
  const std::function<void()> on_ready_;

  // Of the reader's thread alone.
  InputLine line_;

  mutable std::mutex mutex_;
  std::condition_variable has_room_;
  std::deque<InputLine> lines_;
  int failed_ = 0;  // errno
  bool ended_ = false, stopping_ = false, told_ = false;
  std::thread thread_;
};

}  // namespace huying::programs
