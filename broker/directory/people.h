// people.csv: code,title,role,place,deputy,absent. A person with several posts has several rows. Pure; any thread.
//
// Roles: grid_worker, cadre, unit_supervisor, street_supervisor, district_supervisor, desk, administrator. `place` is a
// cell, a unit, the street or the district, as the role asks; `deputy` and `absent` are yes, no or empty.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "broker/directory/findings.h"

namespace huying::directory {

// A post as its row says it, before the place is known to exist.
struct PostRow {
  std::size_t line = 0;
  int person = 0;  // index in Directory.people
  int post = 0;    // index in Person.posts
  std::string where() const;
};

// Appends people to `directory`. PERSON_INVALID, CSV_SYNTAX, CSV_COLUMN, FILE_TOO_LARGE.
std::vector<PostRow> read_people(std::string_view text, v1::Directory& directory, Findings& findings);

}  // namespace huying::directory
