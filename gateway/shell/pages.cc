#include "gateway/shell/pages.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "base/digest.h"
#include "base/limits.h"
#include "gateway/shell/attachment_store.h"
#include "gateway/shell/files.h"
#include "proto/errors.h"

namespace huying::gateway {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t files_max = 2'000, file_bytes_max = 16 * limits::MiB, all_bytes_max = 128 * limits::MiB;

struct Coding {
  std::string_view name, ending;
};
constexpr Coding codings[] = {{"br", ".br"}, {"gzip", ".gz"}};

// The name as a whole word, and not with q=0.
bool takes(std::string_view accepted, std::string_view coding) {
  while (!accepted.empty()) {
    const auto end = std::min(accepted.find(','), accepted.size());
    auto one = accepted.substr(0, end);
    accepted.remove_prefix(std::min(end + 1, accepted.size()));
    one.remove_prefix(std::min(one.find_first_not_of(' '), one.size()));
    if (!one.starts_with(coding)) continue;
    const auto rest = one.substr(coding.size());
    if (rest.empty() || rest[0] == ' ' || (rest[0] == ';' && rest.find("q=0") == std::string_view::npos)) return true;
    if (rest.find("q=0.") != std::string_view::npos) return true;
  }
  return false;
}

bool is_html(std::string_view name) {
  for (const auto& coding : codings)
    if (name.ends_with(coding.ending)) name.remove_suffix(coding.ending.size());
  return name.ends_with(".html");
}

}  // namespace

std::string_view content_type_of(std::string_view path) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 17> types{{
      {".html", "text/html; charset=utf-8"},
      {".css", "text/css; charset=utf-8"},
      {".js", "text/javascript; charset=utf-8"},
      {".mjs", "text/javascript; charset=utf-8"},
      {".json", "application/json"},
      {".map", "application/json"},
      {".webmanifest", "application/manifest+json"},
      {".svg", "image/svg+xml"},
      {".png", "image/png"},
      {".jpg", "image/jpeg"},
      {".jpeg", "image/jpeg"},
      {".webp", "image/webp"},
      {".ico", "image/x-icon"},
      {".woff2", "font/woff2"},
      {".txt", "text/plain; charset=utf-8"},
      {".geojson", "application/geo+json"},
      {".pbf", "application/x-protobuf"},
  }};
  for (const auto& [ending, type] : types)
    if (path.ends_with(ending)) return type;
  return "application/octet-stream";
}

Result<Pages> Pages::read(const std::string& folder, std::string policy) {
  initialise_digests();
  std::error_code error;
  if (!fs::is_directory(folder, error)) return fail(v1::ERROR_CODE_USAGE, folder + " is no folder of pages");
  Pages pages;
  pages.policy_ = std::move(policy);
  std::size_t all = 0;
  for (auto at = fs::recursive_directory_iterator(folder, error); !error && at != fs::recursive_directory_iterator(); at.increment(error)) {
    const auto name = "/" + fs::relative(at->path(), folder).generic_string();
    if (at->is_symlink(error) || !at->is_regular_file(error) || name.find("/.") != std::string::npos) continue;
    auto bytes = read_small_file(at->path().string(), file_bytes_max);
    if (!bytes) return tl::unexpected(bytes.error());
    all += bytes->size();
    if (all > all_bytes_max || pages.files_.size() >= files_max)
      return fail(v1::ERROR_CODE_FILE_TOO_LARGE, fmt::format("{}: more than {} files or {} MiB", folder, files_max, all_bytes_max / limits::MiB));
    const auto digest = content_digest(is_html(name) ? pages.policy_ + *bytes : *bytes);
    auto etag = fmt::format("\"{}\"", hexadecimal_of(digest.bytes()));
    pages.files_[name] = {std::move(*bytes), std::move(etag)};
  }
  if (error) return fail(v1::ERROR_CODE_USAGE, fmt::format("{}: {}", folder, error.message()));
  return pages;
}

const Pages::Files::value_type* Pages::find(std::string_view path) const {
  if (path.ends_with('/')) path.remove_suffix(1);
  const std::string stem(path);
  for (const auto& name : {stem, stem + ".html", stem + "/index.html"})
    if (const auto found = files_.find(name); found != files_.end()) return &*found;
  return nullptr;
}

http::Response Pages::answer(const http::Request& request) const {
  const auto* found = find(request.path);
  if (found == nullptr) return {404, {}, {}};
  http::Response response{200, {{"Content-Type", std::string(content_type_of(found->first))}}, {}};
  const File* file = &found->second;
  bool is_coded = false;
  for (const auto& coding : codings) {
    const auto coded = files_.find(found->first + std::string(coding.ending));
    if (coded == files_.end()) continue;
    is_coded = true;
    if (file != &found->second || !takes(request.header("accept-encoding"), coding.name)) continue;
    file = &coded->second;
    response.headers.push_back({"Content-Encoding", std::string(coding.name)});
  }
  if (!policy_.empty() && is_html(found->first)) response.headers.push_back({"Content-Security-Policy", policy_});
  if (is_coded) response.headers.push_back({"Vary", "Accept-Encoding"});
  response.headers.push_back({"ETag", file->etag});
  response.headers.push_back({"Cache-Control", "no-cache"});
  if (request.header("if-none-match").find(file->etag) != std::string_view::npos) {
    response.status = 304;
    return response;
  }
  response.body = file->bytes;
  return response;
}

}  // namespace huying::gateway
