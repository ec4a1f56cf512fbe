// Words of the citizen's page: faces, sections 1.4 and 3.
import type { Pair } from "./language";

export const report: Pair = ["反映问题", "Report a problem"];
export const large: Pair = ["大字版", "Large text"];
export const normal: Pair = ["普通字号", "Normal text"];
export const track: Pair = ["查进度", "Track"];
export const emergency: Pair = ["有人受伤或着火，请先打 120、119、110", "Somebody hurt, or a fire? Call 120, 119 or 110 first"];
export const where: Pair = ["在哪里", "Where"];
export const whereHint: Pair = ["在地图上点一下，或写个附近的地名", "Tap the map, or name a place nearby"];
export const wherePoint: Pair = ["已在地图上标好，可以再点、拖动或用箭头改", "Marked on the map; tap, drag or use the arrows to change it"];
export const whereHere: Pair = ["用的是您现在的位置，误差约 {n} 米", "Your position, within about {n} m"];
export const address: Pair = ["附近的地名", "A place nearby"];
export const myPosition: Pair = ["用我的位置", "Use my position"];
export const noPosition: Pair = ["没有得到位置。请在地图上点一下，或写个附近的地名。", "No position. Tap the map or name a place nearby."];
export const what: Pair = ["什么事", "What is it"];
export const photos: Pair = ["照片", "Photos"];
export const photosOptional: Pair = ["可以不拍", "optional"];
export const telephone: Pair = ["手机号", "Telephone"];
export const telephoneHint: Pair = ["手机号可以不填。填了只给办这件事的人看。", "Optional. Only those who handle this see it."];
export const noPlace: Pair = ["请在地图上点一下，或写个附近的地名。", "Tap the map or name a place nearby."];
export const noWords: Pair = ["请写一句是什么事。", "Please say in a sentence what it is."];
export const tooMany: Pair = ["提交得太多了，过一会儿再试。急事请打 12345。", "Too many reports; try again later. Urgent: 12345."];
export const offline: Pair = [
  "没有网络。您写的存在这部手机里，联网后请点提交。",
  "No network. Your words are kept on this phone; press Submit when you are back.",
];
export const noAnswer: Pair = [
  "连不上中心，可能是网络不好。您写的存在这部手机里，请过一会儿再点提交。",
  "The centre cannot be reached; the network may be bad. Your words are kept; press Submit again in a while.",
];
export const trouble: Pair = [
  "中心暂时没有应答。您写的还在，请过一会儿再点提交。",
  "No answer yet. Your words are kept; press Submit again in a while.",
];
export const received: Pair = ["收到了", "Received"];
export const noteDown: Pair = ["请记下或截图", "Note this down or take a screenshot"];
export const number: Pair = ["编号", "Number"];
export const code: Pair = ["查询码", "Code"];
export const outside: Pair = [
  "这个地方不归本街道。可以打 12345，或者把图上的点移回来、写明地点。",
  "This place is not in this street. Call 12345, or move the point or write the place.",
];
export const saveImage: Pair = ["保存为图片", "Save as a picture"];
export const another: Pair = ["换一件", "Another one"];
export const wrong: Pair = ["没有找到。请核对编号和查询码。", "Not found; check both."];
export const tries: Pair = ["试得太多了，10 分钟后再试。", "Too many tries; wait 10 minutes."];
export const latest: Pair = ["最晚 {date} 前给您答复结果", "You get an answer by {date} at the latest"];
export const expected: Pair = ["预计 {date} 前给您答复结果", "You get an answer by {date}, as expected"];
export const confirmLater: Pair = ["办完后请您来确认", "When it is done, please confirm"];
export const confirmHint: Pair = ["您说没有解决，就重新办理", "What you call not solved is done again"];
export const doneBy: Pair = ["{cell}，{date}", "{cell}, {date}"];
export const refresh: Pair = ["刷新", "Refresh"];
export const ageOf: Pair = ["{age}前的", "{age} ago"];
export const addMore: Pair = ["补充照片或说明", "Add photo or words"];
export const added: Pair = ["补充的收到了。", "Received, thank you for adding it."];
export const withPhotos: Pair = ["照片 {n} 张", "Photos: {n}"];
export const addedTooOften: Pair = ["补充得太多了，过一小时再补充。", "Too much was added; add more in an hour."];
export const rate: Pair = ["评价", "Rate"];
export const rateTitle: Pair = ["说说办得怎么样", "How was it handled"];
export const whichCase: Pair = ["编号 {number}，{title}", "Number {number}, {title}"];
export const solvedQuestion: Pair = ["问题解决了吗？", "Is the problem solved?"];
export const solved: Pair = ["解决了", "Solved"];
export const notSolved: Pair = ["没有解决", "Not solved"];
export const notSolvedHint: Pair = ["选“没有解决”会重新办理，编号不变。", "“Not solved” has it done again, under the same number."];
export const reopenHint: Pair = ["提交后会重新办理，编号不变。", "Submitting has it done again, under the same number."];
export const satisfiedQuestion: Pair = ["您满意吗？", "Are you satisfied?"];
export const satisfied: Pair = ["满意", "Satisfied"];
export const rather: Pair = ["基本满意", "Rather"];
export const notSatisfied: Pair = ["不满意", "Not satisfied"];
export const anythingElse: Pair = ["还想说的", "Anything else"];
export const optional: Pair = ["可以不写", "optional"];
export const chooseSolved: Pair = ["请选“解决了”或“没有解决”。", "Choose “Solved” or “Not solved”."];
export const chooseSatisfied: Pair = ["请选满意、基本满意或不满意。", "Choose how satisfied you are."];
export const ratedSolved: Pair = [
  "您的评价收到了。结案前可以改；结案后 14 天内还可以说没有解决。",
  "Your rating is received. You can change it until the case is closed, and still say for 14 days after that it is not solved.",
];
export const ratedNot: Pair = ["收到了，会重新办理，编号不变。", "Received: it will be done again, under the same number."];
export const yourWords: Pair = ["您反映的", "What you wrote"];
export const map: Pair = ["街道地图，点一下标出位置", "Map of the street: tap to mark the place"];
