// The load: one thread, one poll loop. A publisher sends each request singly, at most a window in flight; an observer's
// subscription shows the commits. Owned by the pipeline (pipeline.h).
//
// Errors: whatever the broker refuses, and NOT_CONNECTED when nothing moves for 20 s. The measurement is worthless then.
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "tests/bench/line.h"
#include "tests/bench/pipeline_options.h"
#include "tests/bench/request_frames.h"

namespace huying::bench {

// Instants of each request, in nanoseconds of the steady clock; 0: not yet.
struct Timeline {
  std::vector<std::int64_t> begun, acknowledged, committed;  // begun: when it was due (at a rate) or sent
};

// Serials of a local day: dense, so a vector finds them. A run over midnight has two days.
struct CaseSerial {
  std::uint32_t date = 0, serial = 0;
  friend bool operator==(const CaseSerial&, const CaseSerial&) = default;
};
CaseSerial case_serial_of(std::string_view case_number);  // BN-261123-0042-7; zeros where it is none

struct LoadResult {
  std::int64_t took_ns = 0;
  Timeline timeline;
  std::vector<CaseSerial> numbers;  // of each request's case
};

class Load {
 public:
  // Dials both sides and subscribes. `still_there` is asked each second whether the servers live.
  static Result<Load> prepare(const std::string& endpoint, const PipelineOptions& options, std::function<bool()> still_there);

  // Publishes so many requests and waits until each was acknowledged, its last commit was seen and each of its actions answered:
  // the answer goes another way than the event, so it may come after it.
  Result<LoadResult> run(std::uint64_t requests, double rate);

  // Between runs: says that both sessions live.
  void beat();

 private:
  struct Day {
    std::uint32_t date = 0;
    std::vector<std::int64_t> committed_at;  // by serial
  };

  Load(Line publisher, Line observer, const PipelineOptions& options, std::function<bool()> still_there)
      : publisher_(std::move(publisher)), observer_(std::move(observer)), options_(options),
        frames_(options.cells, options.life), still_there_(std::move(still_there)), next_number_(options.first_number) {}

  Result<void> subscribe();
  std::int64_t& committed_at(CaseSerial number);
  Result<void> take_answers(std::int64_t now_ns);
  Result<void> take_events(std::int64_t now_ns);
  Result<void> take(const v1::PublishAcks& acks, std::int64_t now_ns);
  Result<void> take(const v1::ActionReplies& replies);
  void act(std::uint64_t index, std::uint32_t step, const std::string& case_number);
  void count_events(std::uint64_t events, std::uint64_t last, std::uint64_t bytes);
  void send_what_may(std::int64_t now_ns);
  bool window_is_open() const {
    return sent_ - committed_ < options_.in_flight && sent_ - acknowledged_ < options_.in_flight;
  }
  std::int64_t next_due_ns() const;
  bool is_done() const;
  Result<void> watch(SteadyInstant now);

  Line publisher_, observer_;
  PipelineOptions options_;
  RequestFrames frames_;
  std::function<bool()> still_there_;
  std::uint64_t next_number_;  // over all runs

  // Of the run under way.
  std::uint64_t first_ = 0, target_ = 0, sent_ = 0, acknowledged_ = 0, committed_ = 0, decided_ = 0;
  double rate_ = 0;
  std::int64_t start_ns_ = 0;
  Timeline timeline_;
  std::vector<CaseSerial> numbers_;     // of requests, by index
  std::vector<std::uint8_t> steps_;     // by_action: how many were sent
  std::vector<Day> days_;
  std::uint64_t moved_ = 0;             // progress when last looked
  SteadyInstant moved_at_{}, watched_at_{};
  std::uint64_t events_unanswered_ = 0, event_bytes_unanswered_ = 0;
  v1::PublishAcks acks_;                // reused
  v1::ActionReplies replies_;
  v1::Events events_;
};

}  // namespace huying::bench
