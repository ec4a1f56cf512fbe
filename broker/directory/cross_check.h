// Does the directory agree with itself? Pure; any thread.
#pragma once
#include <vector>

#include "broker/directory/findings.h"
#include "broker/directory/people.h"

namespace huying::directory {

// What directory.txtpb says by itself; fills in border_metres and geometry_tolerance_m2 where absent.
void check_directory_text(v1::Directory& directory, const v1::Configuration* before, Findings& findings);

// Posts, places and systems against cells, units and people. Cells named by the id of the GeoJSON file get their code.
void join_people(const std::vector<PostRow>& posts, v1::Directory& directory, Findings& findings);
void join_places(const std::vector<std::size_t>& lines, v1::Directory& directory, Findings& findings);
void check_systems(const v1::Directory& directory, Findings& findings);

// WARNING_NOBODY: an open cell without grid worker, deputy, or anybody present; a directory without administrator.
void check_somebody_is_there(const v1::Directory& directory, Findings& findings);

}  // namespace huying::directory
