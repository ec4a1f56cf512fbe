#include "broker/delivery/cursor.h"

#include "base/encoding.h"
#include "proto/errors.h"

namespace huying::delivery {
namespace {

constexpr std::size_t digest_bytes = 16;

void encode(const Cursor& cursor, Encoder& out) {
  out.number(cursor.generation);
  out.number(cursor.consumer_sequence);
  out.number(cursor.position.value);
  out.number(cursor.events_done);
}

Cursor decode_cursor(Decoder& in) {
  Cursor cursor;
  cursor.generation = in.number<std::uint64_t>();
  cursor.consumer_sequence = in.number<std::uint64_t>();
  cursor.position = Position(in.number<std::uint64_t>());
  cursor.events_done = in.number<std::uint32_t>();
  return cursor;
}

void encode(const HistoryMark& mark, Encoder& out) {
  out.number(mark.term);
  out.number(mark.claimed_at_ms);
}

HistoryMark decode_mark(Decoder& in) {
  HistoryMark mark;
  mark.term = in.number<std::uint32_t>();
  mark.claimed_at_ms = in.number<std::int64_t>();
  return mark;
}

}  // namespace

std::string encode(const SavedCursor& saved) {
  std::string bytes;
  Encoder out(bytes);
  out.bytes(saved.principal);
  encode(saved.cursor, out);
  out.number(saved.basis);
  encode(saved.mark, out);
  return bytes;
}

std::optional<SavedCursor> decode_saved_cursor(std::string_view bytes) {
  Decoder in(bytes);
  SavedCursor saved;
  saved.principal = in.bytes();
  saved.cursor = decode_cursor(in);
  if (in.at_end()) return saved;  // as the first version wrote it
  saved.basis = in.number<std::uint64_t>();
  saved.mark = decode_mark(in);
  if (!in.at_end()) return std::nullopt;
  return saved;
}

std::string encode(const broker::Context& context, const Token& token) {
  std::string bytes;
  Encoder out(bytes);
  encode(token.cursor, out);
  encode(token.mark, out);
  return bytes + context.key('t', bytes).bytes();
}

Result<Token> decode_token(const broker::Context& context, std::string_view bytes) {
  if (bytes.size() <= digest_bytes) return fail(v1::ERROR_CODE_TOKEN_INVALID);
  const auto body = bytes.substr(0, bytes.size() - digest_bytes);
  if (context.key('t', body).bytes() != bytes.substr(body.size())) return fail(v1::ERROR_CODE_TOKEN_INVALID);
  Decoder in(body);
  Token token;
  token.cursor = decode_cursor(in);
  token.mark = decode_mark(in);
  if (!in.at_end()) return fail(v1::ERROR_CODE_TOKEN_INVALID);
  return token;
}

}  // namespace huying::delivery
