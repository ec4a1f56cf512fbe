// Cursors of subscriptions: small, many, and saved each second. Owned by EmbeddedJournal; one thread.
//
// A save of many is one write and one sync, however many: what changed since a cursor's own file was written goes, whole,
// into one of two files in turns (0.recent, 1.recent), so that a torn write leaves the save before it. A cursor's own file
// (<keyed digest of the name>.cursor) is written by set_cursor, and while the journal is idle, durable with its name, for
// the recent files leave it out then: should both be lost, it costs repeats. Each state carries the number of its save; the greatest counts. An empty state forgets a name.
//
// A cursor whose own file cannot be read, and that no recent file knows, is lost, and told so (lost()); a file that is gone
// cannot be told from one that never was. docs/journal-format.md has the bytes.
#pragma once
#include <array>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/digest.h"
#include "broker/journal/disk.h"

namespace huying::journal {

class CursorFiles {
 public:
  using Changes = std::vector<std::pair<std::string, std::string>>;  // name, state

  CursorFiles(Disk& disk, std::string folder, const DigestKey& key)
      : disk_(disk), folder_(std::move(folder)), key_(key) {}

  Result<void> load();
  // Durable when it returns. JOURNAL_WRITE_FAILED, FIELD_TOO_LONG.
  Result<void> set(std::string_view name, std::string_view state);  // into its own file
  Result<void> save(const Changes& changes);                        // all into a recent file
  // While nothing else is to be done: brings at most one own file up to date that is far behind.
  Result<void> refresh_one();

  std::vector<std::pair<std::string, std::string>> states() const;
  const std::vector<Digest128>& lost() const { return lost_; }

 private:
  struct Entry {
    std::string state;            // empty: forgotten
    std::uint64_t save = 0;       // number of the save that it came with
    std::uint64_t own_save = 0;   // of what its own file holds
    bool has_own_file = false;
  };
  void take(std::string name, std::string state, std::uint64_t save);
  void load_own(const std::string& file, std::vector<Digest128>& unreadable);
  void load_recent(std::size_t which);
  Result<void> write_own(const std::string& name, Entry& entry);
  Result<void> forget_own(const std::string& name, Entry& entry);
  Result<void> write_recent();
  std::string recent_bytes() const;

  Disk& disk_;
  const std::string folder_;
  const DigestKey key_;
  std::map<std::string, Entry> entries_;
  std::vector<Digest128> lost_;
  std::uint64_t saves_ = 0;
  struct Recent {
    std::uint64_t save = 0;  // the last that it holds, as far as is known
    bool is_made = false;    // it exists, and no write or sync of it failed
  };
  std::array<Recent, 2> recent_;
};

}  // namespace huying::journal
