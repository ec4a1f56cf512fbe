#include "programs/route_fields.h"

#include <nlohmann/json.hpp>

namespace huying::programs {
namespace {

using nlohmann::json;
using Kind = RouteField::Kind;

class Reader : public nlohmann::json_sax<json> {
 public:
  explicit Reader(RouteFields& fields) : fields_(fields) {}
  bool null() override { return value(Kind::null, {}, 0); }
  bool boolean(bool is_true) override { return value(Kind::boolean, is_true ? "true" : "false", 0); }
  bool number_integer(number_integer_t number) override {
    return value(Kind::number, std::to_string(number), static_cast<double>(number));
  }
  bool number_unsigned(number_unsigned_t number) override {
    return value(Kind::number, std::to_string(number), static_cast<double>(number));
  }
  bool number_float(number_float_t number, const string_t& raw) override { return value(Kind::number, raw, number); }
  bool string(string_t& text) override { return value(Kind::text, std::move(text), 0); }
  bool binary(binary_t&) override { return false; }  // no JSON text holds one
  bool start_object(std::size_t) override { return begin(true); }
  bool end_object() override { return end(); }
  bool start_array(std::size_t) override { return begin(false); }
  bool end_array() override { return end(); }
  bool key(string_t& name) override {
    if (depth_ == 1) field_ = named(name);
    return true;
  }
  bool parse_error(std::size_t, const std::string&, const json::exception&) override { return false; }

 private:
  RouteField* named(std::string_view name) {
    if (name == "id") return &fields_.id;
    if (name == "cell") return &fields_.cell;
    if (name == "address") return &fields_.address;
    if (name == "lat") return &fields_.latitude;
    if (name == "lon") return &fields_.longitude;
    if (name == "datum") return &fields_.datum;
    return nullptr;
  }
  bool value(Kind kind, std::string text, double number) {
    if (depth_ == 1 && field_ != nullptr) *field_ = {kind, std::move(text), number};
    return depth_ > 0;  // a line that is a value alone is no object
  }
  bool begin(bool is_object) {
    if (depth_ == 1 && field_ != nullptr) *field_ = {Kind::structured, {}, 0};
    return depth_++ > 0 || is_object;
  }
  bool end() {
    --depth_;
    return true;
  }

  RouteFields& fields_;
  RouteField* field_ = nullptr;  // that the next value of the outermost object belongs to
  std::size_t depth_ = 0;
};

}  // namespace

std::optional<RouteFields> route_fields(std::string_view line) {
  RouteFields fields;
  Reader reader(fields);
  if (!json::sax_parse(line, &reader)) return std::nullopt;
  return fields;
}

}  // namespace huying::programs
