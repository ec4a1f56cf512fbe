// The words that every face shares, where the programs have always found them.
#pragma once
#include "words/words.h"

namespace huying::programs {

using words::action_of_verb;
using words::columns_of;
using words::cut;
using words::due_text;
using words::due_text_english;
using words::left_text;
using words::left_text_english;
using words::padded;
using words::span_text;
using words::span_text_english;
using words::verb_of;
using words::verbs_in_a_row;
using words::Word;
using words::word_of;

}  // namespace huying::programs
