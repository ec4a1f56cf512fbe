// A new file that nobody else may read; an old one is never replaced. It has its name once it is whole: until then it lies
// beside as NAME.unfinished, and is removed unless it was finished. One thread.
#pragma once
#include <string>
#include <string_view>

#include "base/result.h"

namespace huying::programs {

class PrivateFile {
 public:
  PrivateFile() = default;
  ~PrivateFile();
  PrivateFile(const PrivateFile&) = delete;
  PrivateFile& operator=(const PrivateFile&) = delete;

  Result<void> make(const std::string& path);  // TARGET_EXISTS, USAGE
  Result<void> write(std::string_view bytes);  // JOURNAL_WRITE_FAILED
  Result<void> finish();                       // TARGET_EXISTS, JOURNAL_WRITE_FAILED

 private:
  Result<void> failed(const char* call) const;
  std::string path_, unfinished_;
  int descriptor_ = -1;
};

}  // namespace huying::programs
