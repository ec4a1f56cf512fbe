// The pages' files, read whole into memory at the start: no path of a request ever reaches the disk. /phone is phone.html or
// phone/index.html. A file NAME.gz or NAME.br beside NAME is sent to who takes it. HTML has a policy of its own where one is given;
// its ETag is of both, or a browser would keep the old policy with the page. Immutable; any thread.
#pragma once
#include <absl/container/flat_hash_map.h>

#include <string>

#include "base/result.h"
#include "gateway/http/message.h"

namespace huying::gateway {

class Pages {
 public:
  Pages() = default;  // none
  // USAGE: no folder. FILE_TOO_LARGE: a file, or all of them, or too many. Links are not followed.
  // `policy`: of HTML, as Content-Security-Policy; empty: the one of every answer.
  static Result<Pages> read(const std::string& folder, std::string policy = {});

  bool has(std::string_view path) const { return find(path) != nullptr; }
  // 200, or 304; of a path that it has.
  http::Response answer(const http::Request& request) const;
  std::size_t files() const { return files_.size(); }

 private:
  struct File {
    std::string bytes, etag;
  };
  using Files = absl::flat_hash_map<std::string, File>;
  const Files::value_type* find(std::string_view path) const;

  std::string policy_;
  Files files_;  // by path below the folder, with '/' in front
};

std::string_view content_type_of(std::string_view path);

}  // namespace huying::gateway
