// The members of a line that huying route reads, as they were written: a number comes back as its own text, however long.
#pragma once
#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace huying::programs {

struct RouteField {
  enum class Kind { absent, null, text, number, boolean, structured };
  Kind kind = Kind::absent;
  std::string text;      // of a text; of a number or boolean as it stands in the line
  double number = 0;
  bool given() const { return kind != Kind::absent && kind != Kind::null; }
  bool is_integer() const { return kind == Kind::number && text.find_first_of(".eE") == std::string::npos; }
};

struct RouteFields {
  RouteField id, cell, address, latitude, longitude, datum;
};

// Nullopt: the line is no JSON object. Of a name that stands twice the last counts.
std::optional<RouteFields> route_fields(std::string_view line);

}  // namespace huying::programs
