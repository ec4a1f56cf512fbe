#include "programs/route_lines.h"

#include <fmt/format.h>

#include <iterator>
#include <nlohmann/json.hpp>

#include "base/limits.h"
#include "broker/dispatch/datum.h"
#include "huying/v1/error.pb.h"
#include "programs/route_fields.h"

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

Fault read_text(const RouteField& field, const char* name, std::size_t bytes_max, std::string& into) {
  if (!field.given()) return {};
  if (field.kind != RouteField::Kind::text || field.text.size() > bytes_max)
    return {v1::ERROR_CODE_INPUT_LINE, fmt::format("`{}` is not a text of at most {} bytes", name, bytes_max)};
  into = field.text;
  return {};
}

Fault read_cell(const RouteField& field, std::string& into) {
  if (!field.is_integer() || field.text.size() > limits::name_bytes_max)
    return read_text(field, "cell", limits::name_bytes_max, into);
  into = field.text;  // ids of numbers are their decimal text
  return {};
}

Fault read_point(const RouteFields& line, v1::Location& location) {
  if (!line.latitude.given() && !line.longitude.given()) return {};
  if (line.latitude.kind != RouteField::Kind::number || line.longitude.kind != RouteField::Kind::number)
    return {v1::ERROR_CODE_INPUT_LINE, "`lat` and `lon` must both be numbers"};
  auto* point = location.mutable_point();
  point->set_latitude(line.latitude.number);
  point->set_longitude(line.longitude.number);
  if (!dispatch::in_range({point->latitude(), point->longitude()}))
    return {v1::ERROR_CODE_COORDINATE_RANGE, "`lat`, `lon` is not a latitude and a longitude in degrees"};
  if (line.datum.kind == RouteField::Kind::text) point->set_datum(datum_named(line.datum.text));
  return {};
}

Fault read_location(const RouteFields& line, v1::Location& location) {
  if (auto fault = read_cell(line.cell, *location.mutable_cell()); fault.code != 0) return fault;
  if (auto fault = read_text(line.address, "address", limits::address_bytes_max, *location.mutable_address());
      fault.code != 0)
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
  const auto fields = line.size() > route_line_bytes_max ? std::nullopt : route_fields(line);
  if (!fields) {
    fault = {v1::ERROR_CODE_INPUT_LINE, "it is not a JSON object of at most 64 KiB"};
  } else if (fields->id.kind == RouteField::Kind::structured) {
    fault = {v1::ERROR_CODE_INPUT_LINE, "`id` is not a scalar"};
  } else {
    if (fields->id.given()) id = fields->id.kind == RouteField::Kind::text ? quoted(fields->id.text) : fields->id.text;
    fault = read_location(*fields, location);
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
