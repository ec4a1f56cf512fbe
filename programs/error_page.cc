#include "programs/error_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "proto/errors.h"

namespace huying::programs {
namespace {

// The thousands of a number name a part of the house (proto/huying/v1/error.proto).
std::string_view title_of(std::uint32_t thousand) {
  switch (thousand) {
    case 1:
      return "Frames and sessions · 消息与会话";
    case 2:
      return "Intake · 受理";
    case 3:
      return "Directory and dispatch · 名录与派遣";
    case 4:
      return "Cases and actions · 案件与步骤";
    case 5:
      return "Journal and disk · 日志与磁盘";
    case 6:
      return "Hosts and leases · 主机与租约";
    case 7:
      return "Subscriptions · 订阅";
    case 8:
      return "Programs · 程序";
    case 9:
      return "The gateway · 网关";
    default:
      return "Others · 其他";
  }
}

std::vector<std::uint32_t> numbers_in_order() {
  std::vector<std::uint32_t> numbers;
  const auto* catalogue = v1::ErrorCode_descriptor();
  for (int i = 0; i < catalogue->value_count(); ++i)
    if (const int number = catalogue->value(i)->number(); number > 0)
      numbers.push_back(static_cast<std::uint32_t>(number));
  std::sort(numbers.begin(), numbers.end());
  return numbers;
}

// A bar would end the table's cell.
std::string cell(std::string_view text) {
  std::string out;
  for (const char c : text) out += c == '|' ? "\\|" : std::string(1, c);
  return out;
}

}  // namespace

std::string errors_page() {
  std::string page =
      "# Errors\n\n"
      "Every error has one number, the same on the wire, on the command line and here. The catalogue is\n"
      "[proto/huying/v1/error.proto](../proto/huying/v1/error.proto); this page is what `huying errors --markdown` "
      "prints, and a\n"
      "test compares them. `huying errors 2005` explains one number. A number is never given another meaning.\n";
  std::uint32_t thousand = 0;
  for (const auto number : numbers_in_order()) {
    if (number / 1000 != thousand) {
      thousand = number / 1000;
      page += fmt::format(
          "\n## {}xxx {}\n\n| number | name | what is wrong | what to do | 中文 |\n|---|---|---|---|---|\n", thousand,
          title_of(thousand));
    }
    const auto words = words_of(number);
    page += fmt::format("| {} | {} | {} | {} | {} |\n", number, words.name, cell(words.what), cell(words.remedy),
                        cell(words.zh));
  }
  return page;
}

std::optional<std::string> error_explained(std::uint32_t number) {
  const auto words = words_of(number);
  if (number == 0 || words.name == "UNKNOWN") return std::nullopt;
  return fmt::format("E{:04} {}  {}\n  {}\n  What to do: {}\n", number, words.name, words.zh, words.what,
                     words.remedy);
}

}  // namespace huying::programs
