// Small inputs that the fuzz targets begin with, made by the production code: `fuzz_make_corpora FOLDER` writes them, a
// folder a target. What the fuzzers found stands beside them, named for what it broke. One thread.
#pragma once
#include <map>
#include <string>
#include <string_view>

namespace huying::fuzz {

using Corpus = std::map<std::string, std::string>;  // name → bytes

Corpus frames();
Corpus commits();
Corpus requests();
Corpus sessions();
Corpus journals();
Corpus cell_files();
Corpus people_files();
Corpus place_files();
Corpus policy_files();
Corpus calendar_files();
Corpus addresses();
Corpus route_lines();
Corpus publish_lines();
Corpus http_connections();

// A piece of an Input.
inline std::string piece_of(std::string_view bytes) {
  std::string out{static_cast<char>(bytes.size() & 0xFF), static_cast<char>(bytes.size() >> 8)};
  return out.append(bytes);
}

}  // namespace huying::fuzz
