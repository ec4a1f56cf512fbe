// Texts that people read: Chinese first, English second. The words are those of docs/architecture.md
// (Words) and of the four faces, which share this folder; nothing here decides anything. Any thread.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "base/civil_time.h"
#include "huying/v1/action.pb.h"
#include "huying/v1/event.pb.h"

namespace huying::words {

struct Word {
  std::string_view zh, en;
};

Word word_of(v1::CaseState state);
Word word_of(v1::ClockKind kind);
Word word_of(v1::Rung rung);
Word word_of(v1::Role role);
Word word_of(v1::ActionKind kind);
Word word_of(v1::EventKind kind);
Word word_of(v1::DispatchRule rule);
Word word_of(v1::EscalationReason reason);
Word word_of(v1::ClockOutcome outcome);
Word word_of(v1::AskKind kind);
Word word_of(v1::ClockReason reason);

// The verb of `huying case act`: accept → ACTION_KIND_ACCEPT; UNSPECIFIED when there is none.
v1::ActionKind action_of_verb(std::string_view verb);
std::string_view verb_of(v1::ActionKind kind);
std::string verbs_in_a_row();  // "accept, feedback, …"

// "11月23日 24:00": the end of a day is 24:00 of that day; with the year when it is not that of `now`.
std::string due_text(const CivilZone& zone, Instant due, Instant now);
std::string due_text_english(const CivilZone& zone, Instant due, Instant now);  // "23 Nov 24:00"
// How long: "2 天 3 小时", "14 小时 18 分", "18 分 40 秒"; past 99 days only days.
std::string span_text(Milliseconds span);
std::string span_text_english(Milliseconds span);
// "还剩 2 天 3 小时", "已超 14 小时 18 分"; under an hour with seconds, past 99 days only days.
std::string left_text(Instant due, Instant now);
std::string left_text_english(Instant due, Instant now);

// How many columns of a terminal the text takes: Chinese characters take two.
std::size_t columns_of(std::string_view text);
std::string padded(std::string_view text, std::size_t columns);
// The first characters that fit: what a terminal would break into two lines is cut.
std::string cut(std::string_view text, std::size_t columns);

}  // namespace huying::words
