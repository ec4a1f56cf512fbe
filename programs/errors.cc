// huying errors: what a number of the catalogue means, and what to do.
#include "proto/errors.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "programs/connection.h"
#include "programs/error_page.h"
#include "programs/options.h"
#include "programs/program.h"

namespace huying::programs {
namespace {

struct ErrorsOptions {
  std::uint32_t number = 0;
  bool markdown = false;
};

ExitCode errors(const ErrorsOptions& options) {
  if (options.markdown || options.number == 0) {
    fmt::print("{}", errors_page());
    return ExitCode::done;
  }
  const auto text = error_explained(options.number);
  if (!text) {
    print_error(Error{v1::ERROR_CODE_USAGE, fmt::format("no error has the number {}", options.number)});
    return ExitCode::usage;
  }
  fmt::print("{}", *text);
  return ExitCode::done;
}

}  // namespace

void add_errors(CLI::App& root, Chosen& chosen) {
  auto options = std::make_shared<ErrorsOptions>();
  auto* app = root.add_subcommand("errors",
                                  "What an error's number means and what to do about it; without a number, all of "
                                  "them.");
  app->add_option("NUMBER", options->number, "e.g. 1006, as in \"E1006 UNKNOWN_PRINCIPAL\"")
      ->check(whole_number(0, UINT32_MAX));
  app->add_flag("--markdown", options->markdown, "All of them as a page: this is docs/errors.md");
  app->footer(footer_with_exit_codes("Example:\n  huying errors 1006\n"));
  app->callback([options, &chosen] { chosen = [options] { return errors(*options); }; });
}

}  // namespace huying::programs
