#include "broker/state/poison_on_record.h"

#include <algorithm>

namespace huying::broker {

void PoisonOnRecord::suspect(const v1::Suspect& suspect, EpochId lease) {
  if (!suspect.fold()) {
    folded(lease);  // nothing is tried before it is folded
    if (suspect.has_clock()) clocks.tried(suspect, lease);
    return;
  }
  fold_parked = false;
  if (suspect.times() == 0) return folded(lease);
  fold_times = suspect.times();
  const bool is_known = std::find(fold_programs.begin(), fold_programs.end(), suspect.program()) != fold_programs.end();
  if (!is_known) fold_programs.push_back(suspect.program());
}

void PoisonOnRecord::set_aside(const v1::SetAside& set_aside) {
  if (set_aside.fold())
    fold_parked = true;
  else if (set_aside.has_clock() && clocks.named)
    ++clocks.named->times;
}

void PoisonOnRecord::commit(std::uint64_t consumes, EpochId lease) {
  folded(lease);
  if (consumes == 0 && clocks.ends_trial(lease)) clocks.named.reset();
}

void PoisonOnRecord::case_is_gone(std::string_view case_number) {
  clocks.forget_before(case_number);
  if (clocks.names(case_number)) clocks.named.reset();
}

void PoisonOnRecord::folded(EpochId lease) {
  sound_term = lease.term;
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
  clocks.encode(out);
}

bool PoisonOnRecord::decode(Decoder& in) {
  fold_parked = in.number<bool>();
  fold_times = in.number<std::uint32_t>();
  sound_term = in.number<std::uint32_t>();
  for (auto programs = in.count(sizeof(std::uint32_t)); programs > 0; --programs)
    fold_programs.emplace_back(in.bytes());
  return in.ok() && clocks.decode(in);
}

}  // namespace huying::broker
