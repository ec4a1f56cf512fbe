// Words of the wall: faces, sections 1.2 and 3.
import type { Pair } from "./language";

export const whoseWall: Pair = ["街道和区的督导、指挥中心和看板钥匙", "Supervisors of street and district, the desk and a wall key"];
export const title: Pair = ["{street} 民呼我应", "{street}: call and answer"];
export const live: Pair = ["实时 · {age}", "live · {age}"];
export const cut: Pair = ["数据停在 {time}，正在重连", "Data from {time}, reconnecting"];
export const cutBar: Pair = ["连接断开，画面停在 {time}", "Connection lost, showing {time}"];
export const escalations: Pair = ["升级上报", "Escalations"];
export const quiet: Pair = ["现在没有升级上报", "No escalations now"];
export const lastUnanswered: Pair = ["上一次：{date} {cell}，了结前没有人应答", "Last: {date} {cell}, settled before anybody answered"];
export const lastOne: Pair = ["上一次：{date} {cell}，{age}后有人应答", "Last: {date} {cell}, answered after {age}"];
export const nextDue: Pair = ["接下来到期", "Due next"];
export const reached: Pair = ["已到 {rung} · 等{who}应答", "At the {rung} · {who} to answer"];
export const reachedTop: Pair = ["已到 区 · 顶层", "At the district · top"];
export const climbsTo: Pair = ["后升到{rung}", "then to the {rung}"];
export const mustFeedBack: Pair = ["内须反馈", "to feed back"];
export const more: Pair = ["还有 {n} 件：{list}", "{n} more: {list}"];
export const unit: Pair = ["{unit} {n}", "{unit} {n}"];
export const otherUnits: Pair = ["其余 {n}", "others {n}"];
export const uncovered: Pair = ["{cell} 无人接管", "{cell}: nobody in charge"];
export const uncoveredFor: Pair = ["已 {time}，正在找人接管", "for {time}; finding someone"];
export const uncoveredMore: Pair = ["还有 {n} 格无人接管", "{n} more cells"];
export const hostLost: Pair = ["没有主机接管这个网格", "no host holds this cell"];
export const nobodyOnDuty: Pair = ["网格员和副网格员都不在岗", "no worker and no deputy is on duty"];
export const parked: Pair = ["这个网格停住了，等人处理", "this cell is parked and waits for a person"];
export const inTime: Pair = ["响应率", "In time"];
export const solved: Pair = ["解决率", "Solved"];
export const satisfied: Pair = ["满意率", "Satisfied"];
export const thisMonth: Pair = ["本月", "this month"];
export const ofCases: Pair = ["{a} / {b} 件", "{a} / {b}"];
export const filed: Pair = ["今日 来", "Today in"];
export const dispatched: Pair = ["派出", "Sent"];
export const resolved: Pair = ["办结", "Resolved"];
export const ended: Pair = ["销号", "Closed"];
export const yesterday: Pair = ["昨日 {n}", "prev. {n}"];
export const openCases: Pair = ["未销号", "Open"];
export const openLate: Pair = ["{n} 件超期", "{n} overdue"];
export const flood: Pair = ["集中超期 {n} 件，涉及 {cells} 个网格", "{n} overdue in {cells} cells"];
export const mapTitle: Pair = ["全街道网格，每格在办件数和最急的状态", "All cells: open cases and the worst state"];
export const legendOpen: Pair = ["在办件数", "open cases"];
export const escalatedMark: Pair = ["升级上报", "escalated"];
export const cellOpen: Pair = ["{cell}：在办 {n} 件", "{cell}: {n} open"];
export const noCases: Pair = ["这个网格现在没有在办案件。", "No open case in this cell now."];
export const answerHint: Pair = ["应答后案件时限不变，仍由原网格办", "Answering leaves the clocks; the cell stays in charge"];
export const toWhom: Pair = ["发给：{who}", "To: {who}"];
export const sendIt: Pair = ["发出", "Send"];
export const loginForStep: Pair = ["请督导登录，2 分钟内有效", "Supervisor's login, valid for 2 minutes"];
export const done: Pair = ["中心 {time} 记下", "Recorded {time}"];
export const leftOut: Pair = ["不计入 {n} 件：{list}", "{n} left out: {list}"];
export const byUnit: Pair = ["各村、社区", "By unit"];
export const numerator: Pair = ["分子", "Numerator"];
export const denominator: Pair = ["分母", "Denominator"];
export const keyNeeded: Pair = ["看板钥匙", "Key of the wall"];
export const keyHint: Pair = [
  "管理员用 huying account key 给这块大屏一把只读钥匙。",
  "The administrator makes a read-only key for this screen.",
];
export const keyWrong: Pair = ["看板钥匙不对，请核对后再试。", "This is no key of a wall. Check it and try again."];
export const logIn: Pair = ["登录看板", "Log the wall in"];
export const logInAgain: Pair = ["请重新登录看板", "Log the wall in again"];
export const noData: Pair = ["数据太旧，不再显示。请重新登录看板。", "The data is too old to show. Log the wall in again."];
export const seconds: Pair = ["{n} 秒前", "{n} s ago"];
export const justNow: Pair = ["刚刚", "just now"];
export const reasons: Record<string, Pair> = {
  void: ["作废", "void"],
  not_accepted: ["不予受理", "not accepted"],
  not_said: ["没有评价", "not said"],
};
