// A directory from a folder or from one GeoJSON file, read and checked, for programs that need no broker.
#pragma once
#include <string>

#include "broker/directory/directory_files.h"

namespace huying::programs {

// Errors are those of reading; what is wrong inside stands in Loaded.findings.
Result<directory::Loaded> open_directory(const std::string& path, const std::string& id_property);

}  // namespace huying::programs
