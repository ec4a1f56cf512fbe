#include "broker/round.h"

#include <spdlog/spdlog.h>

#include "base/check.h"
#include "broker/waiting_round.h"
#include "proto/errors.h"

namespace huying::broker {
namespace {

std::optional<FoundCheckpoint> newest_checkpoint(journal::Journal& journal, StreamId stream) {
  auto checkpoint = journal.latest_checkpoint(stream);
  if (!checkpoint) return std::nullopt;
  const auto place = journal.position_of(stream, checkpoint->through);
  return FoundCheckpoint{std::move(*checkpoint), place};
}

Result<void> read_cell(journal::Journal& journal, ReadRequest& read, const journal::RecordSink& sink) {
  if (read.begin) read.sequence = read.begin([&] { return newest_checkpoint(journal, read.stream); });
  return read.sequence == Sequence{} ? Result<void>{} : journal.read_cell(read.stream, read.sequence, sink);
}

void perform(journal::Journal& journal, ReadRequest& read) {
  Position next = journal.head();
  bool stopped = false;
  const journal::RecordSink sink = [&](const journal::Record& record) {
    const auto verdict = read.sink(record);
    if (verdict == journal::Sink::enough) {
      stopped = true;
      next = record.next;
    }
    return verdict;
  };
  Result<void> done;
  switch (read.kind) {
    case ReadRequest::Kind::at:
      done = journal.read_at(read.position, sink);
      break;
    case ReadRequest::Kind::request:
      done = journal.read_request(read.position, sink);
      break;
    case ReadRequest::Kind::cell:
      done = read_cell(journal, read, sink);
      break;
    case ReadRequest::Kind::from:
      done = journal.read(read.position, sink);
      break;
    case ReadRequest::Kind::from_time:
      next = journal.at_time(read.time);
      break;
  }
  if (!read.done) return;
  if (done)
    read.done(next);
  else
    read.done(tl::unexpected(done.error()));
}

Result<void> append(BrokerCore& core, journal::Journal& journal, Term term, const journal::Batch& batch) {
  Result<void> written = fail(0);
  bool completed = false;
  journal.append(term, batch, core.now(), [&](Result<journal::Appended> appended) {
    completed = true;
    if (!appended) {
      written = tl::unexpected(appended.error());
      return;
    }
    written = {};
    core.landed(*appended, journal.head());
  });
  while (!completed) journal.poll();
  return written;
}

void answer_look_ups(BrokerCore& core, journal::Journal& journal) {
  for (;;) {
    auto lookups = core.take_lookups();
    constexpr std::size_t ahead = 8;
    for (std::size_t i = 0; i < lookups.size(); ++i) {
      if (i + ahead < lookups.size()) journal.find_soon(lookups[i + ahead].key);
      lookups[i].then(journal.find(lookups[i].key));
    }
    auto reads = core.take_reads_first();
    for (auto& read : reads) perform(journal, read);
    core.advance();
    // `advance` may have asked for more reads; when neither came, the round has all it needs.
    if (lookups.empty() && reads.empty()) return;
  }
}

}  // namespace

Result<void> write_round(BrokerCore& core, journal::Journal& journal, Term term, std::vector<OutFrame>& out) {
  if (const journal::Batch* batch = core.batch()) {
    if (auto written = append(core, journal, term, *batch); !written) return written;
  }
  auto reads = core.take_reads();
  for (auto& read : reads) perform(journal, read);
  core.release(out);
  return {};
}

Result<void> finish_round(BrokerCore& core, journal::Journal& journal, Term term, std::vector<OutFrame>& out,
                          const WaitForRoom& wait_for_room) {
  answer_look_ups(core, journal);
  auto written = write_round(core, journal, term, out);
  // Refused before anything was written. What was decided stands, and with it the round's now: it is written when
  // there is room again, and nothing leaves until then.
  const auto has_no_room = [&] { return !written && written.error().code == v1::ERROR_CODE_JOURNAL_FULL; };
  while (has_no_room() && wait_for_room && wait_for_room(written.error()))
    written = write_round(core, journal, term, out);
  return written;
}

std::size_t write_checkpoints(BrokerCore& core, journal::Journal& journal,
                              const std::function<void(StreamId, const journal::Checkpoint&)>& written) {
  std::size_t count = 0;
  for (const auto& [stream, checkpoint] : core.take_checkpoints()) {
    if (auto stored = journal.store_checkpoint(stream, checkpoint); !stored) {
      spdlog::warn("the checkpoint of stream {} is not written: {}", stream.value, sentence(stored.error()));
      continue;
    }
    ++count;
    if (written) written(stream, checkpoint);
  }
  return count;
}

Result<Term> claim_and_start(BrokerCore& core, journal::Journal& journal, std::string_view broker, Moment now) {
  now.wall = std::max(now.wall, core.now());
  auto term = journal.claim(broker, now.wall);
  if (!term) return term;
  Position claimed_at;
  const auto claim = journal.last_sequence(partition_stream);
  const auto read = journal.read_cell(partition_stream, claim, [&](const journal::Record& record) {
    claimed_at = record.position;
    return journal::Sink::enough;
  });
  if (!read) return tl::unexpected(read.error());
  core.start(*term, claimed_at, journal.head(), now);
  return term;
}

}  // namespace huying::broker
