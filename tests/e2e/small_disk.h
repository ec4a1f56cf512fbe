// A disk of memory that can be filled to its last byte: a tmpfs that this thread and the processes it starts see,
// nobody else, and that is gone with them. Owner: the test, on its main thread; made before anything is started in the
// folder.
#pragma once
#include <cstdint>
#include <string>

namespace huying::e2e {

class SmallDisk {
 public:
  // Takes the folder's place where mounting is allowed (as root, outside a strict container); is_there() tells.
  SmallDisk(const std::string& folder, std::uint64_t bytes);
  ~SmallDisk();
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

  bool is_there() const { return mounted_; }
  void fill(std::uint64_t leave_bytes);  // until no more are free, but for others' writing meanwhile; again for less
  void empty();                          // of what fill() wrote

 private:
  const std::string folder_;
  bool mounted_ = false;
};

}  // namespace huying::e2e
