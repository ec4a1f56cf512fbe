// Who may read which subjects (I12). Deny by default: who does not read the whole street may read no cell that is not
// theirs. Pure.
#pragma once
#include "base/result.h"
#include "broker/delivery/interest.h"
#include "broker/state/principals.h"

namespace huying::delivery {

// SUBJECT_NOT_ALLOWED; the detail names a cell that the subjects reach and the reader may not.
Result<void> may_read(const broker::Principals& principals, const broker::Principal& reader, const Interest& interest);

}  // namespace huying::delivery
