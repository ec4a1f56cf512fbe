#include "gateway/ledger/schema.h"

namespace huying::ledger {

const char* const schema = R"(
-- One row a case, as its last event left it.
CREATE TABLE cases (
  number TEXT PRIMARY KEY,          -- as printed on the receipt
  filed_ms INTEGER NOT NULL,
  category TEXT NOT NULL,
  urgency TEXT NOT NULL,            -- normal, urgent
  source TEXT NOT NULL,             -- the system or person that published it
  reporter TEXT NOT NULL,           -- a person of the directory who reported it; else empty
  rule TEXT NOT NULL,               -- of dispatch: explicit, point, address, desk
  unit TEXT NOT NULL,               -- where it is, or was when it ended
  cell TEXT NOT NULL,
  state TEXT NOT NULL,              -- at_desk, dispatched, accepted, …
  is_open INTEGER NOT NULL,
  revision INTEGER NOT NULL,        -- its last event's
  holder_role TEXT NOT NULL, holder_rung TEXT NOT NULL, holder_place TEXT NOT NULL, holder_person TEXT NOT NULL,
  rung TEXT NOT NULL,               -- highest that was asked to answer; empty: it never climbed
  answered INTEGER NOT NULL,        -- that rung has answered
  -- Who was asked last to answer an escalation, or answered it.
  answerer_role TEXT NOT NULL, answerer_rung TEXT NOT NULL, answerer_place TEXT NOT NULL, answerer_person TEXT NOT NULL,
  asked TEXT NOT NULL,              -- for and not decided yet: extension, shelving, plan; empty: nothing
  dispatched_ms INTEGER NOT NULL,   -- first to a cell; 0: never yet
  resolved_ms INTEGER NOT NULL,     -- by the worker's word, last; 0: not yet
  hops INTEGER NOT NULL, returns INTEGER NOT NULL, rework INTEGER NOT NULL, extensions INTEGER NOT NULL,
  complex INTEGER NOT NULL, hard INTEGER NOT NULL, under_plan INTEGER NOT NULL, is_final INTEGER NOT NULL,
  on_the_spot INTEGER NOT NULL,
  called_ms INTEGER NOT NULL,       -- back, last; 0: not yet
  verdict TEXT NOT NULL,            -- of the last call back: passed, failed; empty: not called back
  satisfaction INTEGER NOT NULL,    -- 1 not, 2 rather, 3 satisfied; 0: not said
  ended_ms INTEGER NOT NULL, ended_as TEXT NOT NULL,  -- closed, void, not_accepted; 0 and empty while it is open
  updated_ms INTEGER NOT NULL,
  -- What hurts most first (proto/worst_first.h): ORDER BY is_open DESC, waits_for DESC, stands_last, order_ms, number.
  waits_for INTEGER NOT NULL,       -- rung whose answer is awaited: 2 unit, 3 street, 4 district; 0: nobody's
  stands_last INTEGER NOT NULL,     -- paused, and waits for nobody
  order_ms INTEGER NOT NULL,        -- open: due time of the clock that presses, 2^63 - 1 where none does; ended: -ended_ms
  clock_kind TEXT NOT NULL, clock_generation INTEGER NOT NULL,  -- that clock; empty and 0: none
  climbs_ms INTEGER NOT NULL        -- waits_for: when it climbs, or is due again at the top; else 0
) STRICT, WITHOUT ROWID;
CREATE INDEX cases_worst ON cases (is_open DESC, waits_for DESC, stands_last, order_ms);
CREATE INDEX cases_of_cell ON cases (cell, is_open);
CREATE INDEX cases_open ON cases (cell, unit, order_ms, waits_for, state) WHERE is_open = 1;
CREATE INDEX cases_due ON cases (order_ms) WHERE is_open = 1;
CREATE INDEX cases_climbing ON cases (climbs_ms) WHERE waits_for > 0;
CREATE INDEX cases_filed ON cases (filed_ms);
CREATE INDEX cases_dispatched ON cases (dispatched_ms) WHERE dispatched_ms > 0;
CREATE INDEX cases_resolved ON cases (resolved_ms) WHERE resolved_ms > 0;
CREATE INDEX cases_called ON cases (called_ms, verdict, satisfaction, ended_as, unit, cell, category) WHERE called_ms > 0;
CREATE INDEX cases_ended ON cases (ended_ms) WHERE ended_ms > 0;

-- One row a due time: each generation of each clock of a case. A later generation of the same stage replaces an earlier one
-- (extension, pause, calendar, policy); `repeated` begins the stage anew (monthly feedback).
CREATE TABLE clocks (
  number TEXT NOT NULL,
  kind TEXT NOT NULL,               -- arrange, feed_back, solve, verify, desk, rung, monthly_feedback, review, report_in
  generation INTEGER NOT NULL,
  first_due_ms INTEGER NOT NULL,    -- of the stage: never changed
  due_ms INTEGER NOT NULL,
  started_ms INTEGER NOT NULL,
  reason TEXT NOT NULL,             -- started, extended, paused, resumed, calendar, policy, complex, repeated
  provisional INTEGER NOT NULL,
  outcome TEXT NOT NULL,            -- running, fired, met, late, moot, paused, replaced
  fired INTEGER NOT NULL,           -- it was overdue, or what it replaced was: whatever came then
  ended_ms INTEGER NOT NULL,
  lateness_ms INTEGER NOT NULL,
  unit TEXT NOT NULL, cell TEXT NOT NULL,  -- where the case was then
  PRIMARY KEY (number, kind, generation)
) STRICT, WITHOUT ROWID;
CREATE INDEX clocks_due ON clocks (kind, due_ms, outcome, fired, unit, cell);
CREATE INDEX clocks_running ON clocks (outcome, due_ms);

-- Every event of every case, as it stands in the journal: the story is told from these.
CREATE TABLE events (
  stream INTEGER NOT NULL, sequence INTEGER NOT NULL, place INTEGER NOT NULL,  -- in its cell's stream; in the record
  number TEXT NOT NULL,
  revision INTEGER NOT NULL,
  kind TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  unit TEXT NOT NULL, cell TEXT NOT NULL,
  actor_role TEXT NOT NULL, actor TEXT NOT NULL,  -- empty: a clock
  event BLOB NOT NULL,              -- huying.v1.CaseEvent
  PRIMARY KEY (stream, sequence, place)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX events_of_case ON events (number, revision);
CREATE INDEX events_at ON events (at_ms);
CREATE INDEX events_escalated ON events (at_ms) WHERE kind = 'escalated';

-- What is wrong with a cell's coverage now; a cell that has no row is covered.
CREATE TABLE uncovered (
  unit TEXT NOT NULL, cell TEXT NOT NULL,
  what TEXT NOT NULL,               -- host_lost, nobody_on_duty, cell_parked
  since_ms INTEGER NOT NULL,
  PRIMARY KEY (cell, what)
) STRICT, WITHOUT ROWID;

-- Each version of the directory that was in force; the last is.
CREATE TABLE versions (
  version INTEGER PRIMARY KEY,
  in_force_at_ms INTEGER NOT NULL,
  published_by TEXT NOT NULL,
  blake2b_256 TEXT NOT NULL         -- of the configuration, in hex
) STRICT;

-- What codes are called, by the configuration in force, and the ledger's own words: not of the journal's events, and no part of
-- the ledger's content.
CREATE TABLE names (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,               -- cell, unit, category, person, place, system; state, role, rung, clock, ask, rule, unsorted, flag
  code TEXT NOT NULL,               -- of a place: its cell's
  unit TEXT NOT NULL,               -- of a cell; else empty
  zh TEXT NOT NULL, en TEXT NOT NULL
) STRICT;
CREATE INDEX names_of ON names (kind, code);

-- The words of names, by names.id, so that one Chinese character finds, too (gateway/ledger/tokens.h): `one` has single characters
-- and words of letters and figures, `two` each pair of characters that stand side by side.
CREATE VIRTUAL TABLE name_words USING fts5 (one, two, content = '', tokenize = 'unicode61');

-- How far the journal is in here: written in the transaction that holds the rows.
CREATE TABLE progress (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  street TEXT NOT NULL,
  token BLOB NOT NULL,              -- where the subscription goes on
  events INTEGER NOT NULL           -- taken so far
) STRICT, WITHOUT ROWID;
)";

}  // namespace huying::ledger
