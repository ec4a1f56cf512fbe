// What the broker's core asks of its shell. The core owns no socket, file, clock, thread or random source; the shell
// (broker/broker.h) and the simulator perform these and tell it what came of them.
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/digest.h"
#include "base/ids.h"
#include "base/result.h"
#include "broker/directory/directory_files.h"
#include "broker/journal/journal.h"
#include "huying/v1/directory.pb.h"

namespace huying::broker {

// A connection, as the shell numbers it; never reused. 0: none.
using PeerId = StrongId<struct PeerTag, std::uint64_t>;

struct OutFrame {
  PeerId peer;
  std::string bytes;
};

// journal.find(key), then `then`.
struct Lookup {
  Digest128 key;
  std::function<void(std::optional<Position>)> then;
};

struct FoundCheckpoint {
  journal::Checkpoint checkpoint;
  std::optional<Position> place;  // of the last record it holds; nothing: the journal has no such record
};

// A read of the journal, performed after the batch of the round is durable (or at once, `at`, to answer a look-up).
struct ReadRequest {
  enum class Kind { at, request, cell, from, from_time };  // request: journal.read_request
  Kind kind{};
  StreamId stream;     // cell
  Sequence sequence;   // cell
  Position position;   // at, request, from
  Instant time;        // from_time: the shell turns it into a position first
  // cell: asked first, says from which record on instead; 0: none. The newest checkpoint of the stream is read if it
  // asks.
  using NewestCheckpoint = std::function<std::optional<FoundCheckpoint>()>;
  std::function<Sequence(const NewestCheckpoint&)> begin;
  journal::RecordSink sink;
  // The position after the last record read, when all went well; head of the journal when the sink never had enough.
  // Else why it was not: ARCHIVED, which is no failure of the journal.
  std::function<void(Result<Position>)> done;
};

struct Version;

// The administrator's files, to be validated off the loop thread.
struct DirectoryJob {
  std::uint64_t id = 0;
  v1::DirectoryFiles files;
  std::shared_ptr<const Version> before;  // may be null
  directory::ConfigurationCheck check = nullptr;
};
struct DirectoryJobResult {
  std::uint64_t id = 0;
  std::vector<std::string> findings;
  std::uint32_t error = 0;                 // of the first finding that is one
  std::shared_ptr<Version> version;        // null when refused
  std::string serialized;                  // v1::Configuration with geometry
};
DirectoryJobResult perform(const DirectoryJob& job);  // pure, any thread

}  // namespace huying::broker
