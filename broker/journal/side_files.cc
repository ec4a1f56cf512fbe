#include "broker/journal/side_files.h"

#include <fmt/format.h>

#include "base/crc32c.h"
#include "base/encoding.h"
#include "base/limits.h"
#include "proto/errors.h"

namespace huying::journal {
namespace {

constexpr std::string_view checkpoint_magic = "HYCHECK1";
constexpr std::size_t checkpoint_bytes_max = 256 * limits::MiB;

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

std::string checkpoint_file_name(StreamId stream) { return fmt::format("{:08x}.checkpoint", stream.value); }

}  // namespace

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
