// Collects what is wrong, bounded. Errors are never crowded out by warnings. One thread.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "broker/directory/directory_files.h"
#include "huying/v1/error.pb.h"

namespace huying::directory {

class Findings {
 public:
  void add(v1::ErrorCode code, std::string_view where, std::string_view what);
  bool has_errors() const { return errors_ != 0; }
  bool is_full() const;  // of errors: looking further tells nobody more
  // Errors first, then warnings, each in the order they were found; at most limits::findings_max, the last one
  // telling how many more there are.
  std::vector<Finding> take();

 private:
  std::vector<Finding> found_[2];  // errors, warnings
  std::size_t errors_ = 0, warnings_ = 0;
};

}  // namespace huying::directory
