// A line between clients and a broker that can be cut: what comes in at one ipc socket goes out at another, both ways,
// until cut() closes every connection with whatever is on its way, in the middle of a frame too. New connections are
// taken at once, as long as somebody listens at the other end.
//
// A thread of its own; cut() from any thread. Owner: the test.
#pragma once
#include <memory>
#include <string>

namespace huying::e2e {

class CutLine {
 public:
  // Paths of the sockets, as in ipc://PATH.
  CutLine(const std::string& clients, const std::string& broker);
  ~CutLine();
  void cut();

 private:
  class Relay;
  std::unique_ptr<Relay> relay_;
};

}  // namespace huying::e2e
