#include "programs/help.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "programs/help_words.h"
#include "programs/words.h"

namespace huying::programs {
namespace {

constexpr std::size_t page_columns = 100;
constexpr std::size_t command_columns = 16;
constexpr std::size_t description_columns = 6;  // what an option's description is set in by

std::string first_sentence(const std::string& text) {
  const auto end = text.find(". ");
  return end == std::string::npos ? text : text.substr(0, end + 1);
}

class HelpPage : public CLI::Formatter {
 public:
  HelpPage() {
    label("Usage", "用法 Usage");
    label("OPTIONS", "选项 OPTIONS");
    label("Options", "选项 Options");
    label("Positionals", "参数 Arguments");
    label("SUBCOMMAND", "命令 COMMAND");
    label("Subcommands", "命令 Commands");
    label("Options of report", "只用于 report Options of report");
    label("REQUIRED", "必填 REQUIRED");
    label("Env", "环境变量 Env");
    label("Needs", "须同用 Needs");
    label("Excludes", "不可同用 Excludes");
  }

  std::string make_group(std::string group, bool is_positional,
                         std::vector<const CLI::Option*> options) const override {
    return Formatter::make_group(get_label(group), is_positional, options);
  }

  std::string make_option(const CLI::Option* option, bool is_positional) const override {
    const auto name = make_option_name(option, is_positional) + make_option_opts(option);
    return "  " + wrapped(name, page_columns, description_columns) + "\n" +
           indented(option->get_description(), description_columns);
  }

  std::string make_description(const CLI::App* app) const override { return indented(app->get_description(), 0); }

  std::string make_subcommands(const CLI::App* app, CLI::AppFormatMode) const override {
    std::string out;
    for (const auto* command : app->get_subcommands([](const CLI::App*) { return true; })) {
      if (out.empty()) out = fmt::format("\n{}:\n", get_label("Subcommands"));
      const auto [zh, en] = halves(command->get_description());
      out += "  " + padded(command->get_name(), command_columns - 2) +
             wrapped(zh, page_columns, command_columns, command_columns) + "\n" +
             indented(first_sentence(en), command_columns);
    }
    return out;
  }

 private:
  static std::pair<std::string, std::string> halves(const std::string& description) {
    const auto end = description.find('\n');
    if (end == std::string::npos) return {{}, description};
    return {description.substr(0, end), description.substr(end + 1)};
  }
  static std::string indented(const std::string& description, std::size_t columns) {
    std::string out;
    const auto [zh, en] = halves(description);
    for (const auto& half : {zh, en})
      if (!half.empty()) out += std::string(columns, ' ') + wrapped(half, page_columns, columns, columns) + "\n";
    return out;
  }
};

void put_chinese(CLI::App& app, const std::string& path) {
  if (const auto zh = help_in_chinese(path, ""); !zh.empty())
    app.description(fmt::format("{}\n{}", zh, app.get_description()));
  for (auto* option : app.get_options()) {
    const auto zh = help_in_chinese(path, option->get_single_name());
    if (!zh.empty()) option->description(fmt::format("{}\n{}", zh, option->get_description()));
  }
  for (auto* command : app.get_subcommands([](CLI::App*) { return true; }))
    put_chinese(*command, path.empty() ? command->get_name() : path + " " + command->get_name());
}

void put_page(CLI::App& app, const std::shared_ptr<HelpPage>& page) {
  app.formatter(page);
  for (auto* command : app.get_subcommands([](CLI::App*) { return true; })) put_page(*command, page);
}

}  // namespace

void arrange_help(CLI::App& root) {
  put_chinese(root, "");
  put_page(root, std::make_shared<HelpPage>());
}

}  // namespace huying::programs
