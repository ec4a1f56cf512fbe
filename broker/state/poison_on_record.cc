#include "broker/state/poison_on_record.h"

#include <algorithm>

namespace huying::broker {

void PoisonOnRecord::suspect(const v1::Suspect& suspect, Term term) {
  if (!suspect.fold()) {
    folded(term);  // nothing is tried before it is folded
    if (suspect.has_clock()) clock = std::make_unique<TriedClock>(TriedClock{suspect.clock(), suspect.times()});
    return;
  }
  fold_parked = false;
  if (suspect.times() == 0) return folded(term);
  fold_times = suspect.times();
  const bool is_known = std::find(fold_programs.begin(), fold_programs.end(), suspect.program()) != fold_programs.end();
  if (!is_known) fold_programs.push_back(suspect.program());
}

void PoisonOnRecord::set_aside(const v1::SetAside& set_aside) {
  if (set_aside.fold())
    fold_parked = true;
  else if (set_aside.has_clock() && clock)
    ++clock->times;
}

void PoisonOnRecord::commit(std::uint64_t consumes, Term term) {
  folded(term);
  if (consumes == 0) clock.reset();
}

void PoisonOnRecord::folded(Term term) {
  sound_term = term.value;
  if (fold_parked) return;
  fold_times = 0;
  fold_programs.clear();
}

void PoisonOnRecord::encode(Encoder& out) const {
  out.number(fold_parked);
  out.number(fold_times);
  out.number(sound_term);
  out.number(static_cast<std::uint32_t>(fold_programs.size()));
  for (const std::string& program : fold_programs) out.bytes(program);
  out.number(clock != nullptr);
  if (clock == nullptr) return;
  out.bytes(clock->name.SerializeAsString());
  out.number(clock->times);
}

bool PoisonOnRecord::decode(Decoder& in) {
  fold_parked = in.number<bool>();
  fold_times = in.number<std::uint32_t>();
  sound_term = in.number<std::uint32_t>();
  for (auto programs = in.number<std::uint32_t>(); programs > 0 && in.ok(); --programs)
    fold_programs.emplace_back(in.bytes());
  if (!in.number<bool>() || !in.ok()) return in.ok();
  clock = std::make_unique<TriedClock>();
  const auto name = in.bytes();
  clock->times = in.number<std::uint32_t>();
  return in.ok() && clock->name.ParseFromArray(name.data(), static_cast<int>(name.size()));
}

}  // namespace huying::broker
