// Parts of sentences, in both languages: who, where, when, why, under which clock. Pure; any thread.
#pragma once
#include <string>
#include <string_view>

#include "base/civil_time.h"
#include "huying/v1/event.pb.h"
#include "words/words.h"

namespace huying::words {

// A sentence, or a part of one.
struct Sentence {
  std::string zh, en;
  Sentence& operator+=(const Sentence& more) {
    zh += more.zh;
    en += more.en;
    return *this;
  }
  friend Sentence operator+(Sentence a, const Sentence& b) { return a += b; }
  bool empty() const { return zh.empty() && en.empty(); }
};

// What the directory calls its codes, in Chinese; it has no names in English. Empty: nothing, the code is said. For whoever has
// the directory (the gateway's pages); a command line that reads events alone says codes.
class CodeNames {
 public:
  virtual std::string person(std::string_view code) const = 0;  // or a system: 石桥村 01 网格员, 12345 热线
  virtual std::string cell(std::string_view code) const = 0;    // 石桥村 01 网格
  virtual std::string category(std::string_view code) const = 0;

 protected:
  ~CodeNames() = default;
};

// What sentences are made with: the street's zone, the moment that decides which year is said, the words of the person
// who did the step, where the reader may see them, and what codes are called (nullptr: codes are said).
struct Telling {
  const CivilZone& zone;
  Instant now;
  std::string_view words;
  const CodeNames* names = nullptr;
};

// 网格员 shiqiao-01.worker / grid worker shiqiao-01.worker; with names 石桥村 01 网格员 in Chinese.
Sentence who(const v1::Actor& actor, const CodeNames* names = nullptr);
Sentence who(const v1::Holder& holder, const CodeNames* names = nullptr);  // who must answer, or that nobody is on duty there
Sentence where(std::string_view cell, const CodeNames* names = nullptr);   // 网格 shiqiao-01, 石桥村 01 网格 (its name), 指挥中心
Sentence when(const Telling& telling, std::int64_t at_ms);
Sentence clock_name(v1::ClockKind kind);   // “解决”
enum class CodesOf { persons, cells };
Sentence listed(const google::protobuf::RepeatedPtrField<std::string>& codes, CodesOf what, const CodeNames* names = nullptr);

// "，理由：等配件，“…”": what the case table or the pages mean by the code; the person's words where they may be seen, a code that
// nobody here knows as it is, else that there are words; empty: no reason.
Sentence reason(const Telling& telling, std::string_view code, const v1::ReasonDetail& detail);

// What a step meant for the clocks: which were met in time or late, and which due time became another, old and new.
Sentence clocks_met(const v1::CaseEvent& event);
Sentence clocks_moved(const Telling& telling, const v1::CaseEvent& event);
// First due times, as a step of their own; empty: the event began no clock of a stage.
Sentence clocks_begun(const Telling& telling, const v1::CaseEvent& event);

// A name within a sentence: blanks between its figures or Latin letters and the Chinese around it. tidy() takes what is too much.
std::string apart(std::string_view name);
// No blank at the beginning, beside another or beside full-width punctuation, but for what is quoted.
std::string tidy(std::string_view chinese);
// The first letter large, for English.
std::string capital(std::string text);

}  // namespace huying::words
