// The contract of the port, run against the embedded engine: on a disk in memory without working locks (so that the
// usurper gets in), with segments from a pool and without, and on the real file system.
#include <filesystem>

#include "broker/journal/posix_disk.h"
#include "tests/broker/journal/journal_contract.h"

namespace huying::journal {
namespace {

class MemoryWorld final : public ContractWorld {
 public:
  explicit MemoryWorld(std::size_t pool_segments) : pool_segments_(pool_segments) {}
  std::unique_ptr<Journal> open() override {
    auto options = small_options(++opened_);
    options.pool_segments = pool_segments_;
    auto journal = EmbeddedJournal::open(disk_, test_folder, options);
    EXPECT_TRUE(journal) << journal.error().detail;
    return journal ? std::move(*journal) : nullptr;
  }
  std::unique_ptr<Journal> usurp() override { return open(); }

 private:
  MemoryDisk disk_{MemoryDisk::Options{.locks_are_honoured = false}};
  std::size_t pool_segments_;
  std::uint64_t opened_ = 0;
};

// The real file system, but for a lock that keeps nobody out.
class UnlockedDisk final : public PosixDisk {
 public:
  Result<std::unique_ptr<Lock>> lock(const std::string& path) override {
    if (!exists(path)) {
      if (auto created = open(path, Access::create); !created) return tl::unexpected(created.error());
    }
    return std::make_unique<Lock>();
  }
};

class RealWorld final : public ContractWorld {
 public:
  RealWorld() {
    std::string name = (std::filesystem::temp_directory_path() / "huying-journal-XXXXXX").string();
    EXPECT_NE(::mkdtemp(name.data()), nullptr);
    root_ = name;
  }
  ~RealWorld() override { std::filesystem::remove_all(root_); }
  std::unique_ptr<Journal> open() override {
    auto options = small_options(++opened_);
    options.pool_segments = 1;
    auto journal = EmbeddedJournal::open(disk_, root_ + "/street", options);
    EXPECT_TRUE(journal) << journal.error().detail;
    return journal ? std::move(*journal) : nullptr;
  }
  std::unique_ptr<Journal> usurp() override { return open(); }

 private:
  std::string root_;
  UnlockedDisk disk_;
  std::uint64_t opened_ = 0;
};

INSTANTIATE_TEST_SUITE_P(GrowingSegments, JournalContract,
                         testing::Values(WorldFactory([] { return std::make_unique<MemoryWorld>(0); })));
INSTANTIATE_TEST_SUITE_P(PooledSegments, JournalContract,
                         testing::Values(WorldFactory([] { return std::make_unique<MemoryWorld>(3); })));
INSTANTIATE_TEST_SUITE_P(RealFiles, JournalContract, testing::Values(WorldFactory([] { return std::make_unique<RealWorld>(); })));

}  // namespace
}  // namespace huying::journal
