// Small files of the gateway's folder: whole or not there. STORE_FAILED with the path. Any thread.
#pragma once
#include <string>
#include <string_view>

#include "base/result.h"

namespace huying::gateway {

bool file_exists(const std::string& path);
Result<void> make_private_folder(const std::string& path);  // mode 0700; nothing to do where it is
// FILE_TOO_LARGE where it has more.
Result<std::string> read_small_file(const std::string& path, std::size_t bytes_max);
// Mode 0600: written beside, synced, renamed, and its folder synced.
Result<void> write_file_whole(const std::string& path, std::string_view bytes);

}  // namespace huying::gateway
