// The report of a repair, in words.
#include <date/date.h>
#include <fmt/format.h>

#include "broker/journal/repair.h"

namespace huying::journal {
namespace {

std::string ranges(const std::vector<NumberRange>& all) {
  std::string text;
  for (const NumberRange& one : all) {
    text += text.empty() ? "" : ", ";
    text += one.first == one.last ? fmt::format("{}", one.first) : fmt::format("{}-{}", one.first, one.last);
  }
  return text.empty() ? "-" : text;
}

bool keeps_nothing(const RepairPlan& plan) { return plan.kept_through == 0; }

void tell_cases(const char* what, const std::set<std::string>& numbers, std::size_t cases_max, std::string& out) {
  std::size_t told = 0;
  for (const std::string& number : numbers) {
    if (told++ == cases_max) break;
    out += fmt::format("{} {}\n", what, number);
  }
  if (numbers.size() > cases_max) {
    const std::size_t more = numbers.size() - cases_max;
    out += fmt::format("{} …另有 {} 件，--list-all 全部列出 / {} more, --list-all lists them\n", what, more, more);
  }
}

void tell_missing(const RepairPlan& plan, std::size_t cases_max, std::string& out) {
  const Missing& m = plan.missing;
  if (keeps_nothing(plan)) {
    out += "从头全部缺失，没有可保留的 / nothing is kept, all is missing from the beginning; what can be read is quarantined\n";
  } else {
    out += fmt::format(
        "保留到第 {} 批（{}Z），其后移入隔离区 / kept through batch {}, recorded {}Z; what follows is quarantined\n",
        plan.kept_through, date::format("%FT%T", plan.kept_until), plan.kept_through,
        date::format("%FT%T", plan.kept_until));
  }
  out += fmt::format(
      "缺失批次 / missing batches: {} 起 from, 最后可见 last seen {}; 读不出 unreadable: {}; 其后还可能有 / more may "
      "have followed\n",
      m.first_batch, m.last_batch_seen == 0 ? "-" : std::to_string(m.last_batch_seen), ranges(m.unreadable_batches));
  out += fmt::format("缺失位置 / missing positions: {} 至 to {}\n", m.from.value, m.to.value);
  out += fmt::format("其中可读 / readable of it: 诉求 requests {}, 步骤 actions {}, 决定 commits {}\n", m.requests,
                     m.actions, m.commits);
  for (const auto& [stream, one] : m.streams) {
    out += fmt::format("流 stream {}: 缺 missing sequences {}-{}, 可读 readable {}\n", stream, one.first.value,
                       one.last_seen.value, one.readable);
  }
  for (const auto& [local_date, serials] : m.serials) {
    out += fmt::format("案件流水号，诉求已读不出 / case serials whose requests cannot be read: {:06}: {}\n", local_date,
                       ranges(serials));
  }
  tell_cases("缺失案件 / missing case", m.cases, cases_max, out);
  tell_cases("缺失案件，诉求已读不出 / missing case, its request cannot be read", m.cases_without_request, cases_max, out);
  tell_cases("案件退回较早状态 / case set back to an earlier state", m.cases_set_back, cases_max, out);
}

}  // namespace

std::string to_text(const RepairPlan& plan, std::size_t cases_max) {
  std::string out;
  for (const Damage& damage : plan.findings) out += fmt::format("损坏 / damaged: {}\n", to_string(damage));
  for (const std::string& one : plan.mended) out += fmt::format("已补全，无损失 / mended without loss: {}\n", one);
  if (!plan.cuts) return out + "没有缺失 / nothing is missing\n";
  tell_missing(plan, cases_max, out);
  for (const std::string& name : plan.cut_files) out += fmt::format("移入隔离区 / quarantined whole: {}\n", name);
  if (keeps_nothing(plan)) {
    return out + "请从头重新发布全部诉求，已给出的编号全部作废 / publish again all that was ever published, from the beginning; "
                 "every number that was given is void\n";
  }
  return out + "请重新发布上述时间之后的诉求，其间给出的编号作废 / publish again what was published since that time; "
               "numbers given since are void\n";
}

}  // namespace huying::journal
