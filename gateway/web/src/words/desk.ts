// Words of the desk: faces, sections 1.3 and 3.
import type { Pair } from "./language";

export const title: Pair = ["指挥中心", "Desk"];
export const whoseDesk: Pair = ["指挥中心、街道和区的督导、管理员", "The desk, supervisors of street and district, and administrators"];
export const undecided: Pair = ["待定去向", "No place yet"];
export const byTimeLeft: Pair = ["按剩余时间", "by time left"];
export const register: Pair = ["销号台账", "Zero register"];
export const system: Pair = ["系统", "System"];
export const liveAt: Pair = ["实时，{time} 已更新", "live, updated {time}"];
export const allPlaced: Pair = ["都有去处了。", "Everything has a place."];
export const sourceOf: Pair = ["来源 {source}，{date} 收到", "From {source}, received {date}"];
export const hopsAndLeft: Pair = ["转办 {hops} 次，{left}，必须定去向", "{hops} hops, {left}, it must get a place"];
export const lastHop: Pair = ["第 {n} 次转办，由中心最后决定", "Hop {n}: the desk's word is final"];
export const sendTo: Pair = ["派给 {letter}", "Send to {letter}"];
export const another: Pair = ["派给别的网格", "Another cell"];
export const notAccepted: Pair = ["不予受理", "Not accepted"];
export const candidates: Pair = ["{n} 个候选", "{n} candidates"];
export const oneCandidate: Pair = ["1 个候选", "1 candidate"];
export const noCandidate: Pair = ["没有候选网格", "No candidate"];
export const noPlace: Pair = ["没有位置", "No place given"];
export const notShown: Pair = ["您的账号看不到原话和位置", "Your account does not show the words and the place"];
export const defaultPoint: Pair = ["像默认点，不采信", "Looks like a default point, not trusted"];
export const onlyAddress: Pair = ["只写了“{address}”", "Only “{address}”"];
export const errorOf: Pair = ["误差 ±{n} 米", "±{n} m"];
export const decided: Pair = ["已派给{cell}，中心 {time} 记下。", "Sent to {cell}, recorded {time}."];
export const reassign: Pair = ["改派", "Reassign"];
export const notAcceptedDone: Pair = ["已不予受理，中心 {time} 记下。", "Not accepted, recorded {time}."];
export const whoDecided: Pair = ["别人已经定了：{state}", "Somebody decided: {state}"];
export const rule: Pair = ["按哪一条", "By which rule"];
export const citizenText: Pair = ["给诉求人的话", "What the citizen reads"];
export const send: Pair = ["发出", "Send"];
export const cellName: Pair = ["网格名字", "Name of the cell"];
export const cellsShown: Pair = [
  "一共 {n} 个网格，这里列出 {shown} 个。写名字里的几个字，可以找到其余的。",
  "{shown} of {n} cells are listed here. Type a part of the name to find another.",
];
export const openCount: Pair = ["{n} 件未销号，最急的在前", "{n} open, the worst first"];
export const openShown: Pair = ["{n} 件未销号，这里是最急的 {shown} 件", "{n} open, the worst {shown} of them here"];
export const found: Pair = ["{n} 件符合，最急的在前", "{n} found, the worst first"];
export const foundShown: Pair = ["符合的还有更多，这里是最急的 {shown} 件", "More are found, the worst {shown} of them here"];
export const mostShown: Pair = ["这里最多列出 {n} 件，其余的请筛选或导出。", "At most {n} are listed here; filter or export for the rest."];
export const all: Pair = ["看全部 {n} 件", "See all {n}"];
export const exportFigures: Pair = ["导出本月数字", "This month's figures"];
export const allUnits: Pair = ["全部村/社区", "All units"];
export const exportTable: Pair = ["导出表格", "Export"];
export const search: Pair = ["搜索", "Search"];
export const searchHint: Pair = ["编号或事由，一个字起", "Number or matter, one character and up"];
export const allStates: Pair = ["全部状态", "All states"];
export const fedBack: Pair = ["处置中，已反馈", "in progress, fed back"];
export const allCells: Pair = ["全部网格", "All cells"];
export const allCategories: Pair = ["全部类别", "All categories"];
export const columns: readonly Pair[] = [
  ["状态", "State"],
  ["事由", "Matter"],
  ["谁在办，等谁应答", "In charge, to answer"],
  ["时限", "Due"],
  ["超期", "Overdue"],
  ["转办", "Hops"],
  ["延期", "Extended"],
  ["返工", "Rework"],
  ["收到", "Received"],
];
export const waitsFor: Pair = ["{holder} · 等{who}", "{holder} · {who} to answer"];
export const more: Pair = ["再看 {n} 件", "{n} more"];
export const noneFound: Pair = ["没有这样的案件。", "No such case."];
export const keys: Pair = ["键盘", "Keyboard"];
export const keysOn: Pair = ["用字母键：A B C 派给候选，J K 上下一件", "Letter keys: A B C send, J K next and previous"];
export const cutOff: Record<"noNetwork" | "noAnswer" | "centreAway", Pair> = {
  noNetwork: ["没有网络，现在不能办步骤，可以看。", "No network: reading works, steps do not."],
  noAnswer: ["连接断开，现在不能办步骤，可以看。", "Connection lost: reading works, steps do not."],
  centreAway: ["中心暂时没有应答，现在不能办步骤，可以看。", "The centre does not answer: reading works, steps do not."],
};
export const disabledWhy: Pair = ["连上中心后才能派", "Steps need the centre"];
export const flood: Pair = ["待定 {n} 件，相似的排在一起", "{n} wait; alike ones together"];
export const leases: Pair = ["网格由谁接管", "Leases"];
export const leaseColumns: readonly Pair[] = [
  ["网格", "Cell"],
  ["主机", "Host"],
  ["待裁定", "Undecided"],
];
export const subscribers: Pair = ["订阅", "Subscriptions"];
export const subscriptionColumns: readonly Pair[] = [
  ["名字", "Name"],
  ["订阅者", "Subscriber"],
  ["进度", "Progress"],
  ["已送", "Sent"],
  ["已确认", "Acknowledged"],
];
export const unnamed: Pair = ["没有名字，第 {n} 个", "unnamed, number {n}"];
export const atHead: Pair = ["已到最新", "at the newest"];
export const behind: Pair = ["还没到最新", "not at the newest yet"];
export const away: Pair = ["没有连着", "away"];
export const versions: Pair = ["名录版本", "Versions of the directory"];
export const version: Pair = ["第 {n} 版", "Version {n}"];
export const inForceSince: Pair = ["{date} 起，{who} 发布", "since {date}, published by {who}"];
export const inForce: Pair = ["生效中", "in force"];
export const disk: Pair = ["磁盘", "Disk"];
export const directory: Pair = ["名录和网关", "Directory and gateway"];
export const readOnlyHere: Pair = [
  "这里只看。改名录用 huying directory publish。",
  "Read only here. The directory is changed with huying directory publish.",
];
export const endedFound: Pair = ["{n} 件符合，最近结束的在前", "{n} found, the last to end first"];
export const endedShown: Pair = ["符合的还有更多，这里是最近结束的 {n} 件", "More are found, the last {n} to end here"];
export const endedAt: Pair = ["{date} 结束", "ended {date}"];
export const reason: Pair = ["理由", "Reason"];
export const storyTitle: Pair = ["为什么在这里", "Why it is here"];
export const chooseCell: Pair = ["请选一个网格。", "Choose a cell."];
export const chooseRule: Pair = ["请选一条。", "Choose a rule."];

export interface RefusalRule {
  code: string;
  pair: Pair;
  text: Pair;
}
export const refusalRules: readonly RefusalRule[] = [
  {
    code: "not.street.matter",
    pair: ["不归街道办", "not the street's matter"],
    text: ["这件事不归街道办，已告诉您该找谁：请打 12345。", "This is not a matter of the street; please call 12345."],
  },
  {
    code: "legal.proceedings",
    pair: ["已经在走法律程序", "in legal proceedings"],
    text: ["这件事正在走法律程序，请等法院或仲裁的结果。", "This is in legal proceedings; please await their outcome."],
  },
  {
    code: "emergency",
    pair: ["紧急警情", "an emergency"],
    text: ["这是紧急情况，请马上打 110、119 或 120。", "This is an emergency: call 110, 119 or 120 at once."],
  },
  {
    code: "not.understood",
    pair: ["说不清是什么事", "cannot be understood"],
    text: ["没有看明白是什么事、在哪里，请再反映一次，写清地点。", "We could not tell what and where; please report again with the place."],
  },
];
export const sources: Record<string, Pair> = {
  "hotline-12345": ["12345", "12345"],
  "mini-program": ["小程序", "mini-program"],
  open311: ["Open311", "Open311"],
  "gateway-1": ["网页", "web page"],
};
export const diskRoom: Record<string, Pair> = {
  DISK_ROOM_ENOUGH: ["够用", "enough"],
  DISK_ROOM_LOW: ["不多了，新诉求不收", "low: no new requests"],
  DISK_ROOM_FULL: ["满了，什么都定不了", "full: nothing is decided"],
};
