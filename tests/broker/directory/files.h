// A small sound directory, made up, which tests break in one place each.
#pragma once
#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "base/digest.h"
#include "broker/directory/directory_files.h"
#include "broker/directory/policy_file.h"
#include "huying/v1/error.pb.h"

namespace huying::directory {

// A square of 0.01 degrees whose south-west corner is `west`, 35.2.
inline std::string square(double west) {
  const auto at = [](double x, double y) { return "[" + std::to_string(x) + "," + std::to_string(y) + "]"; };
  return "[" + at(west, 35.2) + "," + at(west + 0.01, 35.2) + "," + at(west + 0.01, 35.21) + "," + at(west, 35.21) + "," +
         at(west, 35.2) + "]";
}

inline std::string feature(const std::string& properties, const std::string& ring) {
  return R"({"type":"Feature","properties":{)" + properties + R"(},"geometry":{"type":"Polygon","coordinates":[)" + ring +
         "]}}";
}

inline std::string collection(const std::string& features) {
  return R"({"type":"FeatureCollection","features":[)" + features + "]}";
}

inline std::string two_cells() {
  return collection(feature(R"("id":"a-01","unit":"a")", square(113.2)) + "," +
                    feature(R"("id":"a-02","unit":"a")", square(113.21)));
}

class Files {
 public:
  Files() {
    initialise_digests();
    content["directory.txtpb"] =
        "street: \"410871061\" street_short: \"WY\" district: \"410871\" time_zone: \"Asia/Shanghai\"\n"
        "demonstration: true\nunits { code: \"a\" name: \"A\" kind: UNIT_KIND_VILLAGE }\n";
    content["cells.geojson"] = two_cells();
    content["people.csv"] =
        "code,title,role,place,deputy,absent\n"
        "a-01.worker,worker 1,grid_worker,a-01,no,no\na-01.deputy,deputy 1,grid_worker,a-01,yes,no\n"
        "a-02.worker,worker 2,grid_worker,a-02,no,no\na-02.deputy,deputy 2,grid_worker,a-02,yes,no\n"
        "administrator,administrator,administrator,410871061,,\n";
    content["places.csv"] = "name,cell,aliases\nEast Gate,a-01,Old Gate;东门\n";
    content["policy.txtpb"] = std::string(shipped_policy());
  }
  std::map<std::string, std::string> content;

  Loaded load(const v1::Configuration* before = nullptr) const {
    v1::DirectoryFiles files;
    for (const auto& [name, text] : content) {
      auto* file = files.add_files();
      file->set_name(name);
      file->set_content(text);
    }
    return directory::load(files, before);
  }
  // Replaces the first `from`, which must be there.
  void edit(const std::string& file, const std::string& from, const std::string& to) {
    auto& text = content[file];
    text.replace(text.find(from), from.size(), to);
  }
};

inline std::vector<std::string> texts_of(const Loaded& loaded) {
  std::vector<std::string> out;
  for (const auto& finding : loaded.findings) out.push_back(to_string(finding));
  return out;
}

inline bool has(const Loaded& loaded, v1::ErrorCode code, const std::string& where_part = {}) {
  return std::any_of(loaded.findings.begin(), loaded.findings.end(), [&](const Finding& finding) {
    return finding.code == static_cast<std::uint32_t>(code) && finding.where.find(where_part) != std::string::npos;
  });
}

}  // namespace huying::directory
