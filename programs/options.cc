#include "programs/options.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <filesystem>

#include "base/limits.h"

namespace huying::programs {

v1::Role role_named(const std::string& name) {
  std::string full = "ROLE_" + name;
  std::transform(full.begin(), full.end(), full.begin(),
                 [](unsigned char c) { return c == '-' ? '_' : static_cast<char>(std::toupper(c)); });
  v1::Role role = v1::ROLE_UNSPECIFIED;
  if (!v1::Role_Parse(full, &role)) return v1::ROLE_UNSPECIFIED;
  return role;
}

void add_connect_options(CLI::App& app, ConnectOptions& options, const std::string& default_principal,
                         JsonOption json) {
  app.add_option("--endpoint", options.endpoint, "Where the broker listens, as `huying serve` printed it")
      ->envname("HUYING_ENDPOINT")
      ->required();
  options.principal = default_principal;
  auto* as = app.add_option("--as", options.principal, "Principal: a code of the directory")
                 ->envname("HUYING_AS")
                 ->check([](const std::string& text) {
                   return text.size() <= limits::code_bytes_max ? std::string() : "a code has at most 64 bytes";
                 });
  if (default_principal.empty())
    as->required();
  else
    as->capture_default_str();
  app.add_option("--role", options.role, "One of the principal's roles, e.g. grid-worker, desk, publisher")
      ->check([](const std::string& text) {
        return role_named(text) == v1::ROLE_UNSPECIFIED ? "no role is named " + text : std::string();
      });
  app.add_option("--wait", options.wait_seconds, "Seconds without a session before giving up; 0: never")
      ->capture_default_str()
      ->check(number_between(0, 86'400));
  if (json == JsonOption::offered) app.add_flag("--json", options.json, "Print JSON, one line an item");
}

std::vector<v1::Role> roles_to_try(const ConnectOptions& options, std::vector<v1::Role> own) {
  if (options.role.empty()) return own;
  return {role_named(options.role)};
}

CLI::Validator number_between(double least, double most) {
  const auto check = [least, most](const std::string& text) {
    double value = 0;
    const bool fits = CLI::detail::lexical_cast(text, value) && value >= least && value <= most;
    return fits ? std::string() : fmt::format("{} is not a number from {:.10g} to {:.10g}", text, least, most);
  };
  return CLI::Validator(check, fmt::format("in [{:.10g} - {:.10g}]", least, most));
}

CLI::Validator whole_number(std::uint64_t least, std::uint64_t most) {
  const auto check = [least, most](const std::string& text) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool fits = error == std::errc{} && end == text.data() + text.size() && value >= least && value <= most;
    return fits ? std::string() : fmt::format("{} is not a whole number from {} to {}", text, least, most);
  };
  const bool has_bounds = least != 0 || most != UINT64_MAX;
  return CLI::Validator(check, has_bounds ? fmt::format("in [{} - {}]", least, most) : std::string());
}

std::string footer_with_exit_codes(const std::string& examples) {
  return examples +
         "\n退出码 0 完成，1 未全部完成，2 参数不对，3 被拒绝，4 连接不上，5 日志损坏，6 写盘失败，7 主机停滞，8 名称被接管"
         "\nExit codes: 0 done, 1 not everything was done, 2 usage, 3 refused, 4 not connected, 5 journal damaged,"
         "\n6 disk failed, 7 own host stuck, 8 name taken over (subscribe).\n";
}

bool lies_in(const std::string& path, const std::string& folder) {
  namespace fs = std::filesystem;
  std::error_code unreadable;  // then the copying itself says what is wrong
  const auto inner = fs::weakly_canonical(fs::absolute(path, unreadable) / "", unreadable);
  const auto outer = fs::weakly_canonical(fs::absolute(folder, unreadable), unreadable);
  const auto relative = inner.lexically_relative(outer);
  return !relative.empty() && *relative.begin() != "..";
}

}  // namespace huying::programs
