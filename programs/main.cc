// huying: one executable, one sub-command a program. Parse, choose, run.
#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "base/digest.h"
#include "client/socket.h"
#include "programs/connection.h"
#include "programs/help.h"
#include "programs/program.h"
#include "proto/errors.h"

int main(int count, char** words) {
  using namespace huying::programs;
  huying::initialise_digests();
  CLI::App app("呼应：群众有呼，网格有应；网格治理的事件驱动消息服务\n"
               "Huying: a citizen calls, the right cell answers. An event-driven message broker for grid governance.",
               "huying");
  app.set_version_flag("--version", "huying " HUYING_VERSION);
  app.require_subcommand(1);
  app.footer(
      "退出码 0 完成，1 未全部完成，2 参数不对，3 被拒绝，4 连接不上，5 日志损坏，6 写盘失败，7 主机停滞，8 名称被接管\n"
      "Exit codes: 0 done, 1 not everything was done, 2 usage, 3 refused, 4 not connected, 5 journal damaged,\n"
      "6 disk failed, 7 own host stuck, 8 name taken over (subscribe). Errors have numbers; docs/errors.md lists them.\n"
      "Try: huying serve --help");
  Chosen chosen;
  add_commands(app, chosen);
  arrange_help(app);
  try {
    app.parse(count, words);
  } catch (const CLI::ParseError& error) {
    const CLI::App* chosen_app = &app;
    while (!chosen_app->get_subcommands().empty()) chosen_app = chosen_app->get_subcommands().front();
    if (const auto left = app.remaining(true); !left.empty() && !chosen_app->get_subcommands({}).empty())
      fmt::print(stderr, "没有这个命令 no command is named {}\n", left.front());
    else if (error.get_exit_code() != 0)
      fmt::print(stderr, "参数不对，--help 列出全部参数\n");
    return app.exit(error) == 0 ? static_cast<int>(ExitCode::done) : static_cast<int>(ExitCode::usage);
  }
  auto code = ExitCode::failed;
  try {
    code = chosen();
  } catch (const std::exception& exception) {  // no memory, no sockets: what a library could not do
    print_error(huying::Error{huying::v1::ERROR_CODE_INTERNAL, exception.what()});
  }
  huying::client::finish_sockets();
  return static_cast<int>(code);
}
