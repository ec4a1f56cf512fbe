#include "broker/journal/side_files.h"

#include <fmt/format.h>

#include "base/crc32c.h"
#include "base/encoding.h"
#include "base/limits.h"
#include "proto/errors.h"

namespace huying::journal {
namespace {

constexpr std::string_view cursor_magic = "HYCURSR1", checkpoint_magic = "HYCHECK1";
constexpr std::size_t cursor_bytes_max = 64 * limits::KiB;
constexpr std::size_t checkpoint_bytes_max = 256 * limits::MiB;
constexpr std::string_view cursor_suffix = ".cursor";

std::string sealed(std::string_view magic, std::string body) {
  std::string out(magic);
  Encoder encoder(out);
  encoder.bytes(body);
  encoder.number(crc32c(out));
  return out;
}

std::optional<std::string> opened(std::string_view magic, std::string_view bytes) {
  if (!bytes.starts_with(magic)) return std::nullopt;
  Decoder decoder(bytes.substr(magic.size()));
  const std::string body(decoder.bytes());
  const auto crc = decoder.number<std::uint32_t>();
  if (!decoder.at_end() || crc != crc32c(bytes.substr(0, bytes.size() - sizeof crc))) return std::nullopt;
  return body;
}

std::string cursor_file_name(const DigestKey& key, std::string_view name) {
  const Digest128 digest = key_digest(key, name);
  return fmt::format("{:016x}{:016x}{}", digest.high, digest.low, cursor_suffix);
}

std::string checkpoint_file_name(StreamId stream) { return fmt::format("{:08x}.checkpoint", stream.value); }

}  // namespace

Result<void> SideFiles::load_cursors() {
  const auto names = disk_.list(paths_.cursors);
  if (!names) return tl::unexpected(names.error());
  for (const std::string& name : *names) {
    if (!name.ends_with(cursor_suffix)) continue;
    const auto bytes = read_file(disk_, paths_.cursors + "/" + name, cursor_bytes_max);
    if (!bytes) continue;
    const auto body = opened(cursor_magic, *bytes);
    if (!body) continue;
    Decoder decoder(*body);
    const std::string cursor_name(decoder.bytes()), state(decoder.bytes());
    if (decoder.at_end() && name == cursor_file_name(key_, cursor_name)) cursors_[cursor_name] = state;
  }
  return {};
}

Result<void> SideFiles::set_cursor(std::string_view name, std::string_view state) {
  const auto [entry, added] = cursors_.try_emplace(std::string(name));
  if (!added && entry->second == state) return {};
  std::string body;
  Encoder encoder(body);
  encoder.bytes(name);
  encoder.bytes(state);
  std::string bytes = sealed(cursor_magic, std::move(body));
  if (bytes.size() > cursor_bytes_max) {
    if (added) cursors_.erase(entry);
    return fail(v1::ERROR_CODE_FIELD_TOO_LONG, fmt::format("a cursor of {} bytes", bytes.size()));
  }
  entry->second = state;
  return replace_file(disk_, paths_.cursors, cursor_file_name(key_, name), bytes,
                      added ? Durability::bytes_and_name : Durability::bytes);
}

Result<void> SideFiles::store_checkpoint(StreamId stream, const Checkpoint& checkpoint) {
  if (checkpoint.state.size() > checkpoint_bytes_max / 2) {
    return fail(v1::ERROR_CODE_FIELD_TOO_LONG, fmt::format("a checkpoint of {} bytes", checkpoint.state.size()));
  }
  std::string body;
  Encoder encoder(body);
  encoder.number(stream.value);
  encoder.number(checkpoint.epoch.term);
  encoder.number(checkpoint.epoch.grant);
  encoder.number(checkpoint.through.value);
  encoder.number(checkpoint.state_version);
  encoder.bytes(checkpoint.state);
  return replace_file(disk_, paths_.checkpoints, checkpoint_file_name(stream), sealed(checkpoint_magic, std::move(body)),
                      Durability::none);
}

std::optional<Checkpoint> SideFiles::latest_checkpoint(StreamId stream) {
  const std::string path = paths_.checkpoints + "/" + checkpoint_file_name(stream);
  if (!disk_.exists(path)) return std::nullopt;
  const auto bytes = read_file(disk_, path, checkpoint_bytes_max);
  if (!bytes) return std::nullopt;
  const auto body = opened(checkpoint_magic, *bytes);
  if (!body) return std::nullopt;
  Decoder decoder(*body);
  Checkpoint checkpoint;
  const StreamId written_for{decoder.number<std::uint32_t>()};
  checkpoint.epoch.term = decoder.number<std::uint32_t>();
  checkpoint.epoch.grant = decoder.number<std::uint32_t>();
  checkpoint.through = Sequence{decoder.number<std::uint64_t>()};
  checkpoint.state_version = decoder.number<std::uint32_t>();
  checkpoint.state = decoder.bytes();
  if (!decoder.at_end() || written_for != stream) return std::nullopt;
  return checkpoint;
}

}  // namespace huying::journal
