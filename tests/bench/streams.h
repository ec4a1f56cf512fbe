// What open event streams cost and how late they tell: a made-up street in a temporary folder, broker, worker and gateway as
// processes of their own, people who log in over HTTP, their streams read by this one, and requests at a rate meanwhile. Blocks.
// Nothing is left behind, whatever happens.
#pragma once
#include <cstdint>
#include <string>

#include "base/result.h"
#include "tests/bench/latency.h"
#include "tests/bench/pipeline_options.h"

namespace huying::bench {

struct StreamsOptions {
  std::uint32_t streams = 2'000;  // dealt out over the cells, and in each cell over its people
  std::uint32_t cells = 67;
  std::uint32_t people = 2;       // of a cell, logged in; the streams of one share a subscription at the broker
  double rate = 500;              // requests a second, over all cells
  std::uint32_t seconds = 20;
  Life life = Life::solved_on_spot;
  std::string folder;             // where the temporary folder is made; empty: the system's
  std::string program = "/proc/self/exe";
};

struct StreamsFigures {
  StreamsOptions options;
  std::uint64_t requests = 0, events = 0;  // events: told by the broker, those of the warm-up too
  std::uint64_t wanted = 0, lost = 0, doubled = 0, strange = 0, ended = 0;  // over all streams; ended: streams, by the gateway
  double seconds = 0;
  Latency stream;  // from when a request was due to each event of its case on each stream
  Latency broker;  // the same to an observer at the broker
  double open_seconds = 0;  // from the first connection until each stream was told that it is at the head
  // CPU seconds, user and system, from the first request until all was told.
  double gateway_cpu_s = 0, broker_cpu_s = 0, worker_cpu_s = 0, bench_cpu_s = 0;
  double told_seconds = 0;
  std::uint64_t gateway_memory_before_bytes = 0, gateway_memory_bytes = 0;  // PSS: before any stream, and at the end

  bool is_whole() const { return lost == 0 && doubled == 0 && strange == 0 && ended == 0; }
};

// USAGE: more streams than the gateway gives those people. NOT_CONNECTED when a server does not start or ends, with the end of
// its log; else what the broker or the gateway refused.
Result<StreamsFigures> run_streams(const StreamsOptions& options);

std::string table(const StreamsFigures& figures);
std::string json_line(const StreamsFigures& figures);

}  // namespace huying::bench
