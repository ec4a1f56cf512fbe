// What every engine behind the journal port must do. An engine's test gives a factory of worlds and instantiates:
//   INSTANTIATE_TEST_SUITE_P(Embedded, JournalContract, testing::Values(WorldFactory{…}));
#pragma once
#include <algorithm>
#include <functional>
#include <memory>

#include "tests/broker/journal/journal_world.h"

namespace huying::journal {

// One partition's storage. Outlives the journals it gives out.
class ContractWorld {
 public:
  virtual ~ContractWorld() = default;
  // A broker starts. The one before is gone (the test destroyed it), without a clean end.
  virtual std::unique_ptr<Journal> open() = 0;
  // A broker starts though another one still runs, and nothing keeps it out but the engine's fence.
  virtual std::unique_ptr<Journal> usurp() = 0;
};
using WorldFactory = std::function<std::unique_ptr<ContractWorld>()>;

class JournalContract : public testing::TestWithParam<WorldFactory> {
 protected:
  void SetUp() override {
    world = GetParam()();
    journal = world->open();
    ASSERT_NE(journal, nullptr);
    term = journal->claim("test", instant(1)).value();
  }
  void restart() {
    journal.reset();
    journal = world->open();
    ASSERT_NE(journal, nullptr);
    term = journal->claim("test", instant(1)).value();
  }
  std::vector<Record> everything(Position from = {}) {
    std::vector<Record> all;
    EXPECT_TRUE(journal->read(from, [&](const Record& record) {
      all.push_back(record);
      all.back().payload = {};
      return Sink::more;
    }));
    return all;
  }

  std::unique_ptr<ContractWorld> world;
  std::unique_ptr<Journal> journal;
  Term term;
  const StreamId cell{5}, other{6};
};

TEST_P(JournalContract, every_claim_gets_a_greater_term_and_leaves_a_record) {
  EXPECT_EQ(term, Term{1});
  restart();
  EXPECT_EQ(term, Term{2});
  std::vector<std::uint32_t> terms;
  EXPECT_TRUE(journal->read_cell(partition_stream, Sequence{1}, [&](const Record& record) {
    EXPECT_EQ(record.kind, v1::RECORD_KIND_TERM);
    v1::TermClaimed claimed;
    EXPECT_TRUE(claimed.ParseFromArray(record.payload.data(), static_cast<int>(record.payload.size())));
    terms.push_back(claimed.term());
    return Sink::more;
  }));
  EXPECT_THAT(terms, testing::ElementsAre(1, 2));
}

TEST_P(JournalContract, an_append_with_another_term_is_refused_and_leaves_nothing) {
  const Position head = journal->head();
  for (const std::uint32_t wrong : {0u, 2u, 7u}) {
    EXPECT_EQ(code_of(append_text(*journal, Term{wrong}, 1)), v1::ERROR_CODE_TERM_STALE);
  }
  EXPECT_EQ(journal->head(), head);
  EXPECT_TRUE(append_text(*journal, term, 1));
}

TEST_P(JournalContract, sequences_are_contiguous_in_a_stream_and_positions_grow) {
  Batch batch;
  batch.begin_item();
  batch.add_record(cell, v1::RECORD_KIND_COMMIT, {3, 4}, "one");
  batch.add_record(other, v1::RECORD_KIND_MESSAGE, {3, 4}, "two");
  batch.begin_item();
  batch.add_record(cell, v1::RECORD_KIND_ACTION, {}, "");
  const auto first = append(*journal, term, batch), second = append(*journal, term, batch);
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->places[0].sequence, Sequence{1});
  EXPECT_EQ(first->places[1].sequence, Sequence{1});
  EXPECT_EQ(first->places[2].sequence, Sequence{2});
  EXPECT_EQ(second->places[2].sequence, Sequence{4});
  EXPECT_LT(first->places[0].position, first->places[1].position);
  EXPECT_LT(first->places[2].position, second->places[0].position);
  EXPECT_EQ(journal->last_sequence(cell), Sequence{4});
  EXPECT_EQ(journal->last_sequence(StreamId{99}), Sequence{0});
  EXPECT_THAT(journal->streams(), testing::ElementsAre(partition_stream, cell, other));
  int told = 0;
  EXPECT_TRUE(journal->read_at(first->places[1].position, [&](const Record& record) {
    ++told;
    EXPECT_EQ(record.payload, "two");
    EXPECT_EQ(record.stream, other);
    EXPECT_EQ(record.kind, v1::RECORD_KIND_MESSAGE);
    EXPECT_EQ(record.epoch, (EpochId{3, 4}));
    EXPECT_FALSE(record.item_begins);
    EXPECT_EQ(record.next, first->places[2].position);
    return Sink::more;
  }));
  EXPECT_EQ(told, 1);
}

TEST_P(JournalContract, a_key_conflict_fails_its_item_alone_and_whole) {
  const auto holder = append_text(*journal, term, 1);
  ASSERT_TRUE(holder);
  Batch batch;
  add_item(batch, cell, "lands", key_of(2));
  batch.begin_item();  // its second record conflicts; its first has a key of its own
  batch.add_record(other, v1::RECORD_KIND_COMMIT, {}, "never");
  batch.add_key(key_of(3), KeyRule::unique);
  batch.add_record(cell, v1::RECORD_KIND_COMMIT, {}, "never");
  batch.add_key(key_of(1), KeyRule::unique);
  batch.add_key(key_of(4), KeyRule::replaceable);
  add_item(batch, cell, "conflicts with the first of this batch", key_of(2));
  add_item(batch, cell, "lands too", key_of(3));
  const auto appended = append(*journal, term, batch);
  ASSERT_TRUE(appended);
  ASSERT_EQ(appended->conflicts.size(), 2u);
  EXPECT_EQ(appended->conflicts[0].item, 1u);
  EXPECT_EQ(appended->conflicts[0].key, key_of(1));
  EXPECT_EQ(appended->conflicts[0].holder, holder->places[0].position);
  EXPECT_EQ(appended->conflicts[1].item, 2u);
  EXPECT_EQ(appended->conflicts[1].holder, appended->places[0].position);
  EXPECT_EQ(appended->places[1].sequence, Sequence{0});
  EXPECT_EQ(appended->places[2].sequence, Sequence{0});
  EXPECT_EQ(journal->last_sequence(other), Sequence{0});
  EXPECT_THAT(payloads(*journal), testing::ElementsAre(text_of(1), "lands", "lands too"));
  EXPECT_EQ(journal->find(key_of(3)), appended->places[4].position);
  EXPECT_EQ(journal->find(key_of(4)), std::nullopt);
}

TEST_P(JournalContract, a_batch_of_conflicts_alone_completes_and_writes_nothing) {
  ASSERT_TRUE(append_text(*journal, term, 1));
  const Position head = journal->head();
  const auto again = append_text(*journal, term, 1);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->conflicts.size(), 1u);
  EXPECT_EQ(journal->head(), head);
  EXPECT_TRUE(append_text(*journal, term, 2)->conflicts.empty());
}

TEST_P(JournalContract, an_item_that_names_a_key_twice_fails_and_gives_the_key_back) {
  Batch batch;
  add_item(batch, cell, "twice", key_of(1));
  batch.add_key(key_of(1), KeyRule::unique);
  const auto appended = append(*journal, term, batch);
  ASSERT_TRUE(appended);
  ASSERT_EQ(appended->conflicts.size(), 1u);
  EXPECT_EQ(appended->conflicts[0].holder, Position{});
  EXPECT_EQ(journal->find(key_of(1)), std::nullopt);
}

TEST_P(JournalContract, a_replaceable_key_leads_to_the_last_record_that_named_it) {
  Position last;
  for (int i = 0; i < 3; ++i) {
    Batch batch;
    batch.begin_item();
    batch.add_record(cell, v1::RECORD_KIND_COMMIT, {}, fmt::format("{}", i));
    batch.add_key(key_of(10), KeyRule::replaceable);
    last = append(*journal, term, batch)->places[0].position;
    EXPECT_EQ(journal->find(key_of(10)), last);
  }
  restart();
  EXPECT_EQ(journal->find(key_of(10)), last);
}

TEST_P(JournalContract, recorded_time_never_goes_back_even_over_a_restart) {
  Batch batch;
  add_item(batch, cell, "x");
  EXPECT_EQ(append(*journal, term, batch, instant(5000))->recorded_at, instant(5000));
  EXPECT_EQ(append(*journal, term, batch, instant(3000))->recorded_at, instant(5000));
  restart();
  EXPECT_EQ(append(*journal, term, batch, instant(10))->recorded_at, instant(5000));
  EXPECT_EQ(append(*journal, term, batch, instant(5001))->recorded_at, instant(5001));
}

TEST_P(JournalContract, reading_begins_at_or_after_any_position_and_ends_at_the_head) {
  for (std::uint64_t n = 1; n <= 60; ++n) ASSERT_TRUE(append_text(*journal, term, n, n % 3 == 0 ? other : cell));
  const auto all = everything();
  ASSERT_EQ(all.size(), 61u);
  EXPECT_EQ(all.back().next, journal->head());
  EXPECT_TRUE(everything(journal->head()).empty());
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto from_here = everything(all[i].position), from_next = everything(all[i].next);
    ASSERT_EQ(from_here.size(), all.size() - i);
    EXPECT_EQ(from_here[0].position, all[i].position);
    ASSERT_EQ(from_next.size(), all.size() - i - 1);
    const auto between = everything(Position{all[i].position.value + 1});
    EXPECT_EQ(between.size(), all.size() - i - 1);
  }
}

TEST_P(JournalContract, a_read_stops_when_the_sink_has_enough) {
  for (std::uint64_t n = 1; n <= 10; ++n) ASSERT_TRUE(append_text(*journal, term, n));
  int told = 0;
  const RecordSink three = [&](const Record&) { return ++told % 3 == 0 ? Sink::enough : Sink::more; };
  ASSERT_TRUE(journal->read({}, three));
  EXPECT_EQ(told, 3);
  ASSERT_TRUE(journal->read_cell(cell, Sequence{4}, three));
  EXPECT_EQ(told, 6);
}

TEST_P(JournalContract, what_does_not_begin_a_record_cannot_be_read_at) {
  const auto appended = append_text(*journal, term, 1);
  const std::uint64_t good = appended->places[0].position.value;
  for (const std::uint64_t wrong : {std::uint64_t{0}, good - 1, good + 1, good + 48, journal->head().value, ~std::uint64_t{0}}) {
    EXPECT_EQ(code_of(journal->read_at(Position{wrong}, [](const Record&) { return Sink::more; })),
              v1::ERROR_CODE_JOURNAL_UNREADABLE);
  }
}

TEST_P(JournalContract, time_leads_to_the_first_record_recorded_at_or_after) {
  std::vector<Position> positions;
  for (std::uint64_t n = 1; n <= 50; ++n) positions.push_back(append_text(*journal, term, n)->places[0].position);
  for (std::size_t i = 0; i < positions.size(); ++i) {
    EXPECT_EQ(journal->at_time(instant(static_cast<std::int64_t>(1001 + i))), positions[i]);
  }
  EXPECT_EQ(journal->at_time(instant(0)), everything()[0].position);
  EXPECT_EQ(journal->at_time(instant(9999)), journal->head());
}

TEST_P(JournalContract, a_restart_finds_everything_where_it_was) {
  for (std::uint64_t n = 1; n <= 45; ++n) ASSERT_TRUE(append_text(*journal, term, n));
  const auto before = everything();
  const auto found = journal->find(key_of(45));
  const DigestKey digest_key = journal->digest_key();
  restart();
  auto after = everything();
  ASSERT_EQ(after.size(), before.size() + 1);  // the new term
  for (std::size_t i = 0; i < before.size(); ++i) {
    EXPECT_EQ(after[i].position, before[i].position);
    EXPECT_EQ(after[i].sequence, before[i].sequence);
    EXPECT_EQ(after[i].recorded_at, before[i].recorded_at);
    EXPECT_EQ(after[i].batch_number, before[i].batch_number);
  }
  EXPECT_EQ(payloads(*journal), texts(1, 45));
  EXPECT_EQ(journal->find(key_of(45)), found);
  EXPECT_EQ(journal->digest_key(), digest_key);
  EXPECT_EQ(append_text(*journal, term, 45)->conflicts.size(), 1u);
}

TEST_P(JournalContract, cursors_and_checkpoints_are_kept_and_replaced) {
  ASSERT_TRUE(journal->set_cursor("board.1", "a"));
  ASSERT_TRUE(journal->set_cursor("board.2", std::string("\0\1", 2)));
  ASSERT_TRUE(journal->set_cursor("board.1", "b"));
  ASSERT_TRUE(journal->store_checkpoint(cell, {{1, 1}, Sequence{3}, 1, "old"}));
  ASSERT_TRUE(journal->store_checkpoint(cell, {{1, 2}, Sequence{7}, 2, "new"}));
  restart();
  EXPECT_THAT(journal->cursors(), testing::UnorderedElementsAre(testing::Pair("board.1", "b"),
                                                                testing::Pair("board.2", std::string("\0\1", 2))));
  const auto checkpoint = journal->latest_checkpoint(cell);
  ASSERT_TRUE(checkpoint);
  EXPECT_EQ(checkpoint->epoch, (EpochId{1, 2}));
  EXPECT_EQ(checkpoint->through, Sequence{7});
  EXPECT_EQ(checkpoint->state_version, 2u);
  EXPECT_EQ(checkpoint->state, "new");
  EXPECT_FALSE(journal->latest_checkpoint(other));
}

// The older broker has a window of appends under way when the newer one claims. Goal: from the claim on none of the
// older one's is acknowledged, and none of the newer one's is lost or disturbed.
TEST_P(JournalContract, a_usurper_fences_an_older_broker_that_pipelines) {
  for (std::uint64_t n = 1; n <= 10; ++n) ASSERT_TRUE(append_text(*journal, term, n));
  auto newer = world->usurp();
  ASSERT_NE(newer, nullptr);
  const Term newer_term = newer->claim("usurper", instant(2)).value();
  EXPECT_GT(newer_term, term);
  int refused = 0;
  for (std::uint64_t n = 0; n < 5; ++n) {
    ASSERT_TRUE(append_text(*newer, newer_term, 200 + n));
    for (std::uint64_t in_flight = 0; in_flight < 4; ++in_flight) {
      Batch batch;
      add_item(batch, cell, "of the older one", key_of(100 + 4 * n + in_flight));
      journal->append(term, batch, instant(9000), [&](Result<Appended> answer) {
        EXPECT_EQ(code_of(answer), v1::ERROR_CODE_TERM_STALE);
        ++refused;
      });
    }
  }
  while (refused < 20) journal->poll();
  newer.reset();
  restart();
  auto expected = texts(1, 10);
  for (std::uint64_t n = 0; n < 5; ++n) expected.push_back(text_of(200 + n));
  EXPECT_EQ(payloads(*journal), expected);
}

}  // namespace huying::journal
