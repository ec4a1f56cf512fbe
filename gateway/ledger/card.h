// A case in the words that every page shows: made once, of a live case or of its row in the register alike, so that phone,
// wall, desk and exports say the same. No name of a person, no address finer than the cell, no citizen's words. Pure; any thread.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "gateway/ledger/names.h"
#include "gateway/ledger/register_query.h"
#include "huying/v1/event.pb.h"

namespace huying::ledger {

// The marks of a case or a cell, the worst first: 升 缺 超 临 停.
enum class Mark : std::uint8_t { none, escalated, uncovered, late, due, paused };

struct MarkWords {
  std::string_view letter, zh, en, code;  // 升, 已升级, escalated, "escalated"
};
MarkWords words_of(Mark mark);

// What a card is made of.
struct CardFacts {
  std::string number, category, cell;
  std::string source, reporter;  // who published it; the person of the directory who reported it, else empty
  v1::CaseState state{};
  bool is_open = false;
  v1::Rung waits_for{};      // whose answer to an escalation is awaited; unspecified: nobody's
  v1::ClockKind clock{};     // that presses; unspecified: none, and the next three are nothing
  std::int64_t due_ms = 0, first_due_ms = 0;
  bool provisional = false;
  v1::Holder holder, answerer;
};
CardFacts facts_of(const v1::CaseWhole& whole);
CardFacts facts_of(const RegisterRow& row);

struct Card {
  std::string number;
  std::string title, title_en;    // the category; of what fits none, where it came from
  std::string place, place_en;    // the cell
  Mark mark = Mark::none;         // of this case; never uncovered
  bool resolved = false;          // or verified: waits for its end
  std::string clock_kind;         // that presses, as the ledger spells it; empty: none
  std::int64_t due_ms = 0, first_due_ms = 0;
  bool provisional = false;
  std::string holder, holder_en;      // who holds it: 学府 07 网格员
  std::string answerer, answerer_en;  // who must answer; empty: nobody
};

// escalated: climbed, and nobody has answered; late: the clock that presses is past; due: it is by `day_ends`, 24:00 of the
// street's local day; paused: shelved. The first that holds.
Mark mark_of(const CardFacts& facts, Instant now, Instant day_ends);
Card card_of(const CardFacts& facts, const NameBook& names, Instant now, Instant day_ends);

// Who fills a post: the person's title where it is known, else the place and the role.
NameBook::Text post_of(const NameBook& names, const v1::Holder& post);

}  // namespace huying::ledger
