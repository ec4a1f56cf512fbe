#include "broker/directory/geojson.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/limits.h"
#include "base/text.h"
#include "broker/directory/geojson_reader.h"

namespace huying::directory {
namespace {

using nlohmann::json;

// "7" for 7, 7.0 and 7e0; integers of any length as they stand.
std::string decimal_text(double value, std::string_view raw) {
  if (raw.size() > 64) return std::string(raw.substr(0, 64));
  if (raw.find_first_of("eE") != std::string_view::npos)
    return std::trunc(value) == value && std::fabs(value) < 1e15 ? fmt::format("{:.0f}", value + 0.0)
                                                                 : fmt::format("{}", value);
  if (raw.find('.') != std::string_view::npos) {
    while (raw.ends_with('0')) raw.remove_suffix(1);
    if (raw.ends_with('.')) raw.remove_suffix(1);
  }
  return raw == "-0" ? "0" : std::string(raw);
}

// The parser's events, handed to the reader.
class Events : public nlohmann::json_sax<json> {
 public:
  Events(GeojsonReader& reader, Findings& findings) : reader_(reader), findings_(findings) {}
  bool null() override { return reader_.value_null(); }
  bool boolean(bool value) override { return reader_.value_boolean(value); }
  bool number_integer(number_integer_t value) override {
    return reader_.value_number(static_cast<double>(value), std::to_string(value));
  }
  bool number_unsigned(number_unsigned_t value) override {
    return reader_.value_number(static_cast<double>(value), std::to_string(value));
  }
  bool number_float(number_float_t value, const string_t& raw) override {
    return reader_.value_number(value, decimal_text(value, raw));
  }
  bool string(string_t& value) override { return reader_.value_text(value); }
  bool binary(binary_t&) override { return false; }  // no JSON text holds one
  bool start_object(std::size_t) override { return reader_.begin_object(); }
  bool end_object() override { return reader_.end_object(); }
  bool start_array(std::size_t) override { return reader_.begin_array(); }
  bool end_array() override { return reader_.end_array(); }
  bool key(string_t& name) override { return reader_.key(name); }
  bool parse_error(std::size_t position, const std::string&, const json::exception& error) override {
    std::string_view what = error.what();
    if (const auto text = what.find("parse error"); text != std::string_view::npos) what.remove_prefix(text);
    what = clip(what, 160);
    findings_.add(v1::ERROR_CODE_GEOJSON_SYNTAX, fmt::format("cells.geojson: byte {}", position),
                  is_clean_text(what) ? what : "not valid JSON, or not valid UTF-8");
    return false;
  }

 private:
  GeojsonReader& reader_;
  Findings& findings_;
};

// Which of the usual names every feature has; nullopt: none, the features' own id members it is.
std::optional<std::string> usual_id_property(const std::vector<RawFeature>& features) {
  for (const char* name : {"id", "code", "name"}) {
    const bool all = std::all_of(features.begin(), features.end(),
                                 [&](const RawFeature& raw) { return raw.properties.contains(name); });
    if (all) return name;
  }
  return std::nullopt;
}

std::optional<std::string> taken(const RawFeature& raw, const std::string& name) {
  const auto found = raw.properties.find(name);
  return found == raw.properties.end() ? std::nullopt : std::optional(found->second);
}

bool is_short_text(const std::string& text, std::size_t max) {
  return !text.empty() && text.size() <= max && is_clean_text(text) && text.find('\n') == std::string::npos;
}

void name_feature(RawFeature& raw, const std::optional<std::string>& property, Findings& findings) {
  Feature& feature = raw.feature;
  const auto id = property ? taken(raw, *property) : raw.own_id;
  if (!id || !is_short_text(*id, limits::name_bytes_max)) {
    const auto which = property ? fmt::format("property `{}`", *property) : std::string("member `id`");
    findings.add(v1::ERROR_CODE_CELL_ID_MISSING, feature.where(),
                 id ? fmt::format("its {} is empty, too long or not clean text", which)
                    : fmt::format("it has no {}; name the property that holds the id", which));
  } else {
    feature.id = *id;
  }
  feature.name = taken(raw, "name");
  feature.unit = taken(raw, "unit");
  if (feature.name && !is_short_text(*feature.name, limits::name_bytes_max))
    findings.add(v1::ERROR_CODE_GEOJSON_SHAPE, feature.where(), "its `name` is empty, too long or not clean text");
}

}  // namespace

std::string Feature::where() const {
  return id.empty() ? fmt::format("cells.geojson: feature {}", number)
                    : fmt::format("cells.geojson: feature {} ({})", number, id);
}

FeatureFile read_geojson(std::string_view text, std::string_view id_property, Findings& findings) {
  FeatureFile file;
  if (text.size() > limits::geojson_bytes_max) {
    findings.add(v1::ERROR_CODE_FILE_TOO_LARGE, "cells.geojson",
                 fmt::format("{} bytes; at most {} are read", text.size(), limits::geojson_bytes_max));
    return file;
  }
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  GeojsonReader reader(id_property, findings);
  Events events(reader, findings);
  if (!json::sax_parse(text, &events)) return file;
  reader.finish();
  const auto property = id_property.empty() ? usual_id_property(reader.features()) : std::string(id_property);
  for (RawFeature& raw : reader.features()) {
    if (findings.is_full()) break;
    name_feature(raw, property, findings);
    file.features.push_back(std::move(raw.feature));
  }
  file.notice = is_short_text(reader.notice(), 256) ? reader.notice() : std::string();
  return file;
}

}  // namespace huying::directory
