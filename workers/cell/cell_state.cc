#include "workers/cell/cell_state.h"

#include <algorithm>

#include "base/check.h"
#include "huying/v1/error.pb.h"

namespace huying::cell {
namespace {
// An action may wait behind a move for as long as the desk's backlog is; more than this many moves behind a backlog
// were never seen, and the price of forgetting is a refusal that says "ask again".
constexpr std::size_t moves_max = 16'384;
constexpr std::size_t spare_max = 8;
}  // namespace

Case* CellState::look_up(const CaseNumber& number) const {
  if (recent_ != nullptr && recent_->number == number) return recent_;
  const auto found = cases_.find(number);
  if (found == cases_.end()) return nullptr;
  recent_ = found->get();
  return recent_;
}

Case& CellState::open(const CaseNumber& number) {
  std::unique_ptr<Case> one;
  if (spare_.empty()) {
    one = std::make_unique<Case>();
  } else {
    one = std::move(spare_.back());
    spare_.pop_back();
  }
  one->number = number;
  const auto [at, is_new] = cases_.insert(std::move(one));
  HUYING_CHECK(is_new, "case {} is opened twice in cell {}", number.text(), place_.cell);
  recent_ = at->get();
  return *recent_;
}

void CellState::erase(const CaseNumber& number) {
  const auto found = cases_.find(number);
  if (found == cases_.end()) return;
  recent_ = nullptr;
  auto one = std::move(cases_.extract(found).value());
  if (spare_.size() >= spare_max) return;
  std::string filed = std::move(one->filed);
  filed.clear();
  *one = Case{};
  one->filed = std::move(filed);
  spare_.push_back(std::move(one));
}

std::vector<const Case*> CellState::by_number() const {
  std::vector<const Case*> out;
  out.reserve(cases_.size());
  for (const auto& one : cases_) out.push_back(one.get());
  std::sort(out.begin(), out.end(), [](const Case* a, const Case* b) { return a->number < b->number; });
  return out;
}

std::uint32_t CellState::moved_to(const CaseNumber& number) const {
  const auto found = moved_.find(number);
  return found == moved_.end() ? 0 : found->second;
}

void CellState::remember_move(const CaseNumber& number, std::uint32_t to_stream) {
  moved_[number] = to_stream;
  moves_.push_back(number);
  if (moves_.size() <= moves_max) return;
  const auto oldest = moves_.front();
  moves_.pop_front();
  // A case that came back and left again has a later entry.
  if (std::find(moves_.begin(), moves_.end(), oldest) == moves_.end()) moved_.erase(oldest);
}

std::string CellState::encode() const {
  std::string bytes;
  Encoder out(bytes);
  out.number(state_version);
  out.bytes(place_.cell);
  out.number(consumed_through);
  out.number(configuration_version);
  out.number(last_event_at_ms);
  out.number(static_cast<std::uint64_t>(cases_.size()));
  for (const Case* one : by_number()) cell::encode(*one, *names_, out);
  out.number(static_cast<std::uint32_t>(moves_.size()));
  for (const auto& number : moves_) {
    out.bytes(number.text());
    out.number(moved_to(number));
  }
  return bytes;
}

Result<CellState> CellState::decode(std::string_view bytes, CellPlace place, Names& names) {
  const auto refused = [] { return fail(v1::ERROR_CODE_JOURNAL_UNREADABLE, "not a cell's state of this version"); };
  Decoder in(bytes);
  if (in.number<std::uint32_t>() != state_version) return refused();
  if (in.bytes() != place.cell) return refused();
  CellState state(std::move(place), names);
  state.consumed_through = in.number<std::uint64_t>();
  state.configuration_version = in.number<std::uint64_t>();
  state.last_event_at_ms = in.number<std::int64_t>();
  const auto cases = in.number<std::uint64_t>();
  for (std::uint64_t i = 0; i < cases; ++i) {
    auto one = std::make_unique<Case>();
    if (!cell::decode(in, names, *one)) return refused();
    if (one->held_clock != 0) state.to_park.push_back(one->number);
    if (!state.cases_.insert(std::move(one)).second) return refused();
  }
  const auto moves = in.number<std::uint32_t>();
  if (moves > moves_max) return refused();
  for (std::uint32_t i = 0; i < moves; ++i) {
    const auto number = in.bytes();
    const auto to_stream = in.number<std::uint32_t>();
    if (!CaseNumber::fits(number)) return refused();
    state.moves_.emplace_back(number);
    if (to_stream != 0) state.moved_[CaseNumber(number)] = to_stream;
  }
  if (!in.at_end()) return refused();
  return state;
}

}  // namespace huying::cell
