// One executable, many programs. Each sub-command is one file that adds itself to the command line and says what to do
// when it is chosen; main parses and runs. CLI11 is included by those files alone (it is slow to compile).
#pragma once
#include <functional>

namespace CLI {
class App;
}

namespace huying::programs {

// What the process ends with; `huying --help` prints the table.
enum class ExitCode : int {
  done = 0,
  failed = 1,         // it ran, but not everything was done; stderr or the output lines say what was not
  usage = 2,          // the arguments do not fit
  refused = 3,        // the broker, or a check, refused; stderr names the number of the catalogue
  not_connected = 4,  // no answer from the broker
  damaged = 5,        // the journal is damaged; nothing was changed
  disk = 6,           // a write or sync failed: the process stopped, what was acknowledged is on disk
  stuck = 7,          // a host of this process stopped deciding (serve)
  // Another program subscribes under its name now (subscribe). Whoever starts it again would take the name back.
  name_taken_over = 8,
};

// Set by the sub-command that the command line chose.
using Chosen = std::function<ExitCode()>;

// All of them, in the order of --help.
void add_commands(CLI::App& root, Chosen& chosen);

void add_demonstrate(CLI::App& root, Chosen& chosen);
void add_serve(CLI::App& root, Chosen& chosen);
void add_broker(CLI::App& root, Chosen& chosen);
void add_worker(CLI::App& root, Chosen& chosen);
void add_publish(CLI::App& root, Chosen& chosen);
void add_subscribe(CLI::App& root, Chosen& chosen);
void add_case(CLI::App& root, Chosen& chosen);
void add_route(CLI::App& root, Chosen& chosen);
void add_deadline(CLI::App& root, Chosen& chosen);
void add_directory(CLI::App& root, Chosen& chosen);                // the group
void add_directory_check(CLI::App& directory, Chosen& chosen);     // huying directory check
void add_directory_propose(CLI::App& directory, Chosen& chosen);   // huying directory propose
void add_directory_publish(CLI::App& directory, Chosen& chosen);   // huying directory publish
void add_journal(CLI::App& root, Chosen& chosen);                  // the group, verify and dump
void add_journal_export(CLI::App& journal, Chosen& chosen);        // huying journal export
void add_journal_backup(CLI::App& journal, Chosen& chosen);        // huying journal backup, restore
void add_journal_archive(CLI::App& journal, Chosen& chosen);       // huying journal archive, unarchive
void add_journal_repair(CLI::App& journal, Chosen& chosen);        // huying journal repair
void add_status(CLI::App& root, Chosen& chosen);
void add_errors(CLI::App& root, Chosen& chosen);
void add_gateway(CLI::App& root, Chosen& chosen);
void add_account(CLI::App& root, Chosen& chosen);                  // the group: password, key, list, remove
void add_bench(CLI::App& root, Chosen& chosen);
void add_simulate(CLI::App& root, Chosen& chosen);

}  // namespace huying::programs
