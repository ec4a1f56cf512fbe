// Words that more than one page uses: faces, section 3. Each pair is Chinese, English.
import type { ActionKind, CaseState, ClockKind, Rung } from "../api/types";
import type { Pair } from "./language";

export const demonstration: Pair = ["演示数据，全部虚构", "Demo data, all made up"];
export const submit: Pair = ["提交", "Submit"];
export const back: Pair = ["返回", "Back"];
export const close: Pair = ["关闭", "Close"];
export const copy: Pair = ["复制", "Copy"];
export const english: Pair = ["English", "中文"];
export const loading: Pair = ["正在读取", "Loading"];
// Where the way to the centre ends, and what follows: without a network, with one that leads nowhere, and at the gateway.
export const again: Record<"noNetwork" | "noAnswer" | "centreAway", Pair> = {
  noNetwork: ["没有网络，5 秒后自动再试。", "No network; trying again in 5 s."],
  noAnswer: ["连不上中心，5 秒后自动再试。", "The centre cannot be reached; trying again in 5 s."],
  centreAway: ["中心暂时没有应答，5 秒后自动再试。", "The centre does not answer; trying again in 5 s."],
};
export const tryLater: Record<"noNetwork" | "noAnswer" | "centreAway", Pair> = {
  noNetwork: ["没有网络。您写的还在，联网后再试。", "No network. Your words are kept; try again when you are back."],
  noAnswer: [
    "连不上中心，可能是网络不好。您写的还在，请过一会儿再试。",
    "The centre cannot be reached; the network may be bad. Your words are kept; try again later.",
  ],
  centreAway: ["中心暂时没有应答。您写的还在，请过一会儿再试。", "The centre does not answer yet. Your words are kept; try again later."],
};
export const notForYou: Pair = ["您的账号不能用这个页面。{who}可以。", "This page is not for your account. {who} can use it."];
export const photo: Pair = ["拍照", "Take photo"];
export const anotherPhoto: Pair = ["再拍一张", "One more photo"];
export const removePhoto: Pair = ["删掉照片 {n}", "Remove photo {n}"];
export const photoOf: Pair = ["照片 {n}", "Photo {n}"];
export const minimumPhoto: Pair = ["还差 1 张办好后的照片。", "One photo of the result is missing."];
export const notAnImage: Pair = ["这个文件不是能用的照片。请换一张。", "This file is no photo we can use. Choose another."];
export const trouble: Pair = ["中心暂时没有应答。您写的还在，30 秒后自动再试。", "No answer yet. Kept; trying again in 30 s."];
export const notFoundPage: Pair = ["没有这一页。", "No such page."];
export const catalogue: Pair = ["编号 {n}", "No. {n}"];
export const names: Pair = [
  "这段话诉求人看得到，里面像有电话号码。请删掉再发。",
  "The citizen sees this; it seems to hold a phone number.",
];
export const mustWrite: Pair = ["请写几句话。", "Please write a few words."];
export const stale: Pair = ["数据是 {age}前的，正在更新", "Data is {age} old, updating"];
export const standsAt: Pair = ["画面停在 {time}", "Showing {time}"];
export const justNow: Pair = ["刚刚", "just now"];
export const provisional: Pair = ["暂定", "provisional"];
export const provisionalWhy: Pair = [
  "明年的放假安排还没公布，公布后日期可能调整。",
  "Next year's holidays are not published; the date may change then.",
];
export const kept: Pair = ["原定 {date}，一直保留", "First due {date}, kept for good"];
export const why: Pair = ["为什么在我这里", "Why it is with me"];
export const whyHere: Pair = ["为什么在这里", "Why it is here"];
export const allSteps: Pair = ["全部 {n} 步", "All {n} steps"];
export const fewerSteps: Pair = ["只看三步", "Three steps only"];
export const logIn: Pair = ["登录", "Log in"];
export const logInBusy: Pair = ["现在登录的人多，请稍等，{n} 秒后自动再试。", "Many are logging in. Please wait; trying again in {n} s."];
export const logInAgain: Pair = ["重新登录", "Log in again"];
export const account: Pair = ["账号", "Account"];
export const password: Pair = ["密码", "Password"];
export const logOut: Pair = ["退出登录", "Log out"];
export const expired: Pair = ["登录已过期。您写的还在，登录后接着办。", "Session ended. Your words are kept."];
/** What is asked for and not decided yet, and the words with which it is decided. */
export const asks: Record<string, { state: Pair; title: Pair; grant: Pair; refuse: Pair }> = {
  ASK_KIND_EXTENSION: {
    state: ["延期审批中", "Extension asked for"],
    title: ["审批延期", "Decide on more time"],
    grant: ["同意延期", "Grant more time"],
    refuse: ["不同意延期", "Refuse more time"],
  },
  ASK_KIND_SHELVING: {
    state: ["挂账审批中", "Shelving asked for"],
    title: ["审批挂账", "Decide on shelving"],
    grant: ["同意挂账", "Grant shelving"],
    refuse: ["不同意挂账", "Refuse shelving"],
  },
  ASK_KIND_PLAN: {
    state: ["方案审批中", "Plan asked for"],
    title: ["审批方案", "Decide on the plan"],
    grant: ["同意方案", "Approve the plan"],
    refuse: ["不同意方案", "Refuse the plan"],
  },
};
/** A step's button, where `asked` (ASK_KIND_…, or empty) waits. */
export const stepOf = (kind: ActionKind, asked: string): Pair =>
  (kind === "ACTION_KIND_DECIDE_EXTENSION" ? asks[asked]?.grant : undefined) ?? step[kind];
export const askedUntil: Pair = ["申请到 {date}", "asked for until {date}"];
export const noPermission: Pair = ["您的账号不能办这一步。{who}可以。", "Your account cannot do this. {who} can."];
export const noPermissionPlain: Pair = ["您的账号不能办这一步。", "Your account cannot do this."];
const workers: Pair = ["本网格的网格员和包联干部", "The cell's workers and cadre"],
  supervisors: Pair = ["村/社区和街道的督导", "A supervisor of the unit or street"],
  askedSupervisors: Pair = ["升级到的督导", "The supervisor to whom it climbed"],
  higher: Pair = ["街道和区的督导", "A supervisor of the street or district"],
  desk: Pair = ["指挥中心和街道督导", "The desk or a street supervisor"];
/** Who may take a step, as docs/case-life.md says it; a step that is not here may be taken by many. */
export const whoMay: Partial<Record<ActionKind, Pair>> = {
  ACTION_KIND_ACCEPT: workers,
  ACTION_KIND_FEED_BACK: workers,
  ACTION_KIND_RESOLVE: workers,
  ACTION_KIND_ESCALATE: workers,
  ACTION_KIND_RETURN: workers,
  ACTION_KIND_REQUEST_EXTENSION: workers,
  ACTION_KIND_VERIFY: supervisors,
  ACTION_KIND_REWORK: supervisors,
  ACTION_KIND_CLOSE: supervisors,
  ACTION_KIND_MARK_COMPLEX: supervisors,
  ACTION_KIND_ANSWER_ESCALATION: askedSupervisors,
  ACTION_KIND_SUPERVISE: higher,
  ACTION_KIND_ASSIGN: desk,
};
export const stateRefuses: Pair = [
  "案件现在是“{state}”，现在不能{step}。可以：{allowed}。",
  "The case is “{state}”; no “{step}” now. You can: {allowed}.",
];
export const awaitingRefuses: Pair = [
  "案件正在等核实，现在不能{step}。可以：{allowed}。",
  "Awaiting check, no “{step}” now. You can: {allowed}.",
];
export const nothingElse: Pair = ["没有别的步骤", "nothing else"];
export const left: Pair = ["还剩", "left"];
export const over: Pair = ["已超", "over"];
export const leftTime: Pair = ["还剩 {time}", "{time} left"];
export const overTime: Pair = ["已超 {time}", "{time} over"];
export const inTime: Pair = ["按时", "in time"];
export const late: Pair = ["晚 {time}", "{time} late"];
export const holderNow: Pair = ["在办：{holder}", "In charge: {holder}"];
export const reopenHint: Pair = [
  "按原编号重新办理，由原网格接着办。解决时限没到的照旧，已过的另给反馈所需的时间。",
  "It is worked on again under its number, by the cell that had it. A due time that lies ahead stays; one that is past is given the time of a feedback.",
];
export const holderThen: Pair = ["原承办：{holder}", "Was in charge: {holder}"];
export const count: Pair = ["{n} 件", "{n}"];
export const map: Pair = ["地图", "Map"];
export const clockWrong: Pair = ["手机时间不准，按中心时间计", "This phone's clock is off; the centre's time counts"];

// ---- Marks ---------------------------------------------------------------------------------------------------------
export const mark: Record<string, { pair: Pair; letter: string }> = {
  due: { pair: ["快到期", "due soon"], letter: "临" },
  late: { pair: ["超期", "overdue"], letter: "超" },
  escalated: { pair: ["已升级到{rung}", "escalated to {rung}"], letter: "升" },
  uncovered: { pair: ["无人接管", "nobody in charge"], letter: "缺" },
  paused: { pair: ["暂停", "paused"], letter: "停" },
  shelved: { pair: ["挂账", "shelved"], letter: "停" },
  unsent: { pair: ["待发送", "not sent yet"], letter: "" },
  resolved: { pair: ["待核实", "awaiting check"], letter: "" },
  closed: { pair: ["已结案", "closed"], letter: "" },
};

export const state: Record<CaseState, Pair> = {
  CASE_STATE_AT_DESK: ["待派遣", "at the desk"],
  CASE_STATE_DISPATCHED: ["待签收", "to be accepted"],
  CASE_STATE_ACCEPTED: ["处置中", "in progress"],
  CASE_STATE_FED_BACK: ["处置中", "in progress"],
  CASE_STATE_RESOLVED: ["待核实", "awaiting check"],
  CASE_STATE_VERIFIED: ["待回访", "awaiting call back"],
  CASE_STATE_SHELVED: ["挂账", "shelved"],
  CASE_STATE_REWORK: ["返工", "rework"],
  CASE_STATE_CLOSED: ["已结案", "closed"],
  CASE_STATE_VOID: ["作废", "void"],
  CASE_STATE_NOT_ACCEPTED: ["不予受理", "not accepted"],
  CASE_STATE_PARKED: ["待人工处理", "parked"],
};

export const clock: Record<ClockKind, Pair> = {
  CLOCK_KIND_ARRANGE: ["安排", "Arrange"],
  CLOCK_KIND_FEED_BACK: ["反馈", "Feed back"],
  CLOCK_KIND_SOLVE: ["解决", "Solve"],
  CLOCK_KIND_VERIFY: ["核查", "Verify"],
  CLOCK_KIND_DESK: ["派遣", "Dispatch"],
  CLOCK_KIND_RUNG: ["应答", "Answer"],
  CLOCK_KIND_MONTHLY_FEEDBACK: ["每月反馈", "Monthly feedback"],
  CLOCK_KIND_REVIEW: ["复核", "Review"],
  CLOCK_KIND_REPORT_IN: ["报到", "Report in"],
};

export const rung: Record<Rung, Pair> = {
  RUNG_CELL: ["网格", "cell"],
  RUNG_UNIT: ["村/社区", "unit"],
  RUNG_STREET: ["街道", "street"],
  RUNG_DISTRICT: ["区", "district"],
};

// ---- Steps ---------------------------------------------------------------------------------------------------------
export const step: Record<ActionKind, Pair> = {
  ACTION_KIND_ACCEPT: ["签收", "Accept"],
  ACTION_KIND_FEED_BACK: ["写反馈", "Feed back"],
  ACTION_KIND_RESOLVE: ["办结", "Mark resolved"],
  ACTION_KIND_ESCALATE: ["标为疑难", "Flag as hard"],
  ACTION_KIND_RETURN: ["退回指挥中心", "Return to the desk"],
  ACTION_KIND_ASSIGN: ["派遣", "Send"],
  ACTION_KIND_TRANSFER: ["转给别的网格", "Hand to another cell"],
  ACTION_KIND_VERIFY: ["核实无误", "Verified"],
  ACTION_KIND_CALL_BACK: ["回访", "Call back"],
  ACTION_KIND_CLOSE: ["核实无误，结案", "Verified, close"],
  ACTION_KIND_ANSWER_ESCALATION: ["我来应答", "I answer"],
  ACTION_KIND_REQUEST_EXTENSION: ["申请延期", "Ask for more time"],
  ACTION_KIND_DECIDE_EXTENSION: ["同意延期", "Grant"],
  ACTION_KIND_SHELVE: ["挂账", "Shelve"],
  ACTION_KIND_UNSHELVE: ["恢复办理", "Take off the shelf"],
  ACTION_KIND_MARK_COMPLEX: ["标为复杂", "Mark complex"],
  ACTION_KIND_APPROVE_PLAN: ["批准方案", "Approve the plan"],
  ACTION_KIND_REWORK: ["未办好，返工", "Not done, rework"],
  ACTION_KIND_REOPEN: ["重新办理", "Reopen"],
  ACTION_KIND_VOID: ["作废", "Void"],
  ACTION_KIND_NOT_ACCEPT: ["不予受理", "Not accepted"],
  ACTION_KIND_REMIND: ["催办", "Remind"],
  ACTION_KIND_SUPERVISE: ["督办", "Supervise"],
  ACTION_KIND_WHISTLE: ["吹哨", "Call departments"],
  ACTION_KIND_REPORT_IN: ["报到", "Report in"],
  ACTION_KIND_ADD_NOTE: ["补充照片或说明", "Add photo or words"],
  ACTION_KIND_REPLAY_POISON: ["放行", "Let go on"],
};
