// What the journal's tests share: small segments, random numbers that repeat, batches that can be told apart.
#pragma once
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "broker/journal/embedded_journal.h"
#include "proto/errors.h"
#include "tests/broker/journal/memory_disk.h"

namespace huying::journal {

inline constexpr const char* test_folder = "/data/street";

// splitmix64: the tests' own, so that a seed means the same on every machine.
struct Dice {
  std::uint64_t state = 1;
  std::uint64_t next() {
    std::uint64_t z = (state += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  std::uint64_t operator()(std::uint64_t sides) { return next() % sides; }
};

inline EmbeddedOptions small_options(std::uint64_t seed = 1) {
  EmbeddedOptions options;
  options.partition = "street";
  options.segment_bytes = 8192;
  options.pool_segments = 0;
  options.free_bytes_min = 0;
  options.random = [dice = Dice{seed}]() mutable { return dice.next() | 1; };
  return options;
}

inline Digest128 key_of(std::uint64_t number) { return {number * 0x9e3779b97f4a7c15, number + 1}; }

// Text that differs from batch to batch and is not blank; lengths from 60 to 700 bytes.
inline std::string text_of(std::uint64_t number) {
  return fmt::format("record {} ", number) + std::string(50 + number * 131 % 640, static_cast<char>('a' + number % 26));
}

// One item of one record with a unique key.
inline void add_item(Batch& batch, StreamId stream, std::string_view payload, std::optional<Digest128> unique = {}) {
  batch.begin_item();
  batch.add_record(stream, v1::RECORD_KIND_REQUEST, {1, 0}, payload);
  if (unique) batch.add_key(*unique, KeyRule::unique);
}

inline Result<Appended> append(Journal& journal, Term term, const Batch& batch, Instant now = instant(1000)) {
  std::optional<Result<Appended>> answer;
  journal.append(term, batch, now, [&](Result<Appended> appended) { answer = std::move(appended); });
  while (!answer) journal.poll();
  return *answer;
}

inline Result<Appended> append_text(Journal& journal, Term term, std::uint64_t number, StreamId stream = StreamId{5}) {
  Batch batch;
  add_item(batch, stream, text_of(number), key_of(number));
  return append(journal, term, batch, instant(static_cast<std::int64_t>(1000 + number)));
}

// Payloads of a stream, in order.
inline std::vector<std::string> payloads(Journal& journal, StreamId stream = StreamId{5}) {
  std::vector<std::string> all;
  const auto read = journal.read_cell(stream, Sequence{1}, [&](const Record& record) {
    EXPECT_EQ(record.sequence.value, all.size() + 1);
    all.emplace_back(record.payload);
    return Sink::more;
  });
  EXPECT_TRUE(read) << read.error().detail;
  return all;
}

inline std::vector<std::string> texts(std::uint64_t first, std::uint64_t last) {
  std::vector<std::string> all;
  for (std::uint64_t number = first; number <= last; ++number) all.push_back(text_of(number));
  return all;
}

inline std::uint32_t code_of(const auto& result) { return result ? 0 : result.error().code; }

}  // namespace huying::journal
