#include "programs/route_lines.h"

#include <fmt/format.h>

#include <iterator>
#include <nlohmann/json.hpp>

#include "base/limits.h"
#include "broker/dispatch/datum.h"
#include "huying/v1/error.pb.h"

namespace huying::programs {
namespace {

using nlohmann::json;

std::string quoted(const std::string& text) { return json(text).dump(-1, ' ', false, json::error_handler_t::replace); }

std::string_view rule_text(v1::DispatchRule rule) {
  switch (rule) {
    case v1::DISPATCH_RULE_EXPLICIT:
      return "explicit";
    case v1::DISPATCH_RULE_POINT:
      return "point";
    case v1::DISPATCH_RULE_ADDRESS:
      return "address";
    default:
      return "desk";
  }
}

struct Fault {
  v1::ErrorCode code = v1::ERROR_CODE_NONE;
  std::string what;
};

const json* member(const json& line, const char* name) {
  const auto found = line.find(name);
  return found == line.end() || found->is_null() ? nullptr : &*found;
}

Fault read_text(const json& line, const char* name, std::size_t bytes_max, std::string& into) {
  const json* value = member(line, name);
  if (value == nullptr) return {};
  if (value->is_number_integer() && std::string_view(name) == "cell")
    into = value->dump();  // ids of numbers are their decimal text
  else if (value->is_string() && value->get_ref<const std::string&>().size() <= bytes_max)
    into = value->get_ref<const std::string&>();
  else
    return {v1::ERROR_CODE_INPUT_LINE, fmt::format("`{}` is not a text of at most {} bytes", name, bytes_max)};
  return {};
}

Fault read_point(const json& line, v1::Location& location) {
  const json *latitude = member(line, "lat"), *longitude = member(line, "lon"), *datum = member(line, "datum");
  if (latitude == nullptr && longitude == nullptr) return {};
  if (latitude == nullptr || longitude == nullptr || !latitude->is_number() || !longitude->is_number())
    return {v1::ERROR_CODE_INPUT_LINE, "`lat` and `lon` must both be numbers"};
  auto* point = location.mutable_point();
  point->set_latitude(latitude->get<double>());
  point->set_longitude(longitude->get<double>());
  if (!dispatch::in_range({point->latitude(), point->longitude()}))
    return {v1::ERROR_CODE_COORDINATE_RANGE, "`lat`, `lon` is not a latitude and a longitude in degrees"};
  if (datum != nullptr && datum->is_string()) point->set_datum(datum_named(datum->get_ref<const std::string&>()));
  return {};
}

Fault read_location(const json& line, v1::Location& location) {
  if (auto fault = read_text(line, "cell", limits::name_bytes_max, *location.mutable_cell()); fault.code != 0) return fault;
  if (auto fault = read_text(line, "address", limits::address_bytes_max, *location.mutable_address()); fault.code != 0)
    return fault;
  if (auto fault = read_point(line, location); fault.code != 0) return fault;
  if (location.cell().empty() && location.address().empty() && !location.has_point())
    return {v1::ERROR_CODE_INPUT_LINE, "none of `lat` and `lon`, `address`, `cell` is given"};
  return {};
}

}  // namespace

v1::Datum datum_named(std::string_view name) {
  std::string plain;
  for (const char c : name)
    if (c != '-' && c != '_') plain += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  if (plain == "wgs84") return v1::DATUM_WGS84;
  if (plain == "gcj02") return v1::DATUM_GCJ02;
  if (plain == "bd09") return v1::DATUM_BD09;
  return v1::DATUM_UNSPECIFIED;
}

LineRouter::LineRouter(const v1::Directory& directory, std::optional<double> border_metres)
    : dispatcher_(directory, border_metres) {
  for (const auto& cell : directory.cells()) shown_[cell.code()] = quoted(cell.id().empty() ? cell.code() : cell.id());
}

void LineRouter::append_cell(const std::string& code, std::string& out) const {
  const auto found = shown_.find(code);
  out += found == shown_.end() ? quoted(code) : found->second;
}

void LineRouter::answer(const v1::Location& location, std::string_view id, std::string& out) const {
  const auto decision = dispatcher_.route(location);
  fmt::format_to(std::back_inserter(out), "{{\"id\":{},\"cell\":", id);
  append_cell(decision.cell, out);
  fmt::format_to(std::back_inserter(out), ",\"rule\":\"{}\",\"candidates\":[", rule_text(decision.rule));
  for (std::size_t i = 0; i < decision.candidates.size(); ++i) {
    if (i > 0) out += ',';
    append_cell(decision.candidates[i].cell, out);
  }
  out += "],\"border_metres\":";
  if (decision.border_centimetres < 0)
    out += "null";
  else
    fmt::format_to(std::back_inserter(out), "{}.{:02}", decision.border_centimetres / 100,
                   decision.border_centimetres % 100);
  fmt::format_to(std::back_inserter(out), ",\"reason\":\"{}\"}}\n", decision.reason);
}

bool LineRouter::answer_line(std::string_view line, std::uint64_t number, std::string& out) const {
  std::string id = "null";
  Fault fault;
  v1::Location location;
  const json parsed = line.size() > route_line_bytes_max ? json(json::value_t::discarded)
                                                         : json::parse(line, nullptr, false);
  if (parsed.is_discarded() || !parsed.is_object()) {
    fault = {v1::ERROR_CODE_INPUT_LINE, "it is not a JSON object of at most 64 KiB"};
  } else {
    const auto given = parsed.find("id");
    if (given != parsed.end() && given->is_structured())
      fault = {v1::ERROR_CODE_INPUT_LINE, "`id` is not a scalar"};
    else if (given != parsed.end())
      id = given->dump();
    if (fault.code == 0) fault = read_location(parsed, location);
  }
  if (fault.code == 0) {
    answer(location, id, out);
    return true;
  }
  fmt::format_to(std::back_inserter(out), "{{\"id\":{},\"error\":{},\"detail\":\"line {}: {}\"}}\n", id,
                 static_cast<int>(fault.code), number, fault.what);
  return false;
}

}  // namespace huying::programs
