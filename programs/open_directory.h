// A directory from a folder or from one GeoJSON file, read and checked, for programs that need no broker.
#pragma once
#include <string>

#include "broker/directory/directory_files.h"

namespace huying::programs {

// Errors are those of reading; what is wrong inside stands in Loaded.findings.
Result<directory::Loaded> open_directory(const std::string& path, const std::string& id_property);

// The same of a folder's files that were read already.
directory::Loaded load_files(const v1::DirectoryFiles& files);

}  // namespace huying::programs
