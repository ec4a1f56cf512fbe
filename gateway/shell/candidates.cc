#include "gateway/shell/candidates.h"

#include <fmt/format.h>

#include <algorithm>

#include "broker/dispatch/dispatcher.h"

namespace huying::gateway {
namespace {

using dispatch::Decision;
using words::Sentence;

Sentence metres(std::int64_t centimetres) {
  if (centimetres < 100) return {"不到 1 米", "less than 1 m"};
  const auto rounded = (centimetres + 50) / 100;
  return {fmt::format(" {} 米", rounded), fmt::format("{} m", rounded)};
}

// Each of the three ways to a cell is asked alone, so that each candidate has its own reason.
class Weighing {
 public:
  Weighing(const Whereabouts& known, const DirectoryView& directory) : known_(known), directory_(directory) {}

  std::vector<CandidateCell> weighed() {
    if (!known_.better_cell.empty()) add(known_.better_cell, 0, {"退回的网格员说归这里", "named by who returned it"});
    by_name();
    by_point();
    by_address();
    if (found_.empty())
      for (const auto& cell : known_.filed.candidates()) add(cell, 0, {"收件时的候选", "a candidate when it was filed"});
    for (auto& one : found_) {
      if (one.candidate.cell != known_.returned_from) continue;
      one.returned = true;
      one.candidate.why += {"；刚从这里退回", "; returned from there"};
    }
    std::stable_sort(found_.begin(), found_.end(), [](const Found& a, const Found& b) {
      return std::pair(a.returned, a.centimetres) < std::pair(b.returned, b.centimetres);
    });
    std::vector<CandidateCell> candidates;
    for (auto& one : found_)
      if (candidates.size() < candidates_max) candidates.push_back(std::move(one.candidate));
    return candidates;
  }

 private:
  struct Found {
    CandidateCell candidate;
    std::int64_t centimetres = 0;  // from the point; 0 inside, or not by a point
    bool returned = false;
  };

  void add(const std::string& cell, std::int64_t centimetres, const Sentence& why) {
    if (!directory_.takes_cases(cell)) return;
    const auto found = std::find_if(found_.begin(), found_.end(), [&](const Found& one) { return one.candidate.cell == cell; });
    if (found == found_.end()) return found_.push_back({{cell, why}, centimetres, false});
    found->candidate.why += Sentence{"；", "; "} + why;
    found->centimetres = std::max(found->centimetres, centimetres);  // what the point says of it is how far it is
  }

  void by_name() {
    if (known_.location.cell().empty()) return;
    dispatch::Place place;
    place.cell = known_.location.cell();
    for (const auto& one : directory_.dispatcher().route(place).candidates)
      add(one.cell, 0, {"诉求里写明了这个网格", "the request names this cell"});
  }

  void by_point() {
    if (!known_.location.has_point()) return;
    dispatch::Place place;
    place.has_point = true;
    place.latitude = known_.location.point().latitude();
    place.longitude = known_.location.point().longitude();
    place.datum = known_.location.point().datum();
    const Decision decision = directory_.dispatcher().route(place);
    const auto owners = std::count_if(decision.candidates.begin(), decision.candidates.end(), [&](const auto& one) {
      return one.distance_centimetres == 0 && directory_.takes_cases(one.cell);
    });
    for (const auto& one : decision.candidates) {
      const auto far = one.distance_centimetres;
      add(one.cell, far, far == 0 ? inside(owners > 1, decision.border_centimetres) : outside(owners > 0, far));
    }
  }

  static Sentence inside(bool overlaps, std::int64_t border_centimetres) {
    if (overlaps) return {"点在几个网格重叠的地方", "the point lies where cells overlap"};
    if (border_centimetres < 0) return {"点在格内", "the point is inside"};
    const auto border = metres(border_centimetres);
    return {"点在格内，离边界" + border.zh, fmt::format("the point is inside, {} from the border", border.en)};
  }
  static Sentence outside(bool is_next_to_it, std::int64_t centimetres) {
    const auto far = metres(centimetres);
    if (is_next_to_it) return {"相邻，离点" + far.zh, fmt::format("next to it, {} away", far.en)};
    return {"点不在任何网格里，离这里" + far.zh, fmt::format("the point is in no cell, {} from this one", far.en)};
  }

  void by_address() {
    if (known_.location.address().empty()) return;
    dispatch::Place place;
    place.address = known_.location.address();
    const auto decision = directory_.dispatcher().route(place);
    const bool several = decision.candidates.size() > 1;
    for (const auto& one : decision.candidates)
      add(one.cell, 0, several ? Sentence{"写的地名对得上几个网格", "the address names places of several cells"}
                               : Sentence{"写的地名在这个网格", "the address names a place of it"});
  }

  const Whereabouts& known_;
  const DirectoryView& directory_;
  std::vector<Found> found_;
};

}  // namespace

std::vector<CandidateCell> candidates_of(const Whereabouts& known, const DirectoryView& directory) {
  return Weighing(known, directory).weighed();
}

Json candidates_json(const std::vector<CandidateCell>& candidates, const DirectoryView& directory) {
  Json json = Json::array();
  for (const auto& one : candidates)
    json.push_back({{"cell", one.cell}, {"name", directory.cell_name(one.cell)}, {"zh", one.why.zh}, {"en", one.why.en}});
  return json;
}

}  // namespace huying::gateway
