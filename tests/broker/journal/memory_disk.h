// A disk in memory that forgets what was not synced: for the journal's tests and the simulator. One thread.
//
// Each file has what the disk holds (durable) and what a process sees (the page cache). A sync makes a file's sectors
// durable; a folder's sync its names. crash() ends every process: of each sector that was written and not synced, the
// disk holds the old bytes, the new ones, or zeros, as the caller chooses; of each folder's names, the first n changes.
// A failed sync forgets that sectors are dirty, as Linux does: the page cache still shows them, the disk never gets them.
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "broker/journal/disk.h"

namespace huying::journal {

inline constexpr std::size_t sector_bytes = 512;

enum class SectorFate : std::uint8_t { old_bytes, new_bytes, zeros };

struct Effect {
  enum class Kind : std::uint8_t { create, write, sync, rename, remove, make_folder, sync_folder };
  Kind kind{};
  std::string path;  // the name that the file has now, whatever it was opened by; of a rename the new one
  std::uint64_t offset = 0, bytes = 0;  // of a write
};

class MemoryDisk final : public Disk {
 public:
  struct Options {
    bool locks_are_honoured = true;
    std::uint64_t free_bytes = std::uint64_t{1} << 40;
  };
  MemoryDisk() = default;
  explicit MemoryDisk(Options options) : options_(options) {}

  Result<std::unique_ptr<File>> open(const std::string& path, Access access) override;
  Result<void> make_folder(const std::string& path) override;
  Result<std::vector<std::string>> list(const std::string& folder) override;
  bool exists(const std::string& path) override { return visible_.contains(path); }
  Result<void> rename(const std::string& from, const std::string& to) override;
  Result<void> remove(const std::string& path) override;
  Result<void> sync_folder(const std::string& folder) override;
  Result<std::unique_ptr<Lock>> lock(const std::string& path) override;
  Result<std::uint64_t> free_bytes(const std::string&) override { return options_.free_bytes; }

  // Power is lost and comes back. Open files and locks are dead. `choose(n)` answers 0 … n-1: how many of a folder's
  // name changes landed, how far a file grew, and with 3 which SectorFate each unsynced sector has.
  void crash(const std::function<std::uint64_t(std::uint64_t)>& choose);
  // The same, for a caller who wants to know what it is asked.
  struct Fates {
    std::function<std::uint64_t(std::uint64_t sides)> names, growth;
    std::function<SectorFate(const std::string& path, std::uint64_t sector)> sector;
  };
  void crash(const Fates& fates);
  // Every process ends, the machine lives: what was written is still to be seen, and still not synced.
  void kill();

  // Effects are counted from 0. From the one with this number on nothing happens any more and every call fails, until
  // crash(); that one itself is done, unless it is a sync.
  void lose_power_at(std::uint64_t effect) { power_ends_at_ = effect; }
  // That one effect alone fails (a failing sync forgets what was dirty).
  void fail_effect(std::uint64_t effect) { fails_at_ = effect; }
  std::uint64_t effects() const { return effects_; }
  std::uint64_t count(Effect::Kind kind) const;
  std::function<void(const Effect&)> before_effect;  // may call lose_power_at and fail_effect
  void set_free_bytes(std::uint64_t bytes) { options_.free_bytes = bytes; }

  // For tests that play with bytes: what a process sees, made durable at once.
  std::string contents(const std::string& path) const;
  void set_contents(const std::string& path, std::string bytes);
  std::vector<std::string> files() const;  // paths, sorted
  // A second disk with the same contents, all of it durable.
  MemoryDisk copy() const;

 private:
  friend class MemoryFile;
  friend class MemoryLock;
  struct Node {
    std::string path;  // its last name
    std::string durable, cached;
    std::set<std::uint64_t> dirty;  // sector numbers
    bool grown = false;             // its size is not synced
  };
  using Names = std::map<std::string, std::shared_ptr<Node>>;
  struct NameChange {
    std::string from, to;  // from empty: created; to empty: removed
    std::shared_ptr<Node> node;
  };
  enum class Outcome : std::uint8_t { done, done_then_dark, fails, dark };
  Outcome effect(Effect effect);
  static tl::unexpected<Error> write_failed(const std::string& path, const char* what);
  void change_name(const std::string& folder, NameChange change);
  static void apply(Names& names, const NameChange& change);
  void settle(const std::string& path, Node& node, const Fates& fates);

  Options options_;
  Names visible_, durable_;
  std::set<std::string> folders_;
  std::map<std::string, std::vector<NameChange>> unsynced_names_;  // by folder, in order
  std::map<std::string, std::weak_ptr<bool>> locks_;
  std::uint64_t life_ = 0;  // files of an earlier one are dead
  std::uint64_t effects_ = 0;
  std::map<Effect::Kind, std::uint64_t> counts_;
  std::optional<std::uint64_t> power_ends_at_, fails_at_;
};

}  // namespace huying::journal
