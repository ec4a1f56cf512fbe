// The ladder: cell, village or community, street, district (I7). Which rung must answer next, and how long it has.
// Pure; any thread.
//
// An unanswered escalation climbs when its rung's clock ends. At the top it stays, asked again each month, and never
// stops. Escalation never moves a case.
#pragma once
#include "huying/v1/common.pb.h"
#include "huying/v1/event.pb.h"
#include "huying/v1/policy.pb.h"

namespace huying::ladder {

// One above; the district again at the top.
v1::Rung next_rung(v1::Rung rung);

// Who held the matter whose clock fired, so whom the first escalation passes over: a resolved case is the unit's to
// verify; the desk stands beside the units, its escalation goes to the street; a review is above the unit's; anything
// else is the cell's.
v1::Rung own_rung(v1::ClockKind clock);

// Where an escalation goes: one above the highest rung asked so far, and above the matter's own.
v1::Rung climb(v1::Rung highest_asked, v1::Rung own);

// Which clock runs at a rung until it answers: RUNG, at the top MONTHLY_FEEDBACK.
v1::ClockKind clock_at(v1::Rung rung);
const v1::Span& span_at(const v1::Ladder& ladder, v1::Rung rung);

// An answer given at a rung is a promise: how long until it is asked again when nothing else runs.
const v1::Span& promise_span(const v1::Ladder& ladder, v1::Rung rung);

// Who answers at a rung.
v1::Role supervisor_of(v1::Rung rung);
// The rung at which a supervisor stands; RUNG_UNSPECIFIED for anybody else.
v1::Rung rung_of(v1::Role role);

}  // namespace huying::ladder
