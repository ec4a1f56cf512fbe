// One sentence a step: what an event of a case says, subject first, Chinese and English (faces: 为什么在这里). Every kind of
// event has its own; a test asks for each kind of the contract. Pure; any thread.
#pragma once
#include "words/phrases.h"

namespace huying::words {

// Empty for a kind that this version does not know.
Sentence sentence_of(const v1::CaseEvent& event, const Telling& telling);

// Second line of a step: by which rule a request went where it did, and who is told on whose behalf. May be empty.
Sentence detail_of(const v1::CaseEvent& event, const Telling& telling);

// sentences_of_steps.cc: what people ask for, grant and check; the others are in sentences.cc.
Sentence sentence_of_agreement(const v1::CaseEvent& event, const Telling& telling);
Sentence sentence_of_check(const v1::CaseEvent& event, const Telling& telling);

}  // namespace huying::words
