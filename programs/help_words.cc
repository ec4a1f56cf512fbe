#include "programs/help_words.h"

#include <algorithm>

#include "programs/words.h"

namespace huying::programs {
namespace {

struct Entry {
  std::string_view command, option, zh;  // command "*": of every one that has no entry of its own
};

constexpr Entry entries[] = {
    {"demonstrate", "",
     "演示：文苑街道四天的虚构诉求与办理，其中一件无人应答；"
     "之后按真实时间继续运行"},
    {"serve", "",
     "全部合一：消息服务、接管网格的主机和网页在同一进程；打印监听地址，"
     "SIGTERM 或 Ctrl-C 正常停止"},
    {"broker", "", "只运行消息服务：会话、日志、租约；网格由 huying worker 进程接管"},
    {"worker", "",
     "只运行一台主机：接管分到的网格，本身不存盘；服务不在时一直重试，"
     "名录不认识时以 3 退出"},
    {"gateway", "",
     "网页和 JSON 接口，接在运行中的服务之前；huying serve 里已有一个，这里单独运行；"
     "服务不在时一直重试"},
    {"account", "", "谁可以在网页上登录；能做什么由名录决定"},
    {"account password", "", "给一个人设口令：从标准输入读一行，或在终端输入而不显示；至少 10 个字"},
    {"account key", "", "为看板做一把新钥匙，只打印这一次：名录中角色为观察者的系统，只能看"},
    {"account list", "", "谁有账号"},
    {"account remove", "", "取消一个人的账号，结束其登录"},
    {"publish", "", "发布诉求：每行一条 JSON，写盘后每条回执一行；断线续传，不会重复"},
    {"subscribe", "",
     "订阅事件：每条至少一次，同一网格内按次序，能证明没有遗漏；"
     "终端上 escalation.> 显示为督导看板"},
    {"case", "", "案件：列出、查看、办理"},
    {"case list", "", "一个网格的未结案件，按编号；加 --open 为销号台账"},
    {"case show", "",
     "查看一件：状态、在办人、时限及原定时限、您可以做什么；"
     "加 --explain 说明为什么在这里"},
    {"case act", "",
     "办理一步，两次回应：已收到（已写盘）、已裁定；"
     "report 为上报自己发现或听到的。被拒绝时写明可以做什么"},
    {"route", "", "该由哪个网格应答？按坐标、地址或网格，不需要服务"},
    {"deadline", "", "何时到期？按政策或期限，自然日或工作日，不需要服务"},
    {"directory", "", "名录：网格、人员、地名、政策，检查与生效"},
    {"directory check", "", "检查名录，列出问题和内容"},
    {"directory propose", "",
     "指挥中心派遣过的地址成为地名的提议：读数据目录，写成新文件，"
     "由人核对后自行加进 places.csv；名录本身从不改动"},
    {"directory publish", "",
     "把名录送给运行中的服务：检查后作为新版生效，或写明哪个文件哪一行不对"},
    {"journal", "", "数据目录的日志：核对、打印、导出，备份与恢复，归档，修复"},
    {"journal verify", "", "通读日志，核对格式所保证的一切"},
    {"journal dump", "", "每条记录一行 JSON；联系方式、诉求内容、坐标、地址从不打印"},
    {"journal export", "",
     "把记录导出到权限 0600 的新文件：protobuf 或 JSON 行；隐私内容略去，"
     "遇损坏继续读并写明"},
    {"journal backup", "",
     "备份数据目录，服务运行中也可以；备份会核对，再次备份只抄新的"},
    {"journal restore", "", "用备份建一个数据目录"},
    {"journal archive", "",
     "把数据目录中较早的日志段移到归档：抄写、落盘、比对、重读之后才移除；"
     "其中的诉求再次发布仍能查重，启动仍需要归档"},
    {"journal unarchive", "", "把归档的日志段抄回数据目录；归档中的副本保留"},
    {"journal repair", "",
     "修复损坏的数据目录，使服务能启动；什么都不删，换下的放进 quarantine"},
    {"status", "",
     "谁接管哪个网格、谁在订阅、哪版名录生效、磁盘剩余：管理员视图，"
     "不显示联系方式和内容"},
    {"errors", "", "错误编号的意思和处理办法；不给编号则列出全部"},
    {"bench", "", "测量本机"},
    {"bench pipeline", "",
     "从发布、写盘、派遣到提交的全程耗费，用自建的服务和虚构街道，测完即删"},
    {"bench ledger", "", "网关台账的耗费：读入一年的事件，再问看板、台账、搜索、统计和导出，测完即删"},
    {"bench streams", "", "网关的事件推送有多快：自建服务和虚构街道，许多人登录后各看一个网格，同时不断有诉求进来；测完即删"},
    {"simulate", "",
     "在模拟世界里运行真实代码：时钟、磁盘、网络由种子决定，"
     "每条不变式都有检查；同一种子重放同一次"},

    {"*", "disk-low", "磁盘剩余低于此 MiB 数就不再接收诉求"},
    {"*", "disk-full", "磁盘剩余低于此 MiB 数就不再裁定，等有空间再继续"},
    {"*", "help", "显示本帮助"},
    {"*", "version", "显示版本"},
    {"*", "endpoint", "服务的监听地址，启动时打印"},
    {"*", "as", "以谁的身份：名录中的编号"},
    {"*", "role", "用哪个角色，如 grid-worker、desk、publisher"},
    {"*", "wait", "连不上时等多少秒；0：一直等"},
    {"*", "json", "输出 JSON，每项一行"},
    {"*", "data", "数据目录"},
    {"*", "directory", "名录文件夹"},
    {"*", "for", "代谁操作（网关的权限）"},
    {"*", "count", "最多多少条；0：不限"},
    {"*", "from", "第一条记录的位置"},
    {"*", "stream", "只要这一路：0 为街道本身，1 为指挥中心"},
    {"*", "cell", "网格编号"},
    {"*", "lat", "纬度，单位度"},
    {"*", "lon", "经度，单位度"},
    {"*", "datum", "坐标系：wgs84、gcj02 或 bd09，从不猜测"},
    {"*", "address", "用文字写的地点"},
    {"*", "id", "GeoJSON 要素中作网格编号的属性"},

    {"demonstrate", "data", "新的数据目录，会保留；不给则用临时目录，结束时删除"},
    {"demonstrate", "directory", "文苑街道的名录，故事里有它的网格和人员"},
    {"demonstrate", "days", "演示几天"},
    {"demonstrate", "minutes", "真实时间共几分钟"},
    {"demonstrate", "stay", "演完不退出，直到 Ctrl-C，并写明下一步输入什么"},
    {"demonstrate", "http", "网页和接口在哪里，与 --stay 同用：地址:端口，端口 0 为任意空闲；默认 127.0.0.1:8010"},
    {"serve", "data", "数据目录：日志、订阅位置、套接字；没有则以权限 0700 新建"},
    {"serve", "directory", "目录中还没有名录时，启动时使它生效"},
    {"serve", "endpoint", "监听地址：0700 文件夹中的 ipc，或本机回环；默认 ipc://DATA/broker.sock"},
    {"serve", "rate", "时间快多少倍：演示用，只能用于新目录"},
    {"serve", "begin", "加速的新目录从何时开始，如 2026-11-23T08:00:00+08:00；默认现在"},
    {"serve", "allow-plain-contacts", "名录未标演示也启动，虽然联系方式未加密：请看管好磁盘"},
    {"serve", "read-only",
     "只读打开损坏或磁盘已满的目录，一个字节也不写：可订阅、取件、看状态；"
     "不受理、不裁定，主机一律不接，时限不触发"},
    {"serve", "hosts", "本进程中的主机数；0：只用别处的 huying worker"},
    {"serve", "host-prefix", "它们的身份：此前缀加从 1 起的序号"},
    {"serve", "catch-up", "中断之后每台主机每秒补触发多少个超期时限，最要紧的先"},
    {"serve", "http", "网页和接口在哪里：地址:端口，端口 0 为任意空闲；TLS 由前面的代理负责"},
    {"serve", "web", "网页文件夹，启动时全部读入；默认为程序旁边的 web"},
    {"serve", "tiles", "网格下面的地图瓦片，网络墨卡托，WGS-84 或 CGCS2000：https://主机/{z}/{x}/{y}.png，或网页自己源下的路径；那台服务器会知道人们在看哪里；默认没有，不向任何人请求"},
    {"serve", "tiles-attribution", "地图出自谁家，按其许可写在图上，含审图号"},
    {"serve", "tiles-max-zoom", "瓦片服务器最深的缩放级别"},
    {"serve", "gateway-principal", "网关在名录中的编号：角色为网关的系统"},
    {"serve", "no-gateway", "不要网页和接口，只供程序使用"},
    {"serve", "keep-logins", "演示账号沿用上次启动的口令"},
    {"gateway", "data", "账号、台账、图片的文件夹，在 DATA/gateway 里；没有则以权限 0700 新建"},
    {"gateway", "http", "网页和接口在哪里：地址:端口，端口 0 为任意空闲；TLS 由前面的代理负责"},
    {"gateway", "web", "网页文件夹，启动时全部读入；默认为程序旁边的 web"},
    {"gateway", "tiles", "网格下面的地图瓦片，网络墨卡托，WGS-84 或 CGCS2000：https://主机/{z}/{x}/{y}.png，或网页自己源下的路径；那台服务器会知道人们在看哪里；默认没有，不向任何人请求"},
    {"gateway", "tiles-attribution", "地图出自谁家，按其许可写在图上，含审图号"},
    {"gateway", "tiles-max-zoom", "瓦片服务器最深的缩放级别"},
    {"gateway", "principal", "网关在名录中的编号：角色为网关的系统"},
    {"account password", "PERSON", "人员编号，见名录"},
    {"account key", "PERSON", "大屏系统的编号，见名录"},
    {"account remove", "PERSON", "人员编号，见名录"},
    {"account password", "data", "huying serve 或 huying gateway 的数据目录"},
    {"worker", "as", "以谁的身份：名录中的一台主机，两个进程不能共用"},
    {"worker", "capacity", "最多接管多少网格；0：不限"},
    {"worker", "catch-up", "中断之后每秒补触发多少个超期时限，最要紧的先"},
    {"publish", "FILE", "每行一条 JSON 的文件；- 为标准输入"},
    {"publish", "window", "最多多少条未得到回执"},
    {"subscribe", "SUBJECT", "主题，如 'escalation.>'、'case.*.*.shiqiao-01.*'、'coverage.>'"},
    {"subscribe", "name", "持久订阅的名称：服务记住读到哪里；别处用同名会接管，原程序以 8 退出"},
    {"status", "retry-parked", "停止裁定的网格由任一主机再试读一次：换上修好的版本之后使用"},
    {"subscribe", "forget", "放弃 --name，不再保留续传位置"},
    {"subscribe", "from",
     "从哪里开始：cursor（该名称的位置）、start、head、时间或 token:…；默认："
     "有名称为 cursor，看板为 start，否则 head"},
    {"subscribe", "for", "代谁阅读（网关的权限）"},
    {"subscribe", "count", "收到多少条后结束；0：不结束"},
    {"case list", "open",
     "最急的在前，一个网格或您能看到的全部网格：升级未应答的，超期最久的，"
     "最快到期的，挂账的在后"},
    {"case list", "cell", "网格编号；默认为本人的"},
    {"case list", "limit", "最多列多少件；超过 200 件须加 --open"},
    {"case show", "N", "案件编号，见回执"},
    {"case show", "explain", "一步一句，最新的在前，只根据您能看到的网格里的事件"},
    {"case show", "language", "用哪种语言说：zh、en 或 both"},
    {"case act", "VERB", "做什么"},
    {"case act", "N", "案件编号；report 不用"},
    {"case act", "action-id", "这一步（或上报）的自编号：同号同答；默认随机"},
    {"case act", "to", "assign、transfer：转到哪个网格；return：知道的话，更合适的网格"},
    {"case act", "reason", "理由代码，用于统计"},
    {"case act", "words", "说明：理由，或办了什么；公开的话诉求人看得到"},
    {"case act", "verdict", "verify、call-back、decide-extension：passed 通过，failed 不通过"},
    {"case act", "asks", "extend：extension 延期（默认）、shelving 挂账、plan 方案"},
    {"case act", "until", "extend、plan：新的办结时限；shelve：复核日期；decide-extension：批成别的时间"},
    {"case act", "milestone", "方案的节点：到什么时间办成一部分，写明时差；可多次给，至多 12 个"},
    {"case act", "for", "代谁操作（网关的权限）；citizen：本案的诉求人"},
    {"case act", "satisfaction", "call-back：1 不满意，2 基本满意，3 满意；0 没有说"},
    {"case act", "target", "whistle：部门；remind、supervise：人员"},
    {"case act", "revision", "案件已不是这一版就拒绝"},
    {"case act", "for-citizen", "代群众办，上门时听到的"},
    {"case act", "category", "类别代码；默认 general"},
    {"case act", "street", "街道编号；默认为您的"},
    {"case act", "on-behalf-of-citizen", "替群众反映"},
    {"case act", "solved-on-spot", "当场办好：办了什么；一步记录并办结"},
    {"route", "directory", "名录文件夹，或一个 GeoJSON 文件"},
    {"route", "border-metres", "离别的网格近于此米数就交指挥中心；默认按名录，否则 10"},
    {"route", "input", "JSON 行文件；- 为标准输入"},
    {"deadline", "policy", "13710-natural、13710-working，或一个 policy.txtpb"},
    {"deadline", "category", "按政策：诉求类别"},
    {"deadline", "urgency", "按政策：normal 一般，urgent 紧急"},
    {"deadline", "within", "多少个单位"},
    {"deadline", "unit", "工作小时、工作日、自然日、自然月或分钟"},
    {"deadline", "day-end", "到同一时刻、24:00 或下班"},
    {"deadline", "first-day", "首日计入或不计"},
    {"deadline", "from", "起点：带时差的时间，或当地时间"},
    {"deadline", "pause", "不计的时段，起/止；可以多次"},
    {"deadline", "calendar", "日历文件；weekdays 为周一至周五、不计节假日"},
    {"deadline", "time-zone", "日期和当地时间的时区"},
    {"deadline", "explain", "写明每一步怎样计算"},
    {"deadline", "input", "JSON 行文件；- 为标准输入"},
    {"directory check", "path", "名录文件夹，或一个 GeoJSON 文件"},
    {"directory check", "input", "真实诉求的 JSON 行：找出被许多诉求共用的默认坐标"},
    {"directory propose", "directory", "名录文件夹：对照它判断哪些地名还没有"},
    {"directory propose", "output", "要建的新文件（权限 0600），内容为 places.csv 的行；已有的从不覆盖，也不能在名录里面"},
    {"directory propose", "at-least", "指挥中心至少派过多少次才提议"},
    {"directory propose", "since", "只看此时或之后收到的诉求"},
    {"directory publish", "check-only", "只让服务检查，对照现行版本，不生效"},
    {"journal dump", "payload", "按 protobuf 的 JSON 写法展开内容"},
    {"journal export", "output", "要建的文件；已有的从不覆盖"},
    {"journal export", "json-lines", "每条记录一行 JSON，而不是 protobuf"},
    {"journal export", "since", "此时或之后记录的，如 2026-11-23T08:00:00+08:00"},
    {"journal export", "with-private",
     "连联系方式、内容、坐标、地址、人员一起：请看管好文件"},
    {"journal backup", "to", "备份文件夹；没有则以权限 0700 新建"},
    {"journal restore", "from", "备份文件夹"},
    {"journal restore", "data", "要建的数据目录；没有或为空"},
    {"journal archive", "data", "数据目录；不能有服务在用"},
    {"journal archive", "to", "归档文件夹，放在另一块磁盘上；没有则以权限 0700 新建"},
    {"journal archive", "before", "移走编号小于此的日志段，或所有记录都早于此时间的日志段"},
    {"journal unarchive", "data", "数据目录；不能有服务在用"},
    {"journal unarchive", "from", "归档文件夹；默认为当时归档到的地方"},
    {"journal unarchive", "from-segment", "只取回这一段及以后的；0：全部"},
    {"journal repair", "data", "数据目录；不能有服务在用"},
    {"journal repair", "backup", "同一目录的备份：其中有的可无损修复"},
    {"journal repair", "apply", "真的执行；不给则只预演，什么都不改"},
    {"journal repair", "list-all", "列出全部会缺失或倒退的案件，而不是前 20 件"},
    {"errors", "NUMBER", "如 1006，见 \"E1006 UNKNOWN_PRINCIPAL\""},
    {"errors", "markdown", "全部列成一页，即 docs/errors.md"},
    {"bench pipeline", "requests", "多少条；另有 5,000 条预热"},
    {"bench pipeline", "cells", "街道有多少网格"},
    {"bench pipeline", "in-flight", "已发布、未见提交的最多多少条"},
    {"bench pipeline", "rate", "每秒多少条，时延从应发之时算起；0：尽快"},
    {"bench pipeline", "by-action", "全过程：发布、签收、反馈、办结"},
    {"bench pipeline", "leave-open", "案件不结，三个时限都在计"},
    {"bench pipeline", "runs", "测几次，取最好的"},
    {"bench pipeline", "folder", "临时目录建在哪里：选要测的磁盘"},
    {"bench ledger", "cases", "历史上一共多少件"},
    {"bench ledger", "open", "其中多少件未结"},
    {"bench ledger", "cells", "街道有多少网格"},
    {"bench ledger", "runs", "每个问题问几次，列出中位数"},
    {"bench ledger", "folder", "临时目录建在哪里：选要测的磁盘"},
    {"bench streams", "streams", "同时打开多少条事件推送，每条只看一个网格"},
    {"bench streams", "cells", "街道有多少网格"},
    {"bench streams", "people", "每个网格有几人登录；同一人的推送共用一个订阅"},
    {"bench streams", "rate", "每秒多少条诉求，全街道合计"},
    {"bench streams", "seconds", "持续多少秒；另有一秒预热"},
    {"bench streams", "by-action", "全过程：发布、签收、反馈、办结"},
    {"bench streams", "leave-open", "案件不结，三个时限都在计"},
    {"bench streams", "folder", "临时目录建在哪里：选要测的磁盘"},
    {"simulate", "scenario", "场景名、文件夹（全部）或文件；--list 列出"},
    {"simulate", "seed", "哪一次"},
    {"simulate", "seeds", "A..B：逐个运行"},
    {"simulate", "minutes", "真实时间几分钟后不再开始新的种子"},
    {"simulate", "days", "街道时间几天，代替场景所写"},
    {"simulate", "cells", "网格数，代替场景所写"},
    {"simulate", "hosts", "主机数，代替场景所写"},
    {"simulate", "requests", "诉求总数，代替场景所写"},
    {"simulate", "list", "列出场景，每个一句"},
    {"simulate", "story", "故事逐行打印"},
};

// Words in Latin script as they are; each Chinese character by itself, with the closing marks behind it.
bool is_wide(char lead) { return static_cast<unsigned char>(lead) >= 0xE0; }
bool is_closing(std::string_view character) {
  constexpr std::string_view marks[] = {"，", "。", "：", "；", "、", "）", "？", "》", "！"};
  return std::find(std::begin(marks), std::end(marks), character) != std::end(marks);
}

// How many bytes from `at` stay on one line.
std::size_t piece_at(std::string_view text, std::size_t at) {
  std::size_t end = at;
  if (is_wide(text[end])) {
    end += 3;
  } else {
    while (end < text.size() && text[end] != ' ' && !is_wide(text[end])) ++end;
  }
  while (end + 3 <= text.size() && is_wide(text[end]) && is_closing(text.substr(end, 3))) end += 3;
  return end - at;
}

}  // namespace

std::string_view help_in_chinese(std::string_view command, std::string_view option) {
  // broker has the options of serve.
  const std::string_view own = command == "broker" && !option.empty() ? "serve" : command;
  for (const std::string_view of : {own, std::string_view(option.empty() ? "" : "*")})
    for (const auto& entry : entries)
      if (entry.command == of && entry.option == option) return entry.zh;
  return {};
}

std::string wrapped(std::string_view text, std::size_t columns, std::size_t indent, std::size_t first) {
  std::string out;
  std::size_t taken = first;
  bool is_spaced = false, is_line_empty = true;
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] == ' ') {
      is_spaced = true;
      ++at;
      continue;
    }
    const auto piece = text.substr(at, piece_at(text, at));
    const std::size_t needed = columns_of(piece) + (is_spaced ? 1 : 0);
    if (!is_line_empty && taken + needed > columns) {
      out += "\n" + std::string(indent, ' ');
      taken = indent + columns_of(piece);
    } else {
      if (is_spaced && !is_line_empty) out += ' ';
      taken += needed;
    }
    out += piece;
    is_spaced = is_line_empty = false;
    at += piece.size();
  }
  return out;
}

}  // namespace huying::programs
