// The list of the sub-commands, in the order of --help.
#include <CLI/CLI.hpp>

#include "programs/program.h"

namespace huying::programs {

#ifdef HUYING_HAS_DIRECTORY
void add_directory(CLI::App& root, Chosen& chosen) {
  auto* group = root.add_subcommand("directory", "Cells, people, places and policy: check them, put them in force.");
  group->require_subcommand(1);
#ifdef HUYING_HAS_DIRECTORY_CHECK
  add_directory_check(*group, chosen);
#endif
  add_directory_publish(*group, chosen);
}
#endif

void add_commands(CLI::App& root, Chosen& chosen) {
#ifdef HUYING_HAS_DEMONSTRATE
  add_demonstrate(root, chosen);
#endif
#ifdef HUYING_HAS_SERVE
  add_serve(root, chosen);
  add_broker(root, chosen);
  add_worker(root, chosen);
#endif
  add_publish(root, chosen);
  add_subscribe(root, chosen);
  add_case(root, chosen);
#ifdef HUYING_HAS_ROUTE
  add_route(root, chosen);
#endif
#ifdef HUYING_HAS_DIRECTORY
  add_directory(root, chosen);
#endif
  add_journal(root, chosen);
  add_status(root, chosen);
  add_errors(root, chosen);
#ifdef HUYING_HAS_BENCH
  add_bench(root, chosen);
#endif
#ifdef HUYING_HAS_SIMULATE
  add_simulate(root, chosen);
#endif
}

}  // namespace huying::programs
