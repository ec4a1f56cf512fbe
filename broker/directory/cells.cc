#include "broker/directory/cells.h"

#include <absl/container/flat_hash_set.h>
#include <fmt/format.h>

#include <algorithm>

#include "base/digest.h"
#include "base/ids.h"
#include "base/limits.h"
#include "base/text.h"

namespace huying::directory {
namespace {

constexpr std::string_view desk = "desk";

std::string digest_suffix(const std::string& id) {
  std::string out;
  for (const char byte : blake2b_256(id).substr(0, 4)) out += fmt::format("{:02x}", static_cast<unsigned char>(byte));
  return out;
}

std::string slug_of(const std::string& id, bool* is_lossy) {
  std::string slug;
  for (const char c : id) {
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    if (c >= 'A' && c <= 'Z')
      slug += static_cast<char>(c - 'A' + 'a');
    else if (is_plain)
      slug += c;
    else if (!slug.empty() && slug.back() != '-')
      slug += '-';
    *is_lossy = *is_lossy || static_cast<unsigned char>(c) >= 0x80;
  }
  while (slug.ends_with('-')) slug.pop_back();
  return slug;
}

void add_desk(v1::Directory& directory) {
  auto* unit = directory.add_units();
  unit->set_code(std::string(desk));
  unit->set_name("指挥中心");
  unit->set_kind(v1::UNIT_KIND_DESK);
  auto* cell = directory.add_cells();
  cell->set_code(std::string(desk));
  cell->set_name("指挥中心");
  cell->set_unit(std::string(desk));
  cell->set_stream(desk_stream.value);
}

class Adder {
 public:
  Adder(const v1::Configuration* before, v1::Directory& directory, Findings& findings);
  void add(Feature& feature);
  void check_nothing_disappeared();

 private:
  std::string code_of(const Feature& feature);
  std::string unit_of(const Feature& feature);

  v1::Directory& directory_;
  Findings& findings_;
  absl::flat_hash_map<std::string, const v1::Cell*> before_by_code_, before_by_id_;
  absl::flat_hash_set<std::string> ids_, codes_, units_;
  std::string only_unit_;
  std::uint32_t next_stream_ = desk_stream.value + 1;
};

Adder::Adder(const v1::Configuration* before, v1::Directory& directory, Findings& findings)
    : directory_(directory), findings_(findings) {
  codes_.insert(std::string(desk));
  for (const auto& unit : directory.units()) {
    units_.insert(unit.code());
    only_unit_ = unit.code();
  }
  if (units_.size() != 1) only_unit_.clear();
  if (before == nullptr) return;
  for (const auto& cell : before->directory().cells()) {
    before_by_code_[cell.code()] = &cell;
    if (!cell.id().empty()) before_by_id_[cell.id()] = &cell;
    next_stream_ = std::max(next_stream_, cell.stream() + 1);
  }
}

std::string Adder::code_of(const Feature& feature) {
  const auto known = before_by_id_.find(feature.id);
  if (known != before_by_id_.end() && !codes_.contains(known->second->code())) return known->second->code();
  std::string code = code_for_id(feature.id);
  if (!codes_.contains(code)) return code;
  return fmt::format("{}-{}", code.substr(0, limits::code_bytes_max - 9), digest_suffix(feature.id));
}

std::string Adder::unit_of(const Feature& feature) {
  if (!feature.unit) {
    if (only_unit_.empty())
      findings_.add(v1::ERROR_CODE_DIRECTORY_INVALID, feature.where(),
                    "it has no property `unit`, and directory.txtpb lists no unit or several");
    return only_unit_;
  }
  if (!units_.contains(*feature.unit))
    findings_.add(v1::ERROR_CODE_DIRECTORY_INVALID, feature.where(),
                  fmt::format("its unit '{}' is not in directory.txtpb", quotable(*feature.unit, 64)));
  return *feature.unit;
}

void Adder::add(Feature& feature) {
  if (feature.id.empty()) return;  // has a finding already
  if (feature.id == desk) {
    findings_.add(v1::ERROR_CODE_CELL_ID_DOUBLE, feature.where(), "`desk` is the desk's own id");
    return;
  }
  if (!ids_.insert(feature.id).second) {
    findings_.add(v1::ERROR_CODE_CELL_ID_DOUBLE, feature.where(), "an earlier feature has this id");
    return;
  }
  if (feature.shape.empty() && !feature.retired && !findings_.has_errors())
    findings_.add(v1::ERROR_CODE_GEOJSON_SHAPE, feature.where(), "it has no geometry");
  auto* cell = directory_.add_cells();
  cell->set_code(code_of(feature));
  if (!codes_.insert(cell->code()).second)
    findings_.add(v1::ERROR_CODE_CELL_ID_DOUBLE, feature.where(),
                  fmt::format("an earlier feature has the code {}, which its id is turned into", cell->code()));
  if (cell->code() != feature.id) cell->set_id(feature.id);
  cell->set_name(feature.name.value_or(feature.id));
  cell->set_unit(unit_of(feature));
  cell->set_retired(feature.retired);
  const auto before = before_by_code_.find(cell->code());
  cell->set_stream(before != before_by_code_.end() ? before->second->stream() : next_stream_++);
  dispatch::encode_shape(feature.shape, *cell);
  if (before != before_by_code_.end() && before->second->retired() && !feature.retired)
    findings_.add(v1::ERROR_CODE_CELL_REUSED, feature.where(), "this cell was retired; give the new cell a code of its own");
}

void Adder::check_nothing_disappeared() {
  std::vector<std::string> missing;
  for (const auto& [code, cell] : before_by_code_)
    if (!codes_.contains(code)) missing.push_back(code);
  std::sort(missing.begin(), missing.end());
  for (const auto& code : missing)
    findings_.add(v1::ERROR_CODE_CELL_REUSED, "cells.geojson",
                  fmt::format("cell {} is missing; keep its feature, with property `retired`: true", code));
}

}  // namespace

bool is_token(std::string_view text, std::size_t max) {
  return !text.empty() && text.size() <= max && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

std::string code_for_id(const std::string& id) {
  if (is_token(id, limits::code_bytes_max)) return id;
  bool is_lossy = false;
  std::string slug = slug_of(id, &is_lossy);
  if (!is_lossy && !slug.empty() && slug.size() <= limits::code_bytes_max && slug != desk) return slug;
  slug = slug.substr(0, limits::code_bytes_max - 9);
  while (slug.ends_with('-')) slug.pop_back();
  return slug.empty() ? "cell-" + digest_suffix(id) : fmt::format("{}-{}", slug, digest_suffix(id));
}

CellNames::CellNames(const v1::Directory& directory) {
  for (const auto& cell : directory.cells()) cells_[cell.code()] = &cell;
  for (const auto& cell : directory.cells())
    if (!cell.id().empty()) cells_.try_emplace(cell.id(), &cell);
}

const v1::Cell* CellNames::find(std::string_view name) const {
  const auto found = cells_.find(name);
  return found == cells_.end() ? nullptr : found->second;
}

void add_cells(FeatureFile& file, const v1::Configuration* before, v1::Directory& directory, Findings& findings) {
  Adder adder(before, directory, findings);
  add_desk(directory);
  for (Feature& feature : file.features) {
    if (findings.is_full()) return;
    adder.add(feature);
  }
  if (!findings.has_errors()) adder.check_nothing_disappeared();
}

}  // namespace huying::directory
