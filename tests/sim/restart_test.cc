// What the simulator found, one test a defect.
#include <gtest/gtest.h>

#include "base/digest.h"
#include "broker/journal/embedded_journal.h"
#include "broker/round.h"
#include "broker/snapshots.h"
#include "tests/broker/journal/memory_disk.h"
#include "tests/sim/street.h"

namespace huying::sim {
namespace {

struct Folder {
  journal::MemoryDisk disk;
  std::unique_ptr<journal::EmbeddedJournal> journal;
  std::unique_ptr<broker::BrokerCore> core;
  Term term;

  void open(Moment now) {
    core.reset();
    journal.reset();
    journal::EmbeddedOptions embedded;
    embedded.segment_bytes = 256 * limits::KiB;
    embedded.pool_segments = 0;
    embedded.free_bytes_min = 0;
    auto opened = journal::EmbeddedJournal::open(disk, "/data/street", embedded);
    ASSERT_TRUE(opened) << opened.error().detail;
    journal = std::move(*opened);
    core = std::make_unique<broker::BrokerCore>(broker::CoreOptions{}, journal->digest_key());
    ASSERT_TRUE(broker::replay_journal(*core, *journal));
    const auto claimed = broker::claim_and_start(*core, *journal, "test", now);
    ASSERT_TRUE(claimed);
    term = *claimed;
  }
  void round(Moment now) {
    core->begin(now);
    core->tick();
    std::vector<broker::OutFrame> out;
    ASSERT_TRUE(broker::finish_round(*core, *journal, term, out));
  }
};

// Seed 26: an idle journal seals its last batch with a mark of the present time. A scaled folder goes on from its last
// record, which is older: the first batch after the restart landed later than the core had said, and the process
// stopped.
TEST(Restart, goes_on_behind_a_mark_that_is_later_than_every_record) {
  initialise_digests();
  const SteadyInstant steady{std::chrono::seconds(10)};
  const Instant last_record = instant(1'795'392'000'000), mark = last_record + std::chrono::hours(1);
  Folder folder;
  folder.open({last_record, steady});
  folder.core->install(Street(3, 2).configuration());
  do folder.round({last_record, steady});
  while (folder.core->work_left());
  ASSERT_TRUE(folder.journal->close(mark));

  folder.open({last_record, steady});
  EXPECT_GE(folder.core->now(), mark);
  folder.core->begin({last_record, steady + std::chrono::seconds(20)});  // no host for 10 s is announced: a batch
  folder.core->tick();
  std::vector<broker::OutFrame> out;
  ASSERT_TRUE(broker::finish_round(*folder.core, *folder.journal, folder.term, out));
  EXPECT_GT(folder.journal->batches(), 1u);
}

}  // namespace
}  // namespace huying::sim
