// Why a case is where it is, in sentences, from its events alone (faces: 为什么在这里): the one source of sentences for the
// command line, the wall and the phone. Nothing is asked of the cell that has the case: where it is now is folded from the
// same events. Pure: events in, lines out; the zone and the moment are arguments. Any thread.
#pragma once
#include <span>
#include <string>
#include <vector>

#include "words/phrases.h"

namespace huying::words {

struct StoryEvent {
  v1::CaseEvent event;
  std::string words;  // of the person who did it, where the reader may see them (Fetch); else empty
};

struct StoryLine {
  Instant at;
  Sentence sentence;
  Sentence detail;      // by which rule, through whom; may be empty
  bool is_now = false;  // where it is and what it waits for
  // Of the event that it tells; 0 and unspecified where it tells none: first due times, what is missing, now.
  std::uint64_t revision = 0;
  v1::EventKind kind{};
};

// In order of the events' revisions, whatever order they come in; an event that comes twice is told once. First due times are
// lines of their own. Where revisions are missing (in cells that the reader may not read) a line says how many. The last line
// says where the case is now. Empty without events.
std::vector<StoryLine> story(std::span<const StoryEvent> events, const CivilZone& zone, Instant now,
                             const CodeNames* names = nullptr);

enum class Language { zh, en, both };

// Newest first, as it is read on every face: ● for now, ○ for before; the second line says when, and by which rule.
std::string text_of(std::span<const StoryLine> lines, Language language, const CivilZone& zone, Instant now);

}  // namespace huying::words
