// Who may read which subjects (I12). Deny by default: who does not read the whole street may read no cell that is not
// theirs. Pure.
#pragma once
#include "base/result.h"
#include "broker/delivery/interest.h"
#include "broker/state/principals.h"

namespace huying::delivery {

// SUBJECT_NOT_ALLOWED; the detail names a cell that the subjects reach and the reader may not.
Result<void> may_read(const broker::Principals& principals, const broker::Principal& reader, const Interest& interest);

// All events of cases that the reader may read: of the whole street, or of the cells that are theirs. SUBJECT_NOT_ALLOWED
// when there is none.
Result<Interest> all_that_may_be_read(const broker::Principals& principals, const broker::Principal& reader);

}  // namespace huying::delivery
