#include "broker/state/principals.h"

#include <algorithm>

#include "broker/directory/citizen.h"

namespace huying::broker {

bool Principal::holds(v1::Role role) const {
  if (!person) return system_role == role;
  return std::any_of(posts.begin(), posts.end(), [&](const v1::Post& post) { return post.role() == role; });
}

bool Principal::acts_for(std::string_view other) const {
  return other == code || may_act_for_all || std::find(may_act_for.begin(), may_act_for.end(), other) != may_act_for.end();
}

bool Principal::speaks_for_citizens() const {
  return !person && system_role == v1::ROLE_GATEWAY && acts_for(directory::citizen_code);
}

Principals::Principals(const v1::Directory& directory) : street_(directory.street()), district_(directory.district()) {
  for (const auto& person : directory.people()) {
    Principal& entry = principals_[person.code()];
    entry.code = person.code();
    entry.person = true;
    entry.posts.assign(person.posts().begin(), person.posts().end());
  }
  for (const auto& system : directory.systems()) {
    Principal& entry = principals_[system.code()];
    entry.code = system.code();
    entry.system_role = system.role();
    for (const auto& other : system.may_act_for()) {
      if (other == "*") entry.may_act_for_all = true;
      entry.may_act_for.push_back(other);
    }
  }
  for (const auto& cell : directory.cells()) {
    by_code_[cell.code()] = cells_.size();
    by_stream_[StreamId(cell.stream())] = cells_.size();
    cells_.push_back({cell.code(), cell.unit(), cell.name(), StreamId(cell.stream()), cell.retired()});
  }
}

const Principal* Principals::find(std::string_view code) const {
  const auto at = principals_.find(absl::string_view(code.data(), code.size()));
  return at == principals_.end() ? nullptr : &at->second;
}

const CellPlace* Principals::cell(std::string_view code) const {
  const auto at = by_code_.find(absl::string_view(code.data(), code.size()));
  return at == by_code_.end() ? nullptr : &cells_[at->second];
}

const CellPlace* Principals::cell(StreamId stream) const {
  const auto at = by_stream_.find(stream);
  return at == by_stream_.end() ? nullptr : &cells_[at->second];
}

std::vector<v1::Role> Principals::roles_in(const Principal& person, const CellPlace& cell) const {
  std::vector<v1::Role> roles;
  const auto add = [&](v1::Role role) {
    if (std::find(roles.begin(), roles.end(), role) == roles.end()) roles.push_back(role);
  };
  for (const auto& post : person.posts) {
    switch (post.role()) {
      case v1::ROLE_GRID_WORKER:
      case v1::ROLE_CADRE:
        if (post.place() == cell.code) add(post.role());
        break;
      case v1::ROLE_UNIT_SUPERVISOR:
        if (post.place() == cell.unit) add(post.role());
        break;
      case v1::ROLE_STREET_SUPERVISOR:
        if (post.place() == street_) add(post.role());
        break;
      case v1::ROLE_DESK:
        if (post.place() == street_ || post.place() == "desk") add(post.role());
        break;
      case v1::ROLE_DISTRICT_SUPERVISOR:
        if (post.place() == district_) add(post.role());
        break;
      default:
        break;
    }
  }
  std::sort(roles.begin(), roles.end());
  return roles;
}

bool Principals::is_worker_of(const Principal& person, const CellPlace& cell) const {
  return std::any_of(person.posts.begin(), person.posts.end(), [&](const v1::Post& post) {
    return post.role() == v1::ROLE_GRID_WORKER && post.place() == cell.code;
  });
}

bool Principals::reads_whole_street(const Principal& principal) const {
  if (!principal.person)
    return principal.system_role == v1::ROLE_OBSERVER || principal.system_role == v1::ROLE_GATEWAY ||
           principal.system_role == v1::ROLE_ADMINISTRATOR;
  return std::any_of(principal.posts.begin(), principal.posts.end(), [](const v1::Post& post) {
    return post.role() == v1::ROLE_STREET_SUPERVISOR || post.role() == v1::ROLE_DISTRICT_SUPERVISOR ||
           post.role() == v1::ROLE_DESK || post.role() == v1::ROLE_ADMINISTRATOR;
  });
}

}  // namespace huying::broker
