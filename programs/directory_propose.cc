// huying directory propose: what the desk decided, as proposals for places.csv. Reads a data folder and a directory,
// changes neither: what it proposes goes into a new file, and a person puts it into the directory.
//
// It reads the data folder, not a running broker: who keeps the directory has both at hand, a broker need not serve, and
// no session on the wire gets a right to read everybody's addresses for it.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <optional>

#include "broker/directory/desk_decisions.h"
#include "broker/directory/findings.h"
#include "broker/directory/place_proposals.h"
#include "broker/directory/places.h"
#include "broker/journal/embedded_journal.h"
#include "broker/journal/posix_disk.h"
#include "programs/connection.h"
#include "programs/open_directory.h"
#include "programs/private_file.h"
#include "programs/program.h"
#include "programs/time_text.h"
#include "proto/errors.h"

namespace huying::programs {
namespace {

struct ProposeOptions {
  std::string data, directory, output, since;
  std::size_t at_least = 2;
  bool json = false;
};

struct Read {
  directory::DeskDecisions decisions;
  std::optional<journal::Damage> damage;
};

Result<Read> read_journal(const std::string& folder, std::optional<Instant> since) {
  journal::PosixDisk disk;
  auto journal = journal::EmbeddedJournal::open(disk, folder, {.mode = journal::OpenMode::read_only});
  if (!journal) return tl::unexpected(journal.error());
  Read read;
  const auto from = since ? (*journal)->at_time(*since) : Position{};
  if (from < (*journal)->head()) {
    const auto done = (*journal)->read(from, [&](const journal::Record& record) {
      read.decisions.take(record.kind, record.payload);
      return journal::Sink::more;
    });
    if (!done) return tl::unexpected(done.error());
  }
  read.damage = (*journal)->damage();
  return read;
}

// What the administrator's files call the cell.
std::string shown(const v1::Directory& directory, const std::string& code) {
  for (const auto& cell : directory.cells())
    if (cell.code() == code && !cell.id().empty()) return cell.id();
  return code;
}

std::string_view why_text(directory::DisputedPlace::Why why) {
  using Why = directory::DisputedPlace::Why;
  switch (why) {
    case Why::several_cells: return "several_cells";
    case Why::known_otherwise: return "known_otherwise";
    case Why::cell_is_gone: return "cell_is_gone";
  }
  return "";
}

std::string_view why_words(directory::DisputedPlace::Why why) {
  using Why = directory::DisputedPlace::Why;
  switch (why) {
    case Why::several_cells: return "去了不止一个网格 (went to several cells)";
    case Why::known_otherwise: return "与名录已有的地名不合 (places.csv leads elsewhere, or to several cells)";
    case Why::cell_is_gone: return "网格已停用或不在名录 (the cell is retired, or not in the directory)";
  }
  return "";
}

std::string some_of(const std::vector<std::string>& numbers) {
  constexpr std::size_t some = 10;
  const auto count = std::min(numbers.size(), some);
  auto out = fmt::format("{}", fmt::join(numbers.begin(), numbers.begin() + static_cast<std::ptrdiff_t>(count), " "));
  if (numbers.size() > some) out += fmt::format(" … {}", numbers.size() - some);
  return out;
}

void print_text(const v1::Directory& directory, const Read& read, const directory::PlaceProposals& found,
                const ProposeOptions& options) {
  fmt::print("{} {}{}\n", directory.street(), directory.street_name(),
             directory.demonstration() ? "，演示数据，全部虚构 (demonstration: made-up data)" : "");
  fmt::print("有地址的诉求 {} 件，其中指挥中心派遣 {} 件，名录现在已能派对 {} 件\n"
             "{} requests with an address; the desk sent {} of them, of which places.csv knows {} by now\n",
             read.decisions.with_address(), found.by_desk, found.known, read.decisions.with_address(), found.by_desk,
             found.known);
  if (found.nameless + found.too_few > 0)
    fmt::print("不足 {0} 次的说法 {1} 个，没有地名的地址 {2} 件\n"
               "{1} phrases were decided fewer than {0} times; {2} addresses hold no name of a place\n",
               options.at_least, found.too_few, found.nameless);
  fmt::print("\n提议 {} 条 / proposed: {}\n", found.places.size(), found.places.size());
  for (const auto& place : found.places)
    fmt::print("  {} → {}  ×{}: {}\n", place.name, shown(directory, place.cell), place.cases.size(), some_of(place.cases));
  if (found.disputed.empty()) return;
  fmt::print("\n有矛盾，不提议 {} 条 / not proposed, for a person to look at: {}\n", found.disputed.size(),
             found.disputed.size());
  for (const auto& place : found.disputed) {
    fmt::print("  {}  {}\n", place.name, why_words(place.why));
    for (const auto& votes : place.votes) {
      if (!votes.by_desk.empty())
        fmt::print("    指挥中心 desk → {}  ×{}: {}\n", shown(directory, votes.cell), votes.by_desk.size(),
                   some_of(votes.by_desk));
      if (!votes.otherwise.empty())
        fmt::print("    其他 otherwise → {}  ×{}: {}\n", shown(directory, votes.cell), votes.otherwise.size(),
                   some_of(votes.otherwise));
    }
  }
}

void print_json(const v1::Directory& directory, const Read& read, const directory::PlaceProposals& found) {
  using nlohmann::ordered_json;
  ordered_json out{{"demonstration", directory.demonstration()},
                   {"with_address", read.decisions.with_address()},
                   {"by_desk", found.by_desk},
                   {"known", found.known},
                   {"nameless", found.nameless},
                   {"too_few", found.too_few},
                   {"proposed", ordered_json::array()},
                   {"disputed", ordered_json::array()}};
  for (const auto& place : found.places)
    out["proposed"].push_back({{"name", place.name}, {"cell", shown(directory, place.cell)}, {"cases", place.cases}});
  for (const auto& place : found.disputed) {
    ordered_json one{{"name", place.name}, {"why", why_text(place.why)}, {"cells", ordered_json::array()}};
    for (const auto& votes : place.votes)
      one["cells"].push_back(
          {{"cell", shown(directory, votes.cell)}, {"desk", votes.by_desk}, {"otherwise", votes.otherwise}});
    out["disputed"].push_back(std::move(one));
  }
  fmt::print("{}\n", out.dump(-1, ' ', false, ordered_json::error_handler_t::replace));
}

ExitCode refused_files(const std::vector<directory::Finding>& findings) {
  for (const auto& finding : findings)
    if (finding.is_error()) fmt::print(stderr, "{}\n", directory::to_string(finding));
  return ExitCode::refused;
}

// The rows, when the directory with them is as good as without: nobody is handed a file that `check` then refuses.
ExitCode write_rows(v1::DirectoryFiles files, const v1::Directory& directory, const directory::PlaceProposals& found,
                    const ProposeOptions& options) {
  std::vector<directory::PlaceRow> rows;
  for (const auto& place : found.places) rows.push_back({place.name, shown(directory, place.cell)});
  v1::DirectoryFile* places = nullptr;
  for (auto& file : *files.mutable_files())
    if (file.name() == "places.csv") places = &file;
  if (places == nullptr) places = files.add_files();
  places->set_name("places.csv");
  directory::Findings wrong;
  const auto text = directory::place_rows(rows, places->content(), wrong);
  if (wrong.has_errors()) return refused_files(wrong.take());
  places->mutable_content()->append(text);
  if (const auto loaded = load_files(files); !loaded.ok()) return refused_files(loaded.findings);

  PrivateFile file;
  if (auto made = file.make(options.output); !made) return refused(made.error());
  if (auto written = file.write(text); !written) return refused(written.error());
  if (auto finished = file.finish(); !finished) return refused(finished.error());
  if (options.json) return ExitCode::done;
  fmt::print("\n已写入 {0}。逐条核对、删改之后再加进名录，名录本身没有改动\n"
             "written to {0}: go through it line by line; the directory was not changed. Then:\n"
             "  cat {0} >> {1}/places.csv && huying directory check {1}\n",
             options.output, options.directory);
  return ExitCode::done;
}

ExitCode propose(const ProposeOptions& options) {
  std::optional<Instant> since;
  if (!options.since.empty()) {
    since = instant_in(options.since);
    if (!since)
      return refused(Error{v1::ERROR_CODE_USAGE, "--since is a time with its offset, e.g. 2026-11-23T08:00:00+08:00"});
  }
  if (!options.output.empty() && (lies_in(options.output, options.directory) || lies_in(options.output, options.data)))
    return refused(Error{v1::ERROR_CODE_USAGE, "--output must lie outside the directory and the data folder"});
  const auto files = directory::read_folder(options.directory);
  if (!files) return refused(files.error());
  const auto loaded = load_files(*files);
  if (!loaded.ok()) return refused_files(loaded.findings);
  const auto& directory = loaded.configuration.directory();
  const auto read = read_journal(options.data, since);
  if (!read) return refused(read.error());
  const auto found = directory::propose_places(directory, read->decisions.known(), options.at_least);
  options.json ? print_json(directory, *read, found) : print_text(directory, *read, found, options);
  if (!options.output.empty() && !found.places.empty()) {
    if (const auto code = write_rows(*files, directory, found, options); code != ExitCode::done) return code;
  }
  if (!read->damage) return ExitCode::done;
  return refused(Error{v1::ERROR_CODE_JOURNAL_DAMAGED, to_string(*read->damage)});
}

}  // namespace

void add_directory_propose(CLI::App& directory, Chosen& chosen) {
  auto options = std::make_shared<ProposeOptions>();
  auto* app = directory.add_subcommand(
      "propose",
      "What the desk decided, as places to add to places.csv: phrases of addresses that the gazetteer does not know, and "
      "the cell where the desk sent them. Reads the data folder, needs no lock, changes nothing.");
  app->add_option("--data", options->data, "Data folder")->required();
  app->add_option("--directory", options->directory, "The directory's folder, against which proposals are judged")->required();
  app->add_option("--output", options->output,
                  "File of mode 0600 to make, with rows for places.csv; one that is there is never replaced");
  app->add_option("--at-least", options->at_least, "How often the desk must have said so")
      ->capture_default_str()
      ->check(whole_number(1, 1'000'000));
  app->add_option("--since", options->since, "Only requests recorded at or after, e.g. 2026-11-23T08:00:00+08:00");
  app->add_flag("--json", options->json, "Say it as JSON, one line");
  app->footer(footer_with_exit_codes(
      "A phrase that went to several cells, or that the gazetteer leads elsewhere, is listed apart and not proposed.\n"
      "House numbers and all behind them are cut off; with --at-least 1 a phrase may come from one address alone.\n"
      "Example:\n  huying directory propose --data /tmp/wenyuan --directory deploy/wenyuan --output /tmp/new-places.csv\n"));
  app->callback([options, &chosen] { chosen = [options] { return propose(*options); }; });
}

}  // namespace huying::programs
