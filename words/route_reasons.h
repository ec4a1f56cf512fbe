// Why a request went where it did, in both languages: the sentences of broker/dispatch/reasons.h, which the journal holds in
// English. Pure; any thread.
#pragma once
#include <string_view>

#include "words/phrases.h"

namespace huying::words {

// One sentence, or several joined by "; ". What this version does not know (an older journal's) stays as it is in both.
Sentence sentence_of_route_reason(std::string_view reason);

}  // namespace huying::words
