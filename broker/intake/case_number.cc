#include "broker/intake/case_number.h"

#include <charconv>

#include "base/limits.h"
#include "proto/errors.h"

namespace huying::intake {
namespace {

// The quasigroup of order 10 of Damm's dissertation.
constexpr std::uint8_t damm[10][10] = {
    {0, 3, 1, 7, 5, 9, 8, 6, 4, 2}, {7, 0, 9, 2, 1, 5, 4, 8, 6, 3}, {4, 2, 0, 6, 8, 7, 1, 3, 5, 9},
    {1, 7, 5, 0, 9, 8, 3, 4, 2, 6}, {6, 1, 2, 3, 0, 4, 5, 9, 7, 8}, {3, 6, 7, 4, 2, 0, 9, 5, 8, 1},
    {5, 8, 6, 9, 7, 2, 0, 1, 3, 4}, {8, 9, 4, 5, 3, 6, 2, 0, 1, 7}, {9, 4, 3, 8, 6, 1, 7, 2, 0, 5},
    {2, 5, 8, 1, 4, 3, 6, 7, 9, 0}};

// Over letters (two digits each) and digits; other characters are passed over.
char check_digit(std::string_view text) {
  std::uint8_t interim = 0;
  for (const char c : text) {
    if (c >= '0' && c <= '9') {
      interim = damm[interim][c - '0'];
    } else if (c >= 'A' && c <= 'Z') {
      const int value = c - 'A' + 10;
      interim = damm[interim][value / 10];
      interim = damm[interim][value % 10];
    }
  }
  return static_cast<char>('0' + interim);
}

void append_padded(std::string& out, std::uint32_t value, std::size_t width) {
  char digits[10];
  const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  const auto count = static_cast<std::size_t>(end - digits);
  if (count < width) out.append(width - count, '0');
  out.append(digits, count);
}

bool all_digits(std::string_view text) {
  for (const char c : text)
    if (c < '0' || c > '9') return false;
  return !text.empty();
}

}  // namespace

void format_case_number(std::string_view street_short, std::uint32_t local_date, std::uint32_t serial,
                        std::string& out) {
  out.assign(street_short);
  out.push_back('-');
  append_padded(out, local_date, 6);
  out.push_back('-');
  append_padded(out, serial, 4);
  const char check = check_digit(out);
  out.push_back('-');
  out.push_back(check);
}

Result<CaseNumberParts> parse_case_number(std::string_view text) {
  const auto wrong = [] { return fail(v1::ERROR_CODE_CASE_NUMBER_INVALID); };
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  if (text.size() > limits::case_number_bytes_max) return wrong();
  std::string upper(text);
  for (char& c : upper)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  std::string_view rest = upper;
  std::string_view parts[4];
  for (int i = 0; i < 4; ++i) {
    const auto dash = rest.find('-');
    if ((dash == std::string_view::npos) != (i == 3)) return wrong();
    parts[i] = rest.substr(0, dash);
    rest.remove_prefix(i == 3 ? rest.size() : dash + 1);
  }
  const auto letters = parts[0];
  if (letters.empty() || letters.size() > 4) return wrong();
  for (const char c : letters)
    if (c < 'A' || c > 'Z') return wrong();
  if (parts[1].size() != 6 || !all_digits(parts[1]) || parts[2].size() < 4 || !all_digits(parts[2]) ||
      parts[3].size() != 1)
    return wrong();
  CaseNumberParts out;
  out.street_short = letters;
  std::from_chars(parts[1].data(), parts[1].data() + parts[1].size(), out.local_date);
  const auto read = std::from_chars(parts[2].data(), parts[2].data() + parts[2].size(), out.serial);
  if (read.ec != std::errc()) return wrong();
  std::string canonical;
  format_case_number(out.street_short, out.local_date, out.serial, canonical);
  if (canonical != upper) return wrong();
  return out;
}

Result<std::string> canonical_case_number(std::string_view text) {
  const auto parts = parse_case_number(text);
  if (!parts) return tl::unexpected(parts.error());
  std::string out;
  format_case_number(parts->street_short, parts->local_date, parts->serial, out);
  return out;
}

void SerialCounter::turn_to_day_of(Instant at) {
  if (at >= day_begins_ && at < day_ends_) return;
  const auto day = zone_.day_of(at);
  const date::year_month_day ymd(day);
  const auto date = static_cast<std::uint32_t>(int(ymd.year()) % 100 * 10000) +
                    static_cast<std::uint32_t>(unsigned(ymd.month()) * 100 + unsigned(ymd.day()));
  if (date > local_date_) {
    local_date_ = date;
    serial_ = 0;
  }
  day_begins_ = zone_.midnight(day);
  day_ends_ = zone_.midnight(day + date::days(1));
}

SerialCounter::Next SerialCounter::next(Instant recorded_at) {
  turn_to_day_of(recorded_at);
  return {local_date_, ++serial_};
}

void SerialCounter::leave_out(Instant at) {
  turn_to_day_of(at);
  serial_ += serials_left_out;
}

void SerialCounter::continue_from(std::uint32_t local_date, std::uint32_t serial) {
  if (local_date != local_date_) serial_ = 0;
  local_date_ = local_date;
  if (serial > serial_) serial_ = serial;
  day_begins_ = day_ends_ = Instant{};
}

void SerialCounter::use(CivilZone zone) {
  zone_ = std::move(zone);
  day_begins_ = day_ends_ = Instant{};
}

}  // namespace huying::intake
