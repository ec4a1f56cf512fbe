#include "broker/configuring.h"

#include <spdlog/spdlog.h>

#include "base/check.h"
#include "base/limits.h"
#include "proto/errors.h"

namespace huying::broker {
namespace {

constexpr std::size_t parts_a_round = 8;           // x 192 KiB, so that the batch stays below its limit
constexpr std::size_t cells_told_a_round = 4'000;
constexpr std::size_t versions_kept = 16;          // without geometry
constexpr std::size_t uploads_bytes_max = 2 * limits::directory_files_bytes_max;  // of all sessions
static_assert(parts_a_round * limits::configuration_part_bytes * 2 < limits::batch_bytes_max);

std::uint32_t parts_of(std::size_t bytes, std::size_t part) { return static_cast<std::uint32_t>((bytes + part - 1) / part); }

}  // namespace

// ---- Uploads ---------------------------------------------------------------------------------------------------

void Configuring::upload(Session& session, v1::PublishDirectory& part) {
  const auto refused = [&](std::uint32_t code, std::string detail = {}) {
    session.upload.clear();
    session.upload.shrink_to_fit();
    session.upload_next = 0;
    refuse(session, part.tag(), Error{code, std::move(detail)});
  };
  if (session.role != v1::ROLE_ADMINISTRATOR) return refused(v1::ERROR_CODE_NOT_ALLOWED);
  if (context_.options.read_only && !part.check_only()) return refused(v1::ERROR_CODE_READ_ONLY);
  if (part.part() == 0) {
    session.upload.clear();
    session.upload_next = 0;
    session.upload_tag = part.tag();
    session.upload_parts = part.parts();
  }
  if (part.part() != session.upload_next || part.parts() != session.upload_parts || part.parts() == 0 ||
      part.tag() != session.upload_tag || part.bytes().size() > limits::upload_part_bytes)
    return refused(v1::ERROR_CODE_UPLOAD_OUT_OF_ORDER);
  if (session.upload.size() + part.bytes().size() > limits::directory_files_bytes_max + limits::MiB)
    return refused(v1::ERROR_CODE_FILE_TOO_LARGE, fmt::format("{} bytes so far", session.upload.size()));
  if (!context_.disk.takes_requests()) return refused(v1::ERROR_CODE_DISK_LOW);
  if (upload_bytes() + part.bytes().size() > uploads_bytes_max)
    return refused(v1::ERROR_CODE_BUSY, "others are sending a directory");
  session.upload += part.bytes();
  ++session.upload_next;
  if (session.upload_next < session.upload_parts) {
    auto& more = context_.out.single<v1::PublishDirectoryReply>(session.peer, v1::BrokerFrame::kPublishDirectoryFieldNumber);
    more.set_tag(part.tag());
    more.set_received_part(part.part() + 1);
    return;
  }
  if (running_ || staged_) return refused(v1::ERROR_CODE_BUSY, "another version is being taken");
  DirectoryJob job;
  job.id = next_job_++;
  job.before = context_.version;
  job.check = context_.options.check_configuration;
  const bool whole = job.files.ParseFromString(session.upload);
  if (!whole) return refused(v1::ERROR_CODE_FRAME_UNREADABLE, "the files");
  session.upload.clear();
  session.upload.shrink_to_fit();
  session.upload_next = 0;
  running_ = Running{session.peer, part.tag(), part.check_only(), session.principal};
  job_ = std::move(job);
}

std::size_t Configuring::upload_bytes() {
  std::size_t bytes = 0;
  context_.sessions.each([&](Session& session) { bytes += session.upload.size(); });
  return bytes;
}

std::optional<DirectoryJob> Configuring::take_job() {
  auto job = std::move(job_);
  job_.reset();
  return job;
}

void Configuring::end_session(PeerId peer) {
  if (running_ && running_->who == peer) running_->who = PeerId{};
  if (staged_ && staged_->who == peer) staged_->who = PeerId{};
}

void Configuring::job_done(DirectoryJobResult result) {
  HUYING_CHECK(running_.has_value());
  const Running running = *running_;
  running_.reset();
  if (!result.version) return reply(running.who, running.tag, result.error, result.findings, 0, false);
  const std::uint64_t in_force = context_.version ? context_.version->number : 0;
  if (running.check_only) return reply(running.who, running.tag, 0, result.findings, in_force, false);
  if (context_.version && context_.version->hash == result.version->hash)
    return reply(running.who, running.tag, 0, result.findings, in_force, true);
  stage(running.who, running.tag, running.published_by, std::move(result));
}

void Configuring::install(DirectoryJobResult result) {
  HUYING_CHECK(result.version != nullptr && !context_.version);
  stage(PeerId{}, 0, "administrator", std::move(result));
}

void Configuring::stage(PeerId who, std::uint64_t tag, std::string published_by, DirectoryJobResult result) {
  Staged staged;
  staged.who = who;
  staged.tag = tag;
  staged.published_by = std::move(published_by);
  staged.version = std::move(result.version);
  staged.version->number = context_.version ? context_.version->number + 1 : 1;
  staged.serialized = std::move(result.serialized);
  staged.parts = parts_of(staged.serialized.size(), limits::configuration_part_bytes);
  staged.findings = std::move(result.findings);
  staged_ = std::move(staged);
}

void Configuring::append_some() {
  if (context_.disk.is_full()) return;
  if (staged_ && to_tell_.empty()) append_staged();
  for (std::size_t told = 0; told < cells_told_a_round && !to_tell_.empty() && !context_.append.full(); ++told) {
    CellState* cell = context_.cells.find(to_tell_.front());
    to_tell_.pop_front();
    if (cell->configuration_version < context_.version->number) hosting_.configuration_changed(*cell, context_.version->number);
  }
}

void Configuring::append_staged() {
  Staged& staged = *staged_;
  const EpochId epoch{context_.term.value, 0};
  for (std::size_t n = 0; n < parts_a_round && staged.next_part < staged.parts && !context_.append.full(); ++n) {
    v1::ConfigurationPart part;
    part.set_version(staged.version->number);
    part.set_index(staged.next_part);
    part.set_bytes(staged.serialized.substr(staged.next_part * limits::configuration_part_bytes, limits::configuration_part_bytes));
    context_.append.begin_item();
    const auto sequence =
        context_.append.add(partition_stream, v1::RECORD_KIND_CONFIGURATION_PART, epoch, part.SerializeAsString());
    if (staged.next_part++ == 0) staged.first_part = sequence;
  }
  if (staged.next_part < staged.parts || context_.append.full()) return;
  v1::ConfigurationComplete complete;
  complete.set_version(staged.version->number);
  complete.set_parts(staged.parts);
  complete.set_blake2b_256(staged.version->hash);
  complete.set_published_by(staged.published_by);
  subscribing_.partition_event(context_.append.next_record());
  context_.append.begin_item();
  const auto sequence =
      context_.append.add(partition_stream, v1::RECORD_KIND_CONFIGURATION_COMPLETE, epoch, complete.SerializeAsString());
  reply(staged.who, staged.tag, 0, staged.findings, staged.version->number, false);
  auto version = std::move(staged.version);
  auto with_geometry = std::move(staged.serialized);
  const Place place{staged.first_part, sequence};
  staged_.reset();
  take_force(std::move(version), place, std::move(with_geometry));
}

void Configuring::take_force(std::shared_ptr<Version> version, Place place, std::string with_geometry) {
  spdlog::info("configuration {} is in force: {} cells, {} people", version->number, version->directory().cells_size(),
               version->directory().people_size());
  add_cells(version->directory());
  context_.version = version;
  in_force_ = std::move(with_geometry);
  versions_.push_back({version, place});
  if (versions_.size() > versions_kept) versions_.erase(versions_.begin());
  publishing_.configured();
  subscribing_.configured();
  hosting_.configured();
  for (const auto& cell : context_.cells.all())
    if (cell->configuration_version < version->number && !context_.options.read_only) to_tell_.push_back(cell->stream);
  end_sessions_of_strangers();
}

void Configuring::add_cells(const v1::Directory& directory) {
  for (const auto& cell : directory.cells()) {
    const StreamId stream(cell.stream());
    CellState* known = context_.cells.find(stream);
    if (known == nullptr) {
      known = &context_.cells.add(stream, {directory.street(), cell.unit(), cell.code()});
      known->uncovered_since = context_.now.steady;
    }
    known->place.unit = cell.unit();
    known->retired = cell.retired();
  }
}

// A principal that the new version does not have, or not in this role, is told so, and its session ends.
void Configuring::end_sessions_of_strangers() {
  context_.sessions.each([&](Session& session) {
    const Principal* principal = context_.version->principals.find(session.principal);
    if (principal != nullptr && principal->holds(session.role)) return;
    const std::uint32_t code = principal == nullptr ? v1::ERROR_CODE_UNKNOWN_PRINCIPAL : v1::ERROR_CODE_ROLE_NOT_HELD;
    context_.out.refuse(session.peer, Error{code, "a new directory is in force"}, 0, true);
    strangers_.push_back(session.peer);
  });
}

// ---- Fetching --------------------------------------------------------------------------------------------------

void Configuring::fetch(Session& session, const v1::FetchConfiguration& fetch) {
  auto& answer = context_.out.single<v1::ConfigurationReply>(session.peer, v1::BrokerFrame::kConfigurationFieldNumber);
  answer.set_version(fetch.version());
  answer.set_part(fetch.part());
  const Version* found = fetch.version() == 0 ? context_.version.get() : nullptr;
  for (const auto& kept : versions_)
    if (kept.version->number == fetch.version()) found = kept.version.get();
  // In place of a version that is no longer kept there is the oldest that is: rules only got newer. It comes under its own
  // number, for a host must not compare the new rules with these as if they were the old ones.
  if (found == nullptr && fetch.version() != 0 && !versions_.empty() && fetch.version() < versions_.front().version->number)
    found = versions_.front().version.get();
  if (found == nullptr) {
    answer.set_error(v1::ERROR_CODE_NO_CONFIGURATION);
    return;
  }
  if (fetch.with_geometry() && (session.role != v1::ROLE_GATEWAY || found != context_.version.get())) {
    answer.set_error(session.role != v1::ROLE_GATEWAY ? v1::ERROR_CODE_NOT_ALLOWED : v1::ERROR_CODE_NO_CONFIGURATION);
    return;
  }
  const std::string& serialized = fetch.with_geometry() ? in_force_ : found->for_hosts;
  const std::uint32_t parts = parts_of(serialized.size(), limits::upload_part_bytes);
  answer.set_version(found->number);
  answer.set_parts(parts);
  if (fetch.part() >= parts) {
    answer.set_error(v1::ERROR_CODE_FIELD_INVALID);
    return;
  }
  context_.said_bytes += limits::upload_part_bytes;
  answer.set_bytes(serialized.substr(fetch.part() * limits::upload_part_bytes, limits::upload_part_bytes));
}

// ---- Replay ----------------------------------------------------------------------------------------------------

void Configuring::replayed_part(const v1::ConfigurationPart& part, Sequence sequence) {
  if (part.index() == 0) {
    replayed_bytes_.clear();
    replayed_first_part_ = sequence;
  }
  replayed_bytes_ += part.bytes();
}

void Configuring::replayed_complete(const v1::ConfigurationComplete& complete, Sequence sequence) {
  const bool whole = blake2b_256(replayed_bytes_) == complete.blake2b_256();
  if (!whole && context_.options.read_only) return;  // a part of it is missing: the one before stays in force
  HUYING_CHECK(whole, "configuration {} has another hash", complete.version());
  v1::Configuration configuration;
  HUYING_CHECK(configuration.ParseFromString(replayed_bytes_));
  auto version = Version::build(configuration, replayed_bytes_);
  HUYING_CHECK(version.has_value(), "configuration {}: {}", complete.version(), version.error().detail);
  (*version)->number = complete.version();
  add_cells(configuration.directory());
  replayed_ = *version;
  replayed_whole_ = replayed_bytes_;
  versions_.push_back({*version, {replayed_first_part_, sequence}});
  if (versions_.size() > versions_kept) versions_.erase(versions_.begin());
}

void Configuring::replay_finished() {
  if (!replayed_) return;
  const Place place = versions_.back().place;
  versions_.pop_back();
  replayed_bytes_ = {};
  take_force(std::move(replayed_), place, std::exchange(replayed_whole_, {}));
}

void Configuring::encode(Encoder& out) const {
  out.number(static_cast<std::uint32_t>(versions_.size()));
  for (const Kept& kept : versions_) {
    out.number(kept.version->number);
    out.number(kept.place.first_part.value);
    out.number(kept.place.complete.value);
  }
}

bool Configuring::decode(Decoder& in, std::vector<Place>& places) {
  const auto versions = in.number<std::uint32_t>();
  if (versions > versions_kept) return false;
  for (std::uint32_t i = 0; i < versions; ++i) {
    (void)in.number<std::uint64_t>();  // its number: the record has it too
    Place place;
    place.first_part = Sequence{in.number<std::uint64_t>()};
    place.complete = Sequence{in.number<std::uint64_t>()};
    places.push_back(place);
  }
  return in.ok();
}

// ---- Answers ---------------------------------------------------------------------------------------------------

void Configuring::reply(PeerId who, std::uint64_t tag, std::uint32_t error, const std::vector<std::string>& findings,
                        std::uint64_t version, bool unchanged) {
  if (context_.sessions.find(who) == nullptr) return;
  auto& answer = context_.out.single<v1::PublishDirectoryReply>(who, v1::BrokerFrame::kPublishDirectoryFieldNumber);
  answer.set_tag(tag);
  answer.set_error(error);
  answer.set_version(version);
  answer.set_unchanged(unchanged);
  answer.set_done(true);
  for (const auto& finding : findings) answer.add_findings(finding);
}

void Configuring::refuse(Session& session, std::uint64_t tag, const Error& error) {
  auto& answer = context_.out.single<v1::PublishDirectoryReply>(session.peer, v1::BrokerFrame::kPublishDirectoryFieldNumber);
  answer.set_tag(tag);
  answer.set_error(error.code);
  answer.add_findings(sentence(error));
  answer.set_done(true);
}

}  // namespace huying::broker
