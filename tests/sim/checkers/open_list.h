// A case of an open list in a few words: what its events say of it, and what its owner says. Both are made of what an
// outsider sees, by rules of their own, and can be compared byte for byte.
#pragma once
#include <cstdint>
#include <string>

#include "huying/v1/event.pb.h"
#include "tests/sim/checkers/seen.h"

namespace huying::sim {

// Number, revision, state, holder, rung that was asked, history, and each running clock with its generation and due times.
std::string open_case_of(const LedgerCase& folded);
std::string open_case_of(const v1::CaseWhole& answered);

// What an open case lacks, in words; empty: nothing. It has a holder (who, on which rung, where) and a running clock, and
// when it is shelved that is the review's.
std::string lack_of(const LedgerCase& folded);
std::string lack_of(const v1::CaseWhole& answered);

}  // namespace huying::sim
