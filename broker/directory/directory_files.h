// From the administrator's files to a version of the configuration. Pure (files come as bytes), any thread; the broker
// calls it off its loop thread. Errors name file, line or feature, and what to do; a broken directory is never taken.
#pragma once
#include <string>
#include <vector>

#include "base/result.h"
#include "huying/v1/directory.pb.h"

namespace huying::directory {

struct Finding {
  std::uint32_t code = 0;  // 30xx error, 31xx warning
  std::string where;       // cells.geojson: feature 12 (shiqiao-03) | people.csv:14 | policy.txtpb:3:9
  std::string what;        // English, and what to do
  bool is_error() const { return code < 3100; }
};

// "cells.geojson: feature 12 (shiqiao-03): E3008 RING_INVALID: …"
std::string to_string(const Finding& finding);

struct Loaded {
  v1::Configuration configuration;  // meaningful only when no finding is an error
  std::vector<Finding> findings;    // at most limits::findings_max
  bool ok() const;
};

// What the broker cannot judge: whether hosts can decide by it. POLICY_INVALID, CALENDAR_INVALID, DIRECTORY_INVALID. Pure,
// any thread; given by the program that joins broker and workers (cell::check_configuration).
using ConfigurationCheck = Result<void> (*)(const v1::Configuration& configuration);

struct LoadOptions {
  std::string id_property;  // of a feature; empty: "id", then "code", then "name", then the feature's own id member
  ConfigurationCheck check = nullptr;  // none: what hosts need is not looked at
  bool is_one_unit = false;  // every feature is of the only unit, whatever a property `unit` of a foreign file means
};

// Every file at once: directory.txtpb (required), cells.geojson (required), people.csv, places.csv, policy.txtpb
// (absent: the shipped 13710-natural), calendar.txtpb (absent: the shipped one of the State Council). `before` is the
// version in force, for streams and "never reused"; null: none.
Loaded load(const v1::DirectoryFiles& files, const v1::Configuration* before, const LoadOptions& options = {});

// Reads a folder from disk (only the known names), or a single GeoJSON file as a directory of its own: every feature
// is a cell of a unit `unit` in a street `street`. FILE_MISSING, FILE_TOO_LARGE, FILE_UNREADABLE.
Result<v1::DirectoryFiles> read_folder(const std::string& path);
Result<v1::DirectoryFiles> wrap_geojson(const std::string& path);

// A copy without geometry, places, default points: what hosts get.
v1::Configuration without_geometry(const v1::Configuration& configuration);

}  // namespace huying::directory
