// The list of the sub-commands, in the order of --help.
#include <CLI/CLI.hpp>

#include "programs/program.h"

namespace huying::programs {

void add_directory(CLI::App& root, Chosen& chosen) {
  auto* group = root.add_subcommand("directory", "Cells, people, places and policy: check them, put them in force.");
  group->require_subcommand(1);
  add_directory_check(*group, chosen);
  add_directory_propose(*group, chosen);
  add_directory_publish(*group, chosen);
}

void add_commands(CLI::App& root, Chosen& chosen) {
  add_demonstrate(root, chosen);
  add_serve(root, chosen);
  add_broker(root, chosen);
  add_worker(root, chosen);
  add_gateway(root, chosen);
  add_account(root, chosen);
  add_publish(root, chosen);
  add_subscribe(root, chosen);
  add_case(root, chosen);
  add_route(root, chosen);
  add_deadline(root, chosen);
  add_directory(root, chosen);
  add_journal(root, chosen);
  add_status(root, chosen);
  add_errors(root, chosen);
  add_bench(root, chosen);
  add_simulate(root, chosen);
}

}  // namespace huying::programs
