#include "broker/delivery/commit_view.h"

#include <gmock/gmock.h>

#include <random>
#include <string>
#include <vector>

namespace huying::delivery {
namespace {

v1::Commit ordinary_commit() {
  v1::Commit commit;
  commit.set_stream(7);
  commit.mutable_epoch()->set_term(2);
  commit.mutable_epoch()->set_grant(300);
  commit.set_commit_number(41);
  commit.set_consumes(90);
  commit.set_decided_at_ms(1'795'400'000'123);
  for (const auto kind : {v1::EVENT_KIND_FILED, v1::EVENT_KIND_ESCALATED}) {
    auto& event = *commit.add_events();
    event.set_kind(kind);
    event.set_rung(kind == v1::EVENT_KIND_ESCALATED ? v1::RUNG_STREET : v1::RUNG_UNSPECIFIED);
    event.set_actor_only(kind == v1::EVENT_KIND_FILED);
    event.set_event(std::string("bytes\0of an event", 17));
  }
  auto& effect = *commit.add_effects();
  effect.set_case_number("BN-261123-0042-7");
  effect.set_kind(v1::CaseEffect::MOVED_TO);
  effect.set_to_stream(9);
  return commit;
}

void expect_same(const CommitView& view, const v1::Commit& commit) {
  EXPECT_EQ(view.stream, commit.stream());
  EXPECT_EQ(view.epoch, (EpochId{commit.epoch().term(), commit.epoch().grant()}));
  EXPECT_EQ(view.commit_number, commit.commit_number());
  EXPECT_EQ(view.consumes, commit.consumes());
  EXPECT_EQ(view.decided_at_ms, commit.decided_at_ms());
  ASSERT_EQ(view.events.size(), static_cast<std::size_t>(commit.events_size()));
  for (int i = 0; i < commit.events_size(); ++i) {
    const auto& event = view.events[static_cast<std::size_t>(i)];
    EXPECT_EQ(event.kind, commit.events(i).kind());
    EXPECT_EQ(event.rung, commit.events(i).rung());
    EXPECT_EQ(event.actor_only, commit.events(i).actor_only());
    EXPECT_EQ(event.event, commit.events(i).event());
  }
  ASSERT_EQ(view.effects.size(), static_cast<std::size_t>(commit.effects_size()));
  for (int i = 0; i < commit.effects_size(); ++i) {
    const auto& effect = view.effects[static_cast<std::size_t>(i)];
    EXPECT_EQ(effect.case_number, commit.effects(i).case_number());
    EXPECT_EQ(effect.kind, commit.effects(i).kind());
    EXPECT_EQ(effect.to_stream, commit.effects(i).to_stream());
  }
}

TEST(CommitView, ReadsWhatTheParserReadsWithoutParsingAnOrdinaryCommitWhole) {
  const auto commit = ordinary_commit();
  const std::string bytes = commit.SerializeAsString();
  CommitView view;
  ASSERT_TRUE(view.read(bytes));
  expect_same(view, commit);
  EXPECT_EQ(view.rest.ByteSizeLong(), 0u);
}

TEST(CommitView, ParsesACommitWithSendsOrAnOutcomeWhole) {
  auto commit = ordinary_commit();
  commit.mutable_outcome()->set_revision(3);
  commit.add_sends()->set_to_stream(4);
  const std::string bytes = commit.SerializeAsString();
  CommitView view;
  ASSERT_TRUE(view.read(bytes));
  expect_same(view, commit);
  EXPECT_EQ(view.rest.outcome().revision(), 3u);
  EXPECT_EQ(view.rest.sends_size(), 1);
}

TEST(CommitView, ForgetsTheCommitReadBefore) {
  auto first = ordinary_commit();
  first.mutable_outcome()->set_revision(3);
  const std::string bytes = first.SerializeAsString();
  CommitView view;
  ASSERT_TRUE(view.read(bytes));
  ASSERT_TRUE(view.read({}));
  expect_same(view, v1::Commit());
  EXPECT_FALSE(view.rest.has_outcome());
}

// A commit that is accepted is written to the journal and parsed by protobuf when it is replayed: whatever one byte is
// changed to, nothing may pass here that fails there, or that reads differently.
TEST(CommitView, AcceptsNothingThatTheParserRefusesOrReadsOtherwise) {
  const std::string whole = ordinary_commit().SerializeAsString();
  CommitView view;
  v1::Commit parsed;
  for (std::size_t at = 0; at < whole.size(); ++at) {
    for (int value = 0; value < 256; ++value) {
      std::string bytes = whole;
      bytes[at] = static_cast<char>(value);
      if (!view.read(bytes)) continue;
      ASSERT_TRUE(parsed.ParseFromString(bytes)) << "byte " << at << " as " << value;
      expect_same(view, parsed);
      if (HasFailure()) FAIL() << "byte " << at << " as " << value;
    }
  }
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const std::string bytes = whole.substr(0, size);
    EXPECT_EQ(view.read(bytes), parsed.ParseFromString(bytes)) << "cut at " << size;
  }
}

// What is accepted is journalled, and must be readable for good: by the parser, with the same meaning. Bytes are changed,
// cut, doubled and put in between, seeded; and what no random change finds stands there by itself.
TEST(CommitView, WhateverItReadsTheParserReadsTheSame) {
  const std::string good = ordinary_commit().SerializeAsString();
  std::vector<std::string> tries{good + '\0', std::string(1, '\0')};
  const auto event = good.find("bytes");
  ASSERT_EQ(good[event - 1], 17);
  tries.push_back(good.substr(0, event - 1) + "\x91\x80\x80\x80\x80\x01" + good.substr(event));
  std::mt19937_64 dice(7);
  for (int i = 0; i < 100'000; ++i) {
    std::string bytes = good;
    for (int change = 0; change < 3; ++change) {
      const std::size_t at = dice() % (bytes.size() + 1);
      switch (dice() % 4) {
        case 0: bytes.insert(at, 1, static_cast<char>(dice())); break;
        case 1: bytes.erase(at, dice() % 3); break;
        case 2: bytes.insert(at, bytes.substr(dice() % (bytes.size() + 1), dice() % 16)); break;
        default: if (at < bytes.size()) bytes[at] = static_cast<char>(dice());
      }
    }
    tries.push_back(std::move(bytes));
  }
  int read = 0;
  for (const auto& bytes : tries) {
    CommitView view;
    if (!view.read(bytes)) continue;
    ++read;
    v1::Commit parsed;
    ASSERT_TRUE(parsed.ParseFromString(bytes)) << testing::PrintToString(bytes);
    expect_same(view, parsed);
  }
  EXPECT_GT(read, 1'000);
}

}  // namespace
}  // namespace huying::delivery
