// Words of the phone, and of what other staff pages share with it: faces, section 3.
import type { Pair } from "./language";

export const myCases: Pair = ["我的案件", "My cases"];
export const updatedAt: Pair = ["{time} 已更新", "updated {time}"];
export const first: Pair = ["先办这 {n} 件", "These {n} first"];
export const firstUntil: Pair = ["今天 24:00 前", "by today 24:00"];
export const later: Pair = ["以后到期", "Due later"];
export const pausedGroup: Pair = ["暂停的", "Paused"];
export const tabCases: Pair = ["案件 {n}", "Cases {n}"];
export const tabReport: Pair = ["上报", "Report"];
export const tabOutbox: Pair = ["待发送 {n}", "Not sent {n}"];
export const tabMe: Pair = ["我", "Me"];
export const empty: Pair = ["现在没有要办的案件。来了新案件会响一声。", "Nothing to do now. A new case will sound once."];
export const onTheMap: Pair = ["在地图上看", "On the map"];
export const pointError: Pair = ["位置误差约 {n} 米", "The point may be off by {n} m"];
export const lastClosed: Pair = ["最近结案的：{title}，{date}", "Closed last: {title}, {date}"];
export const spokenHour: Pair = ["{title}，{clock}还有 1 小时到期", "{title}: {clock} is due in an hour"];
export const spokenDue: Pair = ["{title}，{clock}到期了", "{title}: {clock} is due now"];
export const spokenClimbed: Pair = ["{title}，已升级到{rung}", "{title} climbed to the {rung}"];
export const spokenPlace: Pair = ["，", ", "];
export const spokenMore: Pair = ["，另有 {n} 件", ", and {n} more"];
export const cutOff: Record<"noNetwork" | "noAnswer" | "centreAway", Pair> = {
  noNetwork: ["没有网络。照常办，先存在手机里，联网后自动发送。", "No network. Carry on; kept on this phone, sent when back."],
  noAnswer: [
    "连不上中心，可能是网络不好。照常办，先存在手机里，连上后自动发送。",
    "The centre cannot be reached; the network may be bad. Carry on; kept on this phone, sent when it can.",
  ],
  centreAway: [
    "中心暂时没有应答，手机的网络是好的。照常办，先存在手机里，中心恢复后自动发送。",
    "The network works, the centre does not answer yet. Carry on; kept on this phone, sent when it does.",
  ],
};
export const sentSteps: Pair = ["{n} 步已发出，中心 {time} 收到。", "{n} steps sent, received {time}."];
export const received: Pair = ["中心已收到", "Received"];
export const refusedStep: Pair = ["这一步没有办成：{why}您写的还在，可以复制。", "Not done: {why} Your words are kept."];
export const nearlyFull: Pair = ["手机里已存 {n} 步，最多 50 步。请到有网络的地方发送。", "{n} of 50 steps stored. Find a network."];
export const full: Pair = [
  "手机里存满了，这一步还没有存下。请到有网络的地方发送后再办。",
  "The phone is full, this step was not stored. Find a network first.",
];
export const otherPerson: Pair = [
  "手机里有别人没发出的 {n} 步，换回原账号才能发送。",
  "{n} unsent steps of another account; they need that account.",
];
export const stillRunning: Pair = ["{step}还没发出，时限仍在走", "“{step}” not sent yet, the clock runs on"];
export const outbox: Pair = ["待发送", "Not sent yet"];
export const outboxEmpty: Pair = ["都发出了。", "Everything is sent."];
export const throwAway: Pair = ["不要了，删掉", "Not needed, delete"];
export const sendNow: Pair = ["现在发送", "Send now"];
export const changes: Pair = ["有 {n} 件新变化", "{n} new changes"];
export const already: Pair = ["{who} {time} 已签收，您不用再签", "{who} accepted at {time}, you need not"];
export const alreadyPlain: Pair = ["别人已签收，您不用再签", "Somebody has accepted it, you need not"];
export const contact: Pair = ["联系诉求人", "Contact the citizen"];
export const contactOffline: Pair = ["联网后才能看联系方式", "Contact details need a network"];
export const contactAway: Pair = ["中心暂时没有应答，恢复后才能看联系方式", "Contact details need the centre, which does not answer yet"];
export const contactTrace: Pair = ["这次查看已记下，60 秒后自动收起。", "This look is recorded; hides after 60 s."];
export const contactNone: Pair = ["诉求人没有留联系方式。", "The citizen left no contact."];
export const clocksTitle: Pair = ["13710 时限", "13710 clocks"];
export const more: Pair = ["更多", "More"];
export const send: Pair = ["发送", "Send"];
export const scenePhotos: Pair = ["现场照片", "Photos of the place"];
export const atLeastOne: Pair = ["至少 1 张，拍到修好的地方", "At least one, of what was mended"];
export const optional: Pair = ["可以不拍", "optional"];
export const citizenSees: Pair = ["这段话会给诉求人看，别写姓名电话", "The citizen sees this: no names or telephones"];
export const solvedHow: Pair = ["怎么解决的", "How it was solved"];
export const feedbackWords: Pair = ["办到哪一步了", "How far it is"];
export const resolveOffline: Pair = ["办结，联网后发送", "Resolve, send when online"];
export const feedbackOffline: Pair = ["联网后发送", "Send when online"];
export const after: Pair = ["办之后", "After"];
export const reason: Pair = ["理由", "Reason"];
export const otherReason: Pair = ["补充几句", "A few words more"];
export const chooseReason: Pair = ["请选一个理由。", "Choose a reason."];
export const newDate: Pair = ["延到哪天", "Until which day"];
export const reviewDate: Pair = ["哪天复核", "Review on"];
export const chooseDate: Pair = ["请选一个以后的日期。", "Choose a later day."];
export const askShelving: Pair = ["申请挂账", "Ask to shelve"];
export const betterCell: Pair = ["更合适的网格，知道就选", "A better cell, if you know it"];
export const toCell: Pair = ["转给哪个网格", "To which cell"];
export const chooseCell: Pair = ["请点一个网格。", "Tap a cell."];
export const hardHint: Pair = ["马上升级，时限照走。", "It climbs at once; the clocks run on."];
export const answerHint: Pair = ["应答后案件时限不变，仍由原网格办", "Answering leaves the clocks; the cell stays in charge"];
export const reportTitle: Pair = ["上报", "Report"];
export const reportWords: Pair = ["什么事", "What is it"];
export const onBehalf: Pair = ["替群众反映", "On someone's behalf"];
export const onTheSpot: Pair = ["当场办好，上报", "Solved on the spot, report"];
export const behalfTelephone: Pair = ["群众的电话，可以不填", "Their telephone, optional"];
export const telephoneUse: Pair = ["只给办这件事的人看。", "Only who handles this sees it."];
export const where: Pair = ["在哪里", "Where"];
export const whereStand: Pair = ["我站的地方，误差 ±{n} 米", "Where I stand, ±{n} m"];
export const whereLooking: Pair = ["正在定位", "Finding the place"];
export const whereCell: Pair = ["没有定位，按{cell}上报", "No position; reported for {cell}"];
export const whereMoved: Pair = ["已在地图上改过", "Moved on the map"];
export const movePoint: Pair = ["在地图上改", "Move on the map"];
export const needWordsOrPhoto: Pair = ["请拍一张照片，或写几句话。", "Take a photo or write a few words."];
export const reported: Pair = ["收到了，编号 {number}。", "Received, number {number}."];
export const keyboardVoice: Pair = ["可以用键盘上的话筒说话输入", "The keyboard's microphone works here"];
export const meTitle: Pair = ["我", "Me"];
export const clearedOnLogOut: Pair = [
  "退出后，这部手机上保存的案件列表会清掉；没发出的步骤会留着。",
  "Logging out clears the stored list; unsent steps stay.",
];
export const welcome: Pair = ["网格员登录", "Log in"];
export const mapTitle: Pair = ["地图", "Map"];
export const mine: Pair = ["我的网格", "My cells"];
export const sound: Pair = ["新案件响一声", "Sound for a new case"];
export const notKept: Pair = ["没有网络，这部手机里没有存这件案件。", "No network, and this case is not on the phone."];
export const flood: Pair = ["今天到期 {n} 件，其余按地点分组", "{n} due today, the rest by place"];
export const unanswered: Pair = ["{n} 个网格暂时没有应答，列表可能不全", "{n} cells did not answer; the list may lack cases"];

export const feedbackPhrases: readonly Pair[] = [
  ["已联系您，正在处理。", "We have spoken to you and are working on it."],
  ["已到现场看过，正在安排。", "We have seen the place and are arranging it."],
  ["已报修，等维修人员。", "Repair is ordered, waiting for the crew."],
  ["等配件，到了就换。", "Waiting for a part."],
];

export interface Reason {
  code: string;
  pair: Pair;
}
export const reasons: Record<"extension" | "shelving" | "transfer" | "hard" | "return", readonly Reason[]> = {
  extension: [
    { code: "waiting.part", pair: ["等配件", "waiting for a part"] },
    { code: "waiting.weather", pair: ["天气原因", "weather"] },
    { code: "waiting.citizen", pair: ["等诉求人", "waiting for the citizen"] },
    { code: "several.departments", pair: ["要几个部门一起办", "several departments"] },
  ],
  shelving: [
    { code: "waiting.season", pair: ["等季节", "waiting for the season"] },
    { code: "waiting.funds", pair: ["等资金", "waiting for funds"] },
    { code: "waiting.citizen", pair: ["等诉求人", "waiting for the citizen"] },
  ],
  transfer: [
    { code: "not.in.cell", pair: ["不在我这个网格", "not in my cell"] },
    { code: "border.agreed", pair: ["两格商量好了", "agreed between the cells"] },
  ],
  hard: [
    { code: "several.departments", pair: ["要几个部门一起办", "several departments"] },
    { code: "no.authority", pair: ["没有执法权", "no authority"] },
    { code: "dispute", pair: ["双方说不拢", "a dispute"] },
  ],
  return: [
    { code: "not.in.cell", pair: ["不在我这个网格", "not in my cell"] },
    { code: "not.street.matter", pair: ["不归街道办", "not the street's matter"] },
  ],
};
