// Who may? The directory's people and systems, indexed. Deny by default. Immutable after construction; pure.
//
// The broker decides here who may act in which cell (architecture.md, Commits); the case table decides state x role.
#pragma once
#include <absl/container/flat_hash_map.h>

#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "huying/v1/action.pb.h"
#include "huying/v1/directory.pb.h"

namespace huying::broker {

struct Principal {
  std::string code;
  bool person = false;
  std::vector<v1::Post> posts;         // of a person
  v1::Role system_role{};              // of a system
  bool may_act_for_all = false;
  std::vector<std::string> may_act_for;

  bool holds(v1::Role role) const;
  bool acts_for(std::string_view other) const;  // itself included
  bool speaks_for_citizens() const;             // a gateway whose may_act_for says so
};

struct CellPlace {
  std::string code, unit, name;
  StreamId stream;
  bool retired = false;
};

class Principals {
 public:
  explicit Principals(const v1::Directory& directory);

  const Principal* find(std::string_view code) const;
  const CellPlace* cell(std::string_view code) const;
  const CellPlace* cell(StreamId stream) const;
  const std::vector<CellPlace>& cells() const { return cells_; }

  // The roles in which a person may act in a cell, most particular first; empty: none.
  std::vector<v1::Role> roles_in(const Principal& person, const CellPlace& cell) const;
  // True when the person is a grid worker (or deputy) of that cell.
  bool is_worker_of(const Principal& person, const CellPlace& cell) const;
  // May read events of the whole street (supervisors, desk, systems that observe), or of these cells only.
  bool reads_whole_street(const Principal& principal) const;

  const std::string& street() const { return street_; }
  const std::string& district() const { return district_; }

 private:
  std::string street_, district_;
  absl::flat_hash_map<std::string, Principal> principals_;
  std::vector<CellPlace> cells_;
  absl::flat_hash_map<std::string, std::size_t> by_code_;
  absl::flat_hash_map<StreamId, std::size_t> by_stream_;
};

}  // namespace huying::broker
