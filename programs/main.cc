// huying: one executable, one sub-command a program. Parse, choose, run.
#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "base/digest.h"
#include "client/socket.h"
#include "programs/program.h"

int main(int count, char** words) {
  using namespace huying::programs;
  huying::initialise_digests();
  CLI::App app("Huying (呼应): a citizen calls, the right cell answers. An event-driven message broker for grid governance.",
               "huying");
  app.set_version_flag("--version", "huying " HUYING_VERSION);
  app.require_subcommand(1);
  app.footer(
      "Exit codes: 0 done, 1 not everything was done, 2 usage, 3 refused, 4 not connected, 5 journal damaged,\n"
      "6 disk failed, 7 own host stuck. Errors have numbers; docs/errors.md lists them.\n"
      "Try: huying serve --help");
  Chosen chosen;
  add_commands(app, chosen);
  try {
    app.parse(count, words);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? static_cast<int>(ExitCode::done) : static_cast<int>(ExitCode::usage);
  }
  const auto code = chosen();
  huying::client::finish_sockets();
  return static_cast<int>(code);
}
