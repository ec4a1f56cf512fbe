#include "tests/sim/world/broker_disk.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string_view>

namespace huying::sim {
namespace {

using journal::Effect;
using journal::SectorFate;

constexpr std::uint64_t plenty = std::uint64_t{1} << 40;
constexpr std::string_view part_suffix = ".segment";
constexpr std::uint64_t page_bytes = 4096, sectors_a_page = page_bytes / journal::sector_bytes;

bool is_of_the_journal(const std::string& path) {  // parts, and what is kept beside them
  return path.find("/journal/") != std::string::npos && path.find("pool-") == std::string::npos;
}
bool is_side_file(const std::string& path) {
  return (path.find("/cursors/") != std::string::npos || path.find("/checkpoints/") != std::string::npos) &&
         !path.ends_with(journal::temporary_suffix);
}

// How a power loss treats the unsynced sectors of one file.
enum class Manner : std::uint8_t { each_for_itself, all_lost, all_kept, first_kept, last_kept, one_lost, pages_zeroed };
constexpr std::uint64_t manners = 7;

}  // namespace

BrokerDisk::BrokerDisk(World& world)
    : world_(world), chance_(world.chance("disk")), memory_(std::make_unique<journal::MemoryDisk>()) {
  memory_->set_free_bytes(plenty);
  memory_->before_effect = [this](const Effect& effect) { watch(effect); };
}

void BrokerDisk::watch(const Effect& effect) {
  if (is_of_the_journal(effect.path) && failing_ == effect.kind) {
    failing_.reset();
    world_.counters().hit(failing_counts_);
    memory_->fail_effect(memory_->effects());
  }
  const bool is_checkpoint = effect.path.find("/checkpoints/") != std::string::npos;
  if (failing_checkpoint_ && effect.kind == Effect::Kind::write && is_checkpoint) {
    failing_checkpoint_ = false;
    world_.counters().hit(scenario::CHECKPOINT_NOT_WRITTEN);
    memory_->fail_effect(memory_->effects());
  }
  if (effect.kind != Effect::Kind::write) return;
  std::string path = effect.path;  // of a part that is being made: the name that it will have
  if (path.ends_with(journal::temporary_suffix)) path.resize(path.size() - journal::temporary_suffix.size());
  if (!path.ends_with(part_suffix)) return;  // a file of keys or an index proves no batch
  last_writes_[1] = std::move(last_writes_[0]);
  last_writes_[0] = {std::move(path), effect.offset};
}

void BrokerDisk::fail_next(Effect::Kind kind, FaultKind counted_as) {
  failing_ = kind;
  failing_counts_ = counted_as;
}

void BrokerDisk::fail_next_checkpoint() { failing_checkpoint_ = true; }

bool BrokerDisk::lose_checkpoint(StreamId stream) {
  const auto name = fmt::format("/checkpoints/{:08x}.checkpoint", stream.value);
  for (const auto& path : memory_->files())
    if (path.ends_with(name)) return memory_->remove(path).has_value();
  return false;
}

void BrokerDisk::has_free_bytes(std::optional<std::uint64_t> bytes) { memory_->set_free_bytes(bytes.value_or(plenty)); }

// ---- Power -------------------------------------------------------------------------------------------------------

void BrokerDisk::lose_power() {
  failing_.reset();
  failing_checkpoint_ = false;
  if (snapshot_) {
    memory_ = std::move(snapshot_);
    memory_->before_effect = [this](const Effect& effect) { watch(effect); };
    return;
  }
  struct File {
    Manner manner{};
    std::uint64_t turn = 0, asked = 0;  // the sector at which the manner turns
    std::uint64_t kept = 0, lost = 0, zeroed_page = ~std::uint64_t{0};
  };
  std::map<std::string, File> files;
  auto& counters = world_.counters();
  journal::MemoryDisk::Fates fates;
  fates.names = [&](std::uint64_t sides) {
    const auto landed = chance_(sides);
    if (landed + 1 < sides) counters.hit(scenario::NAMES_LOST, sides - 1 - landed);
    return landed;
  };
  fates.growth = [&](std::uint64_t sides) { return chance_(sides); };
  fates.sector = [&](const std::string& path, std::uint64_t sector) {
    auto [at, fresh] = files.try_emplace(path);
    File& file = at->second;
    if (fresh) file.manner = static_cast<Manner>(chance_(manners)), file.turn = chance_(16);
    const auto turned = file.asked++ >= file.turn;
    auto fate = SectorFate::new_bytes;
    switch (file.manner) {
      case Manner::each_for_itself: fate = static_cast<SectorFate>(chance_(3)); break;
      case Manner::all_lost: fate = SectorFate::old_bytes; break;
      case Manner::all_kept: break;
      case Manner::first_kept: fate = turned ? SectorFate::old_bytes : SectorFate::new_bytes; break;
      case Manner::last_kept: fate = turned ? SectorFate::new_bytes : SectorFate::old_bytes; break;
      case Manner::one_lost:
        fate = file.asked == file.turn + 1 ? SectorFate::old_bytes : SectorFate::new_bytes;
        break;
      case Manner::pages_zeroed:
        fate = sector / sectors_a_page % 2 == file.turn % 2 ? SectorFate::zeros : SectorFate::new_bytes;
        break;
    }
    file.kept += fate == SectorFate::new_bytes;
    file.lost += fate != SectorFate::new_bytes;
    counters.hit(fate == SectorFate::old_bytes   ? scenario::SECTORS_LOST
                 : fate == SectorFate::new_bytes ? scenario::SECTORS_KEPT
                                                 : scenario::SECTORS_ZEROED);
    return fate;
  };
  memory_->crash(fates);
  for (const auto& [path, file] : files)
    if (file.kept != 0 && file.lost != 0) counters.hit(scenario::WRITE_TORN);
}

// ---- Damage ------------------------------------------------------------------------------------------------------

// What a later batch proves to be on disk: all below the last two writes. (The last is proven by none, and what proves
// the one before may be the one that a power loss took.)
std::uint64_t BrokerDisk::proven_bytes(const std::string& path) const {
  std::uint64_t proven = memory_->contents(path).size();
  for (const auto& write : last_writes_)
    if (write.path == path) proven = std::min(proven, write.offset);
  return proven;
}

std::string BrokerDisk::any_file(FaultKind kind) {
  const bool wants_side_file = kind == scenario::SIDE_FILE_DAMAGED;
  std::vector<std::string> files;
  for (const auto& path : memory_->files()) {
    if (wants_side_file ? !is_side_file(path) : !is_of_the_journal(path)) continue;
    if (wants_side_file ? !memory_->contents(path).empty() : proven_bytes(path) >= page_bytes) files.push_back(path);
  }
  return files.empty() ? std::string() : files[chance_(files.size())];
}

bool BrokerDisk::damage(FaultKind kind) {
  const std::string path = any_file(kind);
  if (path.empty() || damaged_) return false;
  std::string bytes = memory_->contents(path);
  damaged_ = Damaged{path, bytes};
  if (kind == scenario::PAGE_ZEROED) {
    const auto page = chance_(proven_bytes(path) / page_bytes);
    std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(page * page_bytes), page_bytes, '\0');
  } else {
    const auto proven = kind == scenario::SIDE_FILE_DAMAGED ? bytes.size() : proven_bytes(path);
    const auto at = chance_(proven);
    bytes[at] = static_cast<char>(static_cast<unsigned char>(bytes[at]) ^ (1u << chance_(8)));
  }
  if (bytes == damaged_->bytes) {  // the page was zero before
    damaged_.reset();
    return false;
  }
  world_.counters().hit(kind);
  world_.note(fmt::format("{}: {}", path, name_of(kind)));
  memory_->set_contents(path, std::move(bytes));
  return true;
}

void BrokerDisk::undo_damage() {
  world_.note("somebody brings " + damaged_->path + " back from a copy");
  memory_->set_contents(damaged_->path, damaged_->bytes);
  damaged_.reset();
}

}  // namespace huying::sim
