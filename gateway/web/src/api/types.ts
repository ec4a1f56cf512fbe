// What docs/api.md says travels: protobuf's JSON mapping, in which 64-bit numbers are strings, and the gateway's own objects.
// Fields that have their default are left out, so nearly all are optional.

export type Int64 = string | number;

/** A 64-bit number of the mapping, or 0 where it was left out. */
export function int64(value: Int64 | undefined | null): number {
  return value === undefined || value === null ? 0 : Number(value);
}

export type ActionKind =
  | "ACTION_KIND_ACCEPT"
  | "ACTION_KIND_FEED_BACK"
  | "ACTION_KIND_RESOLVE"
  | "ACTION_KIND_ESCALATE"
  | "ACTION_KIND_RETURN"
  | "ACTION_KIND_ASSIGN"
  | "ACTION_KIND_TRANSFER"
  | "ACTION_KIND_VERIFY"
  | "ACTION_KIND_CALL_BACK"
  | "ACTION_KIND_CLOSE"
  | "ACTION_KIND_ANSWER_ESCALATION"
  | "ACTION_KIND_REQUEST_EXTENSION"
  | "ACTION_KIND_DECIDE_EXTENSION"
  | "ACTION_KIND_SHELVE"
  | "ACTION_KIND_UNSHELVE"
  | "ACTION_KIND_MARK_COMPLEX"
  | "ACTION_KIND_APPROVE_PLAN"
  | "ACTION_KIND_REWORK"
  | "ACTION_KIND_REOPEN"
  | "ACTION_KIND_VOID"
  | "ACTION_KIND_NOT_ACCEPT"
  | "ACTION_KIND_REMIND"
  | "ACTION_KIND_SUPERVISE"
  | "ACTION_KIND_WHISTLE"
  | "ACTION_KIND_REPORT_IN"
  | "ACTION_KIND_ADD_NOTE"
  | "ACTION_KIND_REPLAY_POISON";

export type CaseState =
  | "CASE_STATE_AT_DESK"
  | "CASE_STATE_DISPATCHED"
  | "CASE_STATE_ACCEPTED"
  | "CASE_STATE_FED_BACK"
  | "CASE_STATE_RESOLVED"
  | "CASE_STATE_VERIFIED"
  | "CASE_STATE_SHELVED"
  | "CASE_STATE_REWORK"
  | "CASE_STATE_CLOSED"
  | "CASE_STATE_VOID"
  | "CASE_STATE_NOT_ACCEPTED"
  | "CASE_STATE_PARKED";

export type ClockKind =
  | "CLOCK_KIND_ARRANGE"
  | "CLOCK_KIND_FEED_BACK"
  | "CLOCK_KIND_SOLVE"
  | "CLOCK_KIND_VERIFY"
  | "CLOCK_KIND_DESK"
  | "CLOCK_KIND_RUNG"
  | "CLOCK_KIND_MONTHLY_FEEDBACK"
  | "CLOCK_KIND_REVIEW"
  | "CLOCK_KIND_REPORT_IN";

export type Rung = "RUNG_CELL" | "RUNG_UNIT" | "RUNG_STREET" | "RUNG_DISTRICT";

export interface Words {
  plain?: string;
  sealed?: string;
}
export interface Attachment {
  blake2b256?: string;
  sizeBytes?: Int64;
  mediaType?: string;
}
export interface Point {
  latitude?: number;
  longitude?: number;
  datum?: string;
  accuracyMetres?: number;
}
export interface Location {
  cell?: string;
  point?: Point;
  address?: string;
}
export interface Contact {
  name?: Words;
  telephone?: Words;
  exactAddress?: Words;
}
export interface Holder {
  role?: string;
  rung?: Rung;
  place?: string;
  person?: string;
}
export interface Actor {
  principal?: string;
  role?: string;
  forCitizen?: boolean;
}

export interface ClockView {
  kind?: ClockKind;
  generation?: number;
  firstDueAtMs?: Int64;
  dueAtMs?: Int64;
  outcome?: "CLOCK_OUTCOME_MET" | "CLOCK_OUTCOME_LATE" | "CLOCK_OUTCOME_FIRED" | "CLOCK_OUTCOME_MOOT" | "CLOCK_OUTCOME_PAUSED";
  latenessMs?: Int64;
  startedAtMs?: Int64;
  provisional?: boolean;
}

export interface FiledDetail {
  category?: string;
  urgency?: string;
  rule?: string;
  candidates?: string[];
  borderCentimetres?: number;
  source?: string;
  reporter?: Actor;
  reason?: string;
}

export interface CaseWhole {
  caseNumber: string;
  revision?: Int64;
  state?: CaseState;
  filed?: FiledDetail;
  receivedAtMs?: Int64;
  firstDispatchedAtMs?: Int64;
  cell?: string;
  holder?: Holder;
  clocks?: ClockView[];
  complex?: boolean;
  hard?: boolean;
  rung?: Rung;
  escalationAnswered?: boolean;
  hops?: number;
  returns?: number;
  rework?: number;
  extensions?: number;
  updatedAtMs?: Int64;
  ask?: { kind?: string; untilMs?: Int64; reasonCode?: string };
  pauses?: { fromMs?: Int64; toMs?: Int64; reasonCode?: string }[];
  underPlan?: boolean;
  isFinal?: boolean;
  answerer?: Holder;
}

export interface NextClock {
  kind?: ClockKind;
  dueAtMs?: Int64;
  firstDueAtMs?: Int64;
  provisional?: boolean;
}

/** The same of a live case and of its row. */
export interface Card {
  title?: string;
  titleEn?: string;
  place?: string;
  placeEn?: string;
  state?: "due" | "late" | "escalated" | "paused" | "resolved" | "";
  clock?: NextClock | null;
  holder?: string;
  holderEn?: string;
  number?: string;
  answerer?: string;
  answererEn?: string; // whose answer an escalation waits for; else empty
}

export interface CaseView {
  whole: CaseWhole;
  allowed?: ActionKind[];
  card?: Card;
}

export interface Sentence {
  atMs?: Int64;
  zh?: string;
  en?: string;
  note_zh?: string;
  note_en?: string;
  kind?: string;
  revision?: Int64;
  cell?: string;
  sequence?: Int64;
  hasWords?: boolean;
  attachments?: number;
}

export interface Candidate {
  cell: string;
  name?: string;
  zh?: string;
  en?: string;
}
export interface CaseDetail {
  case: CaseView;
  card?: Card;
  story?: Sentence[];
  storyMissing?: boolean;
  candidates?: Candidate[];
}
export interface CaseList {
  cases?: CaseView[];
  total?: number;
  more?: boolean;
  after?: string;
  unanswered?: string[];
  parked?: string[];
}

export interface FetchReply {
  text?: Words;
  contact?: Contact;
  location?: Location;
  attachments?: Attachment[];
}

export interface Me {
  person: string;
  title: string;
  roles?: { role: string; place: string }[];
  cells?: string[];
  readOnly?: boolean;
  street?: { code: string; name: string };
  demonstration?: boolean;
  ratePermille?: number;
  timeZone?: string;
}

export interface Street {
  street: { code: string; name: string };
  version?: string;
  demonstration?: boolean;
  units?: { code: string; name: string }[];
  categories?: { code: string; name: string; nameEn?: string }[];
  mapBase?: MapBase | null;
  bounds?: [number, number, number, number];
  ratePermille?: number;
  timeZone?: string;
}

/** Tiles of a map below the cells, named as TileJSON names them. */
export interface MapBase {
  tiles: string[]; // one: an address with {z}, {x} and {y}
  attribution: string;
  minzoom: number;
  maxzoom: number;
}

export interface PersonRow {
  person: string;
  title: string;
  role?: string;
  place?: string;
}

export interface LeftOut {
  reason: string;
  zh?: string;
  en?: string;
  count: Int64;
}
export interface Rate {
  numerator?: Int64;
  denominator?: Int64;
  leftOut?: LeftOut[];
}
export interface WallCell {
  cell: string;
  unit: string;
  open?: number;
  late?: number;
  due?: number;
  escalated?: number;
  paused?: number;
  mark?: string;
  count?: number;
}
export interface WallEscalation extends Card {
  number: string;
  unit?: string;
  cell?: string;
  rung?: Rung;
  climbsAtMs?: Int64;
  atTop?: boolean;
  answered?: boolean;
  person?: string;
}
export interface Flow {
  filed?: number;
  dispatched?: number;
  resolved?: number;
  ended?: number;
}
export interface Wall {
  asOf?: Int64;
  token?: string;
  cells?: WallCell[];
  escalations?: WallEscalation[];
  escalated?: number;
  more?: { unit: string; count: number }[];
  uncovered?: { cell: string; what?: string; sinceMs?: Int64 }[];
  next?: Card[];
  rates?: { inTime?: Rate; solved?: Rate; satisfied?: Rate };
  flow?: { today?: Flow; yesterday?: Flow };
  open?: number;
  openLate?: number;
  lastEscalation?: { cell: string; atMs: Int64; answeredAfterMs?: Int64 | null } | null;
}

export interface RegisterRow {
  number: string;
  state?: CaseState;
  open?: boolean;
  category?: string;
  source?: string;
  unit?: string;
  cell?: string;
  holder?: Holder;
  rung?: Rung;
  answered?: boolean;
  waitsFor?: Rung | "";
  answerer?: Holder | null;
  clock?: NextClock | null;
  lateByMs?: Int64;
  hops?: number;
  returns?: number;
  extensions?: number;
  rework?: number;
  filedAtMs?: Int64;
  endedAtMs?: Int64;
  card?: Card;
}
export interface Register {
  rows?: RegisterRow[];
  more?: boolean;
  after?: string;
  asOf?: Int64;
  total?: number;
}

export interface StageFigures {
  due?: Int64;
  inTime?: Int64;
  overdue?: Int64;
}
export interface Figures {
  group?: string;
  filed?: Int64;
  dispatched?: Int64;
  resolved?: Int64;
  ended?: Int64;
  open?: Int64;
  openLate?: Int64;
  returns?: Int64;
  hops?: Int64;
  rework?: Int64;
  stages?: { arrange?: StageFigures; feedBack?: StageFigures; solve?: StageFigures };
  rates?: { inTime?: Rate; solved?: Rate; satisfied?: Rate };
}

export interface ActionBody {
  actionId: string;
  kind: ActionKind;
  expectedRevision?: string;
  toCell?: string;
  reasonCode?: string;
  words?: Words;
  attachments?: Attachment[];
  verdict?: "VERDICT_PASSED" | "VERDICT_FAILED";
  satisfaction?: number;
  untilMs?: string;
  targets?: string[];
  forCitizen?: boolean;
  asks?: "ASK_KIND_EXTENSION" | "ASK_KIND_SHELVING" | "ASK_KIND_PLAN";
}
export interface ActionAnswer {
  stage?: string;
  outcome?: { state?: CaseState; revision?: Int64 };
  events?: unknown[];
}

export interface RequestBody {
  sourceId: string;
  category?: string;
  location?: Location;
  text?: Words;
  contact?: Contact;
  attachments?: Attachment[];
  report?: { onBehalfOfCitizen?: boolean; solvedOnSpot?: { words?: Words; attachments?: Attachment[] } };
}
export interface RequestAnswer {
  caseNumber: string;
  known?: boolean;
  cell?: string;
  rule?: string;
}

export interface TrackStep {
  atMs?: Int64;
  zh?: string;
  en?: string;
  words?: string; // of what the citizen added: their own
  images?: number;
}
export interface DoneWords {
  atMs?: Int64;
  words?: string;
  cellName?: string;
}
export interface Track {
  caseNumber: string;
  state?: CaseState;
  stateZh?: string;
  stateEn?: string;
  cellName?: string;
  latestAnswerMs?: Int64;
  provisional?: boolean;
  steps?: TrackStep[];
  words?: string;
  done?: (string | DoneWords)[];
  mayRate?: boolean;
  mayReopen?: boolean;
  mayAdd?: boolean;
  rated?: boolean | { solved?: boolean; satisfaction?: number } | null;
  title?: string;
  titleEn?: string;
}

export interface CellFeature {
  type: "Feature";
  properties: { code: string; name: string; unit: string; retired?: boolean };
  geometry: { type: "Polygon"; coordinates: number[][][] } | { type: "MultiPolygon"; coordinates: number[][][][] };
}
export interface CellMap {
  type: "FeatureCollection";
  features: CellFeature[];
}

export interface DirectoryVersion {
  version: Int64;
  inForce: boolean;
  atMs?: Int64; // since when it was in force
  publishedBy?: string;
  blake2b256?: string;
}
