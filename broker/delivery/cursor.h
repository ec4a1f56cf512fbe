// Where a subscription is in the journal, and how that is written down: in the journal's side files, and in resume tokens.
// Pure.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/ids.h"
#include "base/result.h"
#include "broker/delivery/history.h"
#include "broker/state/context.h"

namespace huying::delivery {

// The record to look at next, and how many of its events were sent or need not be.
struct Cursor {
  std::uint64_t generation = 0;
  std::uint64_t consumer_sequence = 0;  // of the last event before `position`/`events_done`
  Position position;
  std::uint32_t events_done = 0;
  friend bool operator==(const Cursor&, const Cursor&) = default;
};

// A durable subscription's side file.
struct SavedCursor {
  std::string principal;
  Cursor cursor;
  std::uint64_t basis = 0;  // what its numbers were given by: subjects, person, directory; 0: not known
  HistoryMark mark;
};
std::string encode(const SavedCursor& saved);
std::optional<SavedCursor> decode_saved_cursor(std::string_view bytes);

// A token is a cursor with its mark and a keyed digest over both, so that a damaged or foreign one is known: TOKEN_INVALID.
struct Token {
  Cursor cursor;
  HistoryMark mark;
};
std::string encode(const broker::Context& context, const Token& token);
Result<Token> decode_token(const broker::Context& context, std::string_view bytes);

}  // namespace huying::delivery
