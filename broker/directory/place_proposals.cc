#include "broker/directory/place_proposals.h"

#include <absl/container/flat_hash_map.h>

#include <algorithm>
#include <optional>

#include "base/limits.h"
#include "broker/dispatch/gazetteer.h"
#include "broker/dispatch/place_text.h"

namespace huying::directory {
namespace {

using dispatch::Gazetteer;
using Why = DisputedPlace::Why;

void add_aliases(const v1::Directory& directory, Gazetteer& gazetteer) {
  gazetteer.add_alias(directory.district_name());
  gazetteer.add_alias(directory.street_name());
  for (const auto& alias : directory.district_aliases()) gazetteer.add_alias(alias.name());
}

class Proposing {
 public:
  Proposing(const v1::Directory& directory, std::size_t at_least);
  PlaceProposals run(const std::vector<DecidedAddress>& decided);

 private:
  struct Seen {
    const DecidedAddress* from = nullptr;
    std::uint32_t cell = 0;
    std::vector<std::uint32_t> known;  // cells that the gazetteer has for its address
    std::vector<std::uint32_t> named;  // candidates that its address names
    bool agrees = false;               // the gazetteer leads it where it went
  };
  struct Votes {
    std::uint32_t cell = 0;
    std::vector<std::size_t> by_desk, otherwise;  // of seen_
  };
  struct Candidate {
    std::u32string text;
    std::vector<Votes> votes;
    std::optional<Why> refused;
    std::size_t by_desk = 0;
  };

  std::uint32_t number_of(const std::string& cell);
  bool leads_somewhere(const std::vector<std::uint32_t>& cells) const { return cells.size() == 1 && is_open_[cells[0]]; }
  Gazetteer with_places(const std::vector<std::uint32_t>& chosen) const;
  void see(const DecidedAddress& one);
  void add_candidate(const Seen& seen);
  void count();
  void count_what_speaks_against(std::size_t of);
  bool may_be_chosen(const Candidate& candidate) const;
  std::vector<std::uint32_t> choose();
  bool refuse_what_does_harm(const std::vector<std::uint32_t>& chosen);
  void refuse_named(const Seen& seen, const std::vector<std::uint32_t>& chosen);
  PlaceProposals result(const std::vector<std::uint32_t>& chosen) const;
  DisputedPlace disputed(const Candidate& candidate) const;
  std::vector<std::string> numbers(const std::vector<std::size_t>& of) const;

  const v1::Directory& directory_;
  const std::size_t at_least_;
  Gazetteer heads_;  // the names of the district alone
  std::vector<std::string> cells_;  // those of the directory, then others that were met
  std::vector<bool> is_open_;
  absl::flat_hash_map<std::string, std::uint32_t> by_code_;
  std::vector<Seen> seen_;
  std::vector<Candidate> candidates_;
  absl::flat_hash_map<std::u32string, std::uint32_t> by_text_;
  std::vector<bool> covered_;  // of seen_: what is chosen leads it where the desk did
  PlaceProposals out_;
};

Proposing::Proposing(const v1::Directory& directory, std::size_t at_least) : directory_(directory), at_least_(at_least) {
  add_aliases(directory, heads_);
  for (const auto& cell : directory.cells()) is_open_[number_of(cell.code())] = !cell.retired();
}

std::uint32_t Proposing::number_of(const std::string& cell) {
  const auto [at, added] = by_code_.try_emplace(cell, static_cast<std::uint32_t>(cells_.size()));
  if (added) {
    cells_.push_back(cell);
    is_open_.push_back(false);
  }
  return at->second;
}

Gazetteer Proposing::with_places(const std::vector<std::uint32_t>& chosen) const {
  Gazetteer gazetteer;
  add_aliases(directory_, gazetteer);
  for (const auto& place : directory_.places()) {
    const auto cell = by_code_.at(place.cell());
    gazetteer.add_place(place.name(), cell);
    for (const auto& alias : place.aliases()) gazetteer.add_place(alias, cell);
  }
  for (const auto one : chosen)
    gazetteer.add_place(dispatch::utf8(candidates_[one].text), candidates_[one].votes.front().cell);
  return gazetteer;
}

void Proposing::add_candidate(const Seen& seen) {
  const auto address = heads_.behind_the_head(seen.from->address);
  auto text = dispatch::place_phrase(address);
  if (const auto contact = dispatch::normal_form(seen.from->contact); contact.size() >= 2)
    text = text.substr(0, text.find(contact));
  if (text.size() < 2 || dispatch::utf8(text).size() > limits::name_bytes_max) {
    ++out_.nameless;
    return;
  }
  const auto [at, added] = by_text_.try_emplace(std::u32string(text), static_cast<std::uint32_t>(candidates_.size()));
  if (added) candidates_.push_back({at->first, {}, {}, 0});
  if (leads_somewhere(seen.known)) candidates_[at->second].refused = Why::known_otherwise;
}

void Proposing::count() {
  Gazetteer named;
  add_aliases(directory_, named);
  for (std::uint32_t i = 0; i < candidates_.size(); ++i) named.add_place(dispatch::utf8(candidates_[i].text), i);
  for (std::size_t i = 0; i < seen_.size(); ++i) {
    Seen& seen = seen_[i];
    seen.named = named.every_cell_in(seen.from->address);
    if (seen.agrees) continue;
    for (const auto one : seen.named) {
      auto& votes = candidates_[one].votes;
      auto at = std::find_if(votes.begin(), votes.end(), [&](const Votes& v) { return v.cell == seen.cell; });
      if (at == votes.end()) at = votes.insert(votes.end(), Votes{seen.cell, {}, {}});
      (seen.from->by_desk ? at->by_desk : at->otherwise).push_back(i);
      candidates_[one].by_desk += seen.from->by_desk ? 1 : 0;
    }
  }
  for (std::size_t i = 0; i < seen_.size(); ++i)
    if (seen_[i].agrees) count_what_speaks_against(i);
}

// The gazetteer leads it right, by a longer name perhaps, and to another cell than the candidate's.
void Proposing::count_what_speaks_against(std::size_t of) {
  const Seen& seen = seen_[of];
  for (const auto one : seen.named) {
    auto& votes = candidates_[one].votes;
    auto at = std::find_if(votes.begin(), votes.end(), [&](const Votes& v) { return v.cell == seen.cell; });
    if (at != votes.end() && votes.size() == 1) continue;
    if (at == votes.end()) at = votes.insert(votes.end(), Votes{seen.cell, {}, {}});
    (seen.from->by_desk ? at->by_desk : at->otherwise).push_back(of);
    candidates_[one].refused = Why::known_otherwise;
  }
}

bool Proposing::may_be_chosen(const Candidate& candidate) const {
  return !candidate.refused && candidate.by_desk >= at_least_ && candidate.votes.size() == 1 &&
         is_open_[candidate.votes.front().cell];
}

// The shortest first: what a shorter name covers needs no longer one.
std::vector<std::uint32_t> Proposing::choose() {
  std::vector<std::uint32_t> order, chosen;
  for (std::uint32_t i = 0; i < candidates_.size(); ++i)
    if (may_be_chosen(candidates_[i])) order.push_back(i);
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    const auto &x = candidates_[a].text, &y = candidates_[b].text;
    return x.size() != y.size() ? x.size() < y.size() : x < y;
  });
  covered_.assign(seen_.size(), false);
  for (const auto one : order) {
    const auto& votes = candidates_[one].votes.front().by_desk;
    if (std::all_of(votes.begin(), votes.end(), [&](std::size_t i) { return covered_[i]; })) continue;
    for (const auto i : votes) covered_[i] = true;
    chosen.push_back(one);
  }
  return chosen;
}

void Proposing::refuse_named(const Seen& seen, const std::vector<std::uint32_t>& chosen) {
  for (const auto one : seen.named)
    if (std::find(chosen.begin(), chosen.end(), one) != chosen.end()) candidates_[one].refused = Why::known_otherwise;
}

// Tried on everything that was seen: what leads an address elsewhere than it went, or makes a known one uncertain, is
// refused, and what is not enough to decide by. False: nothing was.
bool Proposing::refuse_what_does_harm(const std::vector<std::uint32_t>& chosen) {
  const auto gazetteer = with_places(chosen);
  std::vector<std::size_t> decides(candidates_.size());
  bool any = false;
  for (const Seen& seen : seen_) {
    if (seen.named.empty()) continue;
    const auto now = gazetteer.cells_in(seen.from->address);
    const bool changed = now != seen.known;
    const bool is_led = now.size() == 1;
    const bool harms = changed && (seen.agrees || (is_led && now[0] != seen.cell));
    if (harms) refuse_named(seen, chosen);
    any = any || harms;
    if (!seen.from->by_desk || !is_led || now[0] != seen.cell) continue;
    for (const auto one : seen.named) ++decides[one];
  }
  for (const auto one : chosen) {
    if (candidates_[one].refused || decides[one] >= at_least_) continue;
    candidates_[one].refused = Why::known_otherwise;
    any = true;
  }
  return any;
}

PlaceProposals Proposing::run(const std::vector<DecidedAddress>& decided) {
  const auto gazetteer = with_places({});
  for (const auto& one : decided) {
    Seen seen{&one, number_of(one.cell), gazetteer.cells_in(one.address), {}, false};
    seen.agrees = leads_somewhere(seen.known) && seen.known[0] == seen.cell;
    out_.by_desk += one.by_desk ? 1 : 0;
    out_.known += one.by_desk && seen.agrees ? 1 : 0;
    if (one.by_desk && !seen.agrees) add_candidate(seen);
    seen_.push_back(std::move(seen));
  }
  count();
  auto chosen = choose();
  while (refuse_what_does_harm(chosen)) chosen = choose();  // ends: each time one candidate less is left
  return result(chosen);
}

std::vector<std::string> Proposing::numbers(const std::vector<std::size_t>& of) const {
  std::vector<std::string> out;
  for (const auto i : of) out.push_back(seen_[i].from->case_number);
  return out;
}

DisputedPlace Proposing::disputed(const Candidate& candidate) const {
  DisputedPlace out{dispatch::utf8(candidate.text), candidate.refused.value_or(Why::several_cells), {}};
  if (candidate.votes.size() == 1 && !is_open_[candidate.votes.front().cell]) out.why = Why::cell_is_gone;
  for (const auto& votes : candidate.votes)
    out.votes.push_back({cells_[votes.cell], numbers(votes.by_desk), numbers(votes.otherwise)});
  std::stable_sort(out.votes.begin(), out.votes.end(),
                   [](const CellVotes& a, const CellVotes& b) { return a.by_desk.size() > b.by_desk.size(); });
  return out;
}

PlaceProposals Proposing::result(const std::vector<std::uint32_t>& chosen) const {
  PlaceProposals out = out_;
  std::vector<std::uint32_t> order;
  for (std::uint32_t i = 0; i < candidates_.size(); ++i) order.push_back(i);
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    const auto &x = candidates_[a], &y = candidates_[b];
    return x.by_desk != y.by_desk ? x.by_desk > y.by_desk : x.text < y.text;
  });
  for (const auto i : order) {
    const auto& one = candidates_[i];
    if (one.votes.empty()) continue;
    if (std::find(chosen.begin(), chosen.end(), i) != chosen.end()) {
      const auto& votes = one.votes.front();
      out.places.push_back({dispatch::utf8(one.text), cells_[votes.cell], numbers(votes.by_desk)});
    } else if (one.by_desk < at_least_) {
      const auto& votes = one.votes.front().by_desk;
      out.too_few += !votes.empty() && !covered_[votes.front()] ? 1 : 0;
    } else if (!may_be_chosen(one)) {
      out.disputed.push_back(disputed(one));
    }
  }
  return out;
}

}  // namespace

PlaceProposals propose_places(const v1::Directory& directory, const std::vector<DecidedAddress>& decided,
                              std::size_t at_least) {
  return Proposing(directory, at_least).run(decided);
}

}  // namespace huying::directory
