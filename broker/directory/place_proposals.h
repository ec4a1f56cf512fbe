// What the desk decided becomes proposals for places.csv, for a person to review. Pure; any thread.
//
// A phrase of an address that the gazetteer does not know (or knows in several cells) is proposed when the desk sent at
// least so many requests that name it to one cell, and nothing that is known speaks against it: no request that names it
// went elsewhere, and no address that is routed today would be routed otherwise. The gazetteer's own matching judges
// all of it (dispatch/gazetteer.h), so that what is proposed does what it promises.
//
// What is printed of an address is a phrase that the addresses of several requests share: house numbers and all behind
// them are cut off (dispatch/place_text.h), and so is the name of the contact that stands beside the address.
#pragma once
#include <string>
#include <vector>

#include "broker/directory/desk_decisions.h"
#include "huying/v1/directory.pb.h"

namespace huying::directory {

struct CellVotes {
  std::string cell;
  std::vector<std::string> by_desk, otherwise;  // case numbers: sent there by the desk, or in another way
};

struct ProposedPlace {
  std::string name;  // in the form in which places are compared
  std::string cell;  // code
  std::vector<std::string> cases;  // where the desk said so
};

// Not proposed: for a person to look at.
struct DisputedPlace {
  enum class Why : std::uint8_t {
    several_cells,   // requests that name it went to several
    known_otherwise, // the gazetteer leads addresses that name it elsewhere, alone or among several cells
    cell_is_gone,    // the cell is retired, or not in the directory
  };
  std::string name;
  Why why{};
  std::vector<CellVotes> votes;
};

struct PlaceProposals {
  std::vector<ProposedPlace> places;    // most often decided first
  std::vector<DisputedPlace> disputed;  // the same
  std::size_t by_desk = 0;   // requests that the desk sent somewhere
  std::size_t known = 0;     // of these the gazetteer leads there by now
  std::size_t nameless = 0;  // of these the address has no phrase that could be a name
  std::size_t too_few = 0;   // phrases that were not decided often enough
};

// `directory` has passed load(). `at_least` is 1 or more.
PlaceProposals propose_places(const v1::Directory& directory, const std::vector<DecidedAddress>& decided,
                              std::size_t at_least);

}  // namespace huying::directory
