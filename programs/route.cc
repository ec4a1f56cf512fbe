// huying route: which cell must answer? Asks the dispatcher that the broker has, without a broker.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <optional>

#include "programs/answer_lines.h"
#include "programs/connection.h"
#include "programs/open_directory.h"
#include "programs/options.h"
#include "programs/program.h"
#include "programs/route_lines.h"
#include "proto/errors.h"

namespace huying::programs {
namespace {

struct RouteOptions {
  std::string directory, id_property, datum, address, cell, input;
  std::optional<double> border_metres, latitude, longitude;
};

ExitCode failed(const Error& error) {
  print_error(error);
  return ExitCode::failed;
}

ExitCode run(const RouteOptions& options) {
  const auto loaded = open_directory(options.directory, options.id_property);
  if (!loaded) return failed(loaded.error());
  if (!loaded->ok()) {
    for (const auto& finding : loaded->findings) fmt::print(stderr, "{}\n", directory::to_string(finding));
    return ExitCode::refused;
  }
  const LineRouter router(loaded->configuration.directory(), options.border_metres);
  if (!options.input.empty())
    return answer_lines(options.input, [&](std::string_view line, std::uint64_t number, std::string& out) {
      return router.answer_line(line, number, out);
    });
  v1::Location location;
  location.set_cell(options.cell);
  location.set_address(options.address);
  if (options.latitude) {
    location.mutable_point()->set_latitude(*options.latitude);
    location.mutable_point()->set_longitude(*options.longitude);
    location.mutable_point()->set_datum(datum_named(options.datum));
  }
  std::string out;
  router.answer(location, "null", out);
  fmt::print("{}", out);
  return ExitCode::done;
}

}  // namespace

void add_route(CLI::App& root, Chosen& chosen) {
  auto options = std::make_shared<RouteOptions>();
  auto* route = root.add_subcommand("route", "Which cell must answer? From a point, an address or a cell, without a broker.");
  route->add_option("--directory", options->directory, "A directory's folder, or one GeoJSON file")->required();
  route->add_option("--id", options->id_property, "The property of a feature that is the cell's id");
  route->add_option("--border-metres", options->border_metres,
                    "Nearer to another cell than this the desk decides; default: the directory's, else 10")
      ->check(number_between(0, 100'000));
  auto* latitude = route->add_option("--lat", options->latitude, "Latitude in degrees")->check(number_between(-90, 90));
  auto* longitude = route->add_option("--lon", options->longitude, "Longitude in degrees")->check(number_between(-180, 180));
  latitude->needs(longitude);
  longitude->needs(latitude);
  route->add_option("--datum", options->datum, "wgs84, gcj02 or bd09; without it the point is never guessed at: the desk")
      ->needs(latitude);
  auto* address = route->add_option("--address", options->address, "A place in words");
  auto* cell = route->add_option("--cell", options->cell, "A cell's id");
  auto* input = route->add_option("--input", options->input,
                                  "A file of JSON lines {\"id\"?, \"lat\",\"lon\",\"datum\" | \"address\" | \"cell\"}; - is "
                                  "standard input");
  input->excludes(latitude)->excludes(address)->excludes(cell);
  route->footer(
      "One JSON line an answer: id, cell, rule, candidates, border_metres, reason. \"cell\":\"desk\" where it is unsure.\n"
      "A line that cannot be read is answered by an error line, and the exit code is 1; the others are answered still.\n"
      "  huying route --directory deploy/wenyuan --address 山阳区石桥村东门小广场\n"
      "  huying route --directory cells.geojson --id name --lat 42.36 --lon -71.06 --datum wgs84 --border-metres 0");
  route->callback([options, &chosen, latitude, address, cell, input] {
    if (latitude->count() + address->count() + cell->count() + input->count() == 0)
      throw CLI::RequiredError("one of --lat and --lon, --address, --cell, --input");
    chosen = [options] { return run(*options); };
  });
}

}  // namespace huying::programs
