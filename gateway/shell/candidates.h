// Which cells a case at the desk may belong to, nearest first, and why, in words (docs/api.md, Candidate): what its place says
// by the directory in force, who returned it, and where that says nothing what its filing named. They give reasons; the desk
// decides.
//
// Pure; any thread. Nothing of the request is quoted: an address stays where it was.
#pragma once
#include <string>
#include <vector>

#include "gateway/shell/directory_view.h"
#include "words/phrases.h"

namespace huying::gateway {

inline constexpr std::size_t candidates_max = 3;

// What is known of where it belongs. What is not known is empty.
struct Whereabouts {
  v1::Location location;         // as it was given with the request
  v1::FiledDetail filed;
  std::string returned_from;     // the cell that sent it back to the desk last
  std::string better_cell;       // which that cell named instead
};

struct CandidateCell {
  std::string cell;  // open: a retired one takes no new case
  words::Sentence why;
};

std::vector<CandidateCell> candidates_of(const Whereabouts& known, const DirectoryView& directory);
// [{"cell","name","zh","en"}]
Json candidates_json(const std::vector<CandidateCell>& candidates, const DirectoryView& directory);

}  // namespace huying::gateway
