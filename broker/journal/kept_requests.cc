#include "broker/journal/kept_requests.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstring>

#include "base/check.h"
#include "base/crc32c.h"
#include "base/encoding.h"
#include "broker/journal/format.h"
#include "proto/errors.h"

namespace huying::journal {
namespace {

constexpr std::string_view magic = "HYKEPT01";
constexpr std::size_t block_bytes = 4096, number_bytes_max = 56;
constexpr std::size_t entry_bytes = 8 + 8 + 4 + 2 + 2 + 16 + number_bytes_max;
constexpr std::uint32_t entries_a_block = 42;
static_assert(2 * sizeof(std::uint32_t) + entries_a_block * entry_bytes <= block_bytes);

std::string name_of(std::uint32_t first, std::uint32_t last) {
  return fmt::format("{:08x}-{:08x}.requests", first, last);
}

void append(std::string& out, const KeptRequest& request) {
  Encoder encoder(out);
  encoder.number(request.position.value);
  encoder.number(request.sequence.value);
  encoder.number(request.stream.value);
  encoder.number(request.rule);
  encoder.number(static_cast<std::uint16_t>(request.number.size()));
  encoder.number(request.content.high);
  encoder.number(request.content.low);
  std::string number = request.number;
  number.resize(number_bytes_max, '\0');
  out += number;
}

KeptRequest take(Decoder& decoder, std::string_view at) {
  KeptRequest request;
  request.position = Position(decoder.number<std::uint64_t>());
  request.sequence = Sequence(decoder.number<std::uint64_t>());
  request.stream = StreamId(decoder.number<std::uint32_t>());
  request.rule = decoder.number<std::uint16_t>();
  const std::size_t size = std::min<std::size_t>(decoder.number<std::uint16_t>(), number_bytes_max);
  request.content.high = decoder.number<std::uint64_t>();
  request.content.low = decoder.number<std::uint64_t>();
  request.number = at.substr(entry_bytes - number_bytes_max, size);
  return request;
}

// A block that lies elsewhere than it was written is as bad as one with other bytes.
std::uint32_t block_crc(std::uint64_t number, std::string_view behind_crc) {
  char raw[sizeof number];
  std::memcpy(raw, &number, sizeof raw);
  return crc32c(behind_crc, crc32c(std::string_view(raw, sizeof raw)));
}

Result<std::string> read_exactly(File& file, std::uint64_t offset, const std::string& path) {
  std::string block(block_bytes, '\0');
  const auto got = file.read(offset, block.data(), block.size());
  if (!got) return tl::unexpected(got.error());
  if (*got != block.size()) return fail(v1::ERROR_CODE_JOURNAL_DAMAGED, path + ": the file ends too early");
  return block;
}

}  // namespace

std::optional<KeptRequest> kept_of(Position position, StreamId stream, Sequence sequence, std::string_view payload) {
  v1::RequestRecord record;
  KeptRequest kept{.position = position, .sequence = sequence, .stream = stream};
  if (!record.ParseFromArray(payload.data(), static_cast<int>(payload.size()))) return std::nullopt;
  const std::string& digest = record.private_part().content_digest();
  const std::string& number = record.filed().case_number();
  if (digest.size() != sizeof kept.content || number.empty() || number.size() > number_bytes_max) return std::nullopt;
  std::memcpy(&kept.content, digest.data(), digest.size());
  kept.number = number;
  kept.rule = static_cast<std::uint16_t>(record.filed().filed().rule());
  return kept;
}

std::string payload_of(const KeptRequest& kept) {
  v1::RequestRecord record;
  record.mutable_filed()->set_case_number(kept.number);
  record.mutable_filed()->mutable_filed()->set_rule(static_cast<v1::DispatchRule>(kept.rule));
  record.mutable_private_part()->set_content_digest(&kept.content, sizeof kept.content);
  return record.SerializeAsString();
}

std::optional<KeptName> parse_kept_name(std::string_view name) {
  KeptName parsed;
  if (name.size() != name_of(0, 0).size()) return std::nullopt;
  std::from_chars(name.data(), name.data() + 8, parsed.first_segment, 16);
  std::from_chars(name.data() + 9, name.data() + 17, parsed.last_segment, 16);
  if (name != name_of(parsed.first_segment, parsed.last_segment)) return std::nullopt;
  return parsed;
}

// ---- Writing ---------------------------------------------------------------------------------------------------

Result<std::unique_ptr<KeptWriter>> KeptWriter::begin(Disk& disk, std::string journal_folder, std::uint64_t folder_id,
                                                      std::uint32_t first_segment, std::uint32_t last_segment) {
  std::unique_ptr<KeptWriter> writer(
      new KeptWriter(disk, std::move(journal_folder), folder_id, first_segment, last_segment));
  const std::string path = writer->folder_ + "/" + name_of(first_segment, last_segment);
  auto file = disk.open(path + std::string(temporary_suffix), Access::create);
  if (!file) return tl::unexpected(file.error());
  writer->file_ = std::move(*file);
  return writer;
}

Result<void> KeptWriter::add(const KeptRequest& request) {
  append(entries_, request);
  ++requests_;
  return ++in_block_ == entries_a_block ? seal_block() : Result<void>{};
}

Result<void> KeptWriter::seal_block() {
  std::string behind_crc;
  Encoder(behind_crc).number(in_block_);
  behind_crc += entries_;
  behind_crc.resize(block_bytes - sizeof(std::uint32_t), '\0');
  std::string block;
  Encoder(block).number(block_crc(blocks_, behind_crc));
  block += behind_crc;
  ++blocks_;
  in_block_ = 0;
  entries_.clear();
  return file_->write(blocks_ * block_bytes, block);
}

std::string KeptWriter::header() const {
  std::string out(magic);
  Encoder encoder(out);
  encoder.number(format_version);
  encoder.number(folder_id_);
  encoder.number(first_);
  encoder.number(last_);
  encoder.number(blocks_);
  encoder.number(requests_);
  encoder.number(crc32c(out));
  out.resize(block_bytes, '\0');
  return out;
}

Result<void> KeptWriter::finish() {
  if (in_block_ != 0) {
    if (auto sealed = seal_block(); !sealed) return sealed;
  }
  if (auto written = file_->write(0, header()); !written) return written;
  if (auto synced = file_->sync(); !synced) return synced;
  const std::string path = folder_ + "/" + name_of(first_, last_);
  if (auto named = disk_.rename(path + std::string(temporary_suffix), path); !named) return named;
  return disk_.sync_folder(folder_);
}

// ---- Reading ---------------------------------------------------------------------------------------------------

Result<void> KeptRequests::load(std::uint64_t folder_id) {
  files_.clear();
  const auto names = disk_.list(folder_);
  if (!names) return tl::unexpected(names.error());
  for (const std::string& name : *names) {
    const auto parsed = parse_kept_name(name);
    if (!parsed) continue;
    KeptFile kept{.first = parsed->first_segment, .last = parsed->last_segment, .path = folder_ + "/" + name};
    auto file = disk_.open(kept.path, Access::read);
    if (!file) continue;
    const auto block = read_exactly(**file, 0, kept.path);
    if (!block || !block->starts_with(magic)) continue;
    Decoder decoder(std::string_view(*block).substr(magic.size()));
    const auto version = decoder.number<std::uint32_t>();
    const auto id = decoder.number<std::uint64_t>();
    const auto first = decoder.number<std::uint32_t>(), last = decoder.number<std::uint32_t>();
    kept.blocks = decoder.number<std::uint64_t>();
    (void)decoder.number<std::uint64_t>();
    const std::size_t covered = block->size() - decoder.left();
    const auto crc = decoder.number<std::uint32_t>();
    if (crc != crc32c(std::string_view(*block).substr(0, covered)) || version != format_version || id != folder_id ||
        first != kept.first || last != kept.last)
      continue;
    kept.file = std::move(*file);
    files_.push_back(std::move(kept));
  }
  return {};
}

Result<std::vector<KeptRequest>> KeptRequests::read_block(KeptFile& kept, std::uint64_t number) {
  const auto block = read_exactly(*kept.file, (1 + number) * block_bytes, kept.path);
  if (!block) return tl::unexpected(block.error());
  const auto behind_crc = std::string_view(*block).substr(sizeof(std::uint32_t));
  Decoder crc(*block);
  Decoder decoder(behind_crc);
  const auto is_right = crc.number<std::uint32_t>() == block_crc(number, behind_crc);
  const auto count = decoder.number<std::uint32_t>();
  if (!is_right || count == 0 || count > entries_a_block)
    return fail(v1::ERROR_CODE_JOURNAL_DAMAGED, fmt::format("{}: block {} is bad", kept.path, number));
  std::vector<KeptRequest> entries;
  for (std::uint32_t i = 0; i < count; ++i) {
    const auto at = behind_crc.substr(sizeof count + i * entry_bytes, entry_bytes);
    Decoder one(at);
    entries.push_back(take(one, at));
  }
  return entries;
}

Result<std::optional<KeptRequest>> KeptRequests::find(Position position) {
  for (KeptFile& kept : files_) {
    if (segment_of(position) < kept.first || segment_of(position) > kept.last) continue;
    std::uint64_t low = 0, high = kept.blocks;
    while (low < high) {
      const std::uint64_t middle = low + (high - low) / 2;
      const auto entries = read_block(kept, middle);
      if (!entries) return tl::unexpected(entries.error());
      if (position < entries->front().position) {
        high = middle;
      } else if (entries->back().position < position) {
        low = middle + 1;
      } else {
        const auto found = std::find_if(entries->begin(), entries->end(),
                                        [&](const KeptRequest& one) { return one.position == position; });
        if (found == entries->end()) break;
        return std::optional(*found);
      }
    }
  }
  return std::optional<KeptRequest>{};
}

}  // namespace huying::journal
