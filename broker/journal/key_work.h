// The two long works on key files, done a little at a time: writing the keys of newly sealed segments out of memory,
// and joining two files into one. A step handles about 8,192 keys, and now and then syncs at most 1 MiB.
// Owned by KeyStore; one thread. After any error it must not be used again.
#pragma once
#include <memory>

#include "broker/journal/key_file_writer.h"
#include "broker/journal/key_index.h"

namespace huying::journal {

inline constexpr std::size_t keys_a_step = 8192;

class KeyWork {
 public:
  virtual ~KeyWork() = default;
  // nullptr: more is to be done.
  virtual Result<std::unique_ptr<KeyFile>> step() = 0;
};

// The keys of the header's segments. `index` goes on changing between steps, by records of later segments only.
class WriteKeys final : public KeyWork {
 public:
  WriteKeys(std::unique_ptr<KeyFileWriter> writer, const KeyIndex& index, std::uint32_t last_segment)
      : writer_(std::move(writer)), index_(index), last_segment_(last_segment) {}
  Result<std::unique_ptr<KeyFile>> step() override;

 private:
  std::unique_ptr<KeyFileWriter> writer_;
  const KeyIndex& index_;
  std::uint32_t last_segment_;
  std::size_t table_ = 0;
};

// Of a key that both have, the newer's place. Both files outlive it.
class JoinKeys final : public KeyWork {
 public:
  JoinKeys(std::unique_ptr<KeyFileWriter> writer, KeyFile& older, KeyFile& newer)
      : writer_(std::move(writer)), older_{older}, newer_{newer} {}
  Result<std::unique_ptr<KeyFile>> step() override;

 private:
  struct Source {
    KeyFile& file;
    std::uint64_t next_block = 0;
    std::vector<KeyEntry> entries;  // of the block before
    std::size_t at = 0;
    Result<bool> more();  // `entry` is there
    const KeyEntry& entry() const { return entries[at]; }
  };
  std::unique_ptr<KeyFileWriter> writer_;
  Source older_, newer_;
};

}  // namespace huying::journal
