#include "tests/bench/takeover.h"

#include <fmt/format.h>
#include <time.h>
#include <unistd.h>

#include <deque>
#include <filesystem>
#include <memory>
#include <thread>
#include <vector>

#include "base/digest.h"
#include "base/limits.h"
#include "broker/broker_core.h"
#include "broker/directory/directory_files.h"
#include "broker/journal/embedded_journal.h"
#include "broker/journal/posix_disk.h"
#include "broker/round.h"
#include "broker/snapshots.h"
#include "proto/errors.h"
#include "tests/bench/bench_directory.h"
#include "tests/bench/request_frames.h"
#include "workers/host/host_core.h"

namespace huying::bench {
namespace {

constexpr std::uint32_t stream = 2;  // of the only cell beside the desk
constexpr broker::PeerId publisher{1};
constexpr std::size_t published_a_round = 512;

class Folder {
 public:
  static Result<Folder> make(const std::string& in) {
    std::string path = (in.empty() ? std::filesystem::temp_directory_path() : std::filesystem::path(in)) / "huying-XXXXXX";
    if (::mkdtemp(path.data()) == nullptr) return fail(v1::ERROR_CODE_JOURNAL_WRITE_FAILED, path);
    return Folder(path);
  }
  ~Folder() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  Folder(Folder&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  const std::string& path() const { return path_; }

 private:
  explicit Folder(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

double cpu_ms() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
}

// The broker, and the host that is connected to it.
class Street {
 public:
  Result<void> open(const std::string& folder);
  Result<void> publish(const TakeoverOptions& options);
  // The host before ends; the next one takes over.
  Result<Takeover> take_over();
  std::uint64_t records() const { return journal_->last_sequence(StreamId(stream)).value; }
  std::uint64_t open_cases() const { return host_ ? host_->open_cases() : 0; }
  std::uint64_t checkpoint_bytes() const {
    const auto found = journal_->latest_checkpoint(StreamId(stream));
    return found ? found->state.size() : 0;
  }

 private:
  static SteadyInstant steady() { return std::chrono::steady_clock::now(); }
  static Moment now() {
    return {std::chrono::time_point_cast<Milliseconds>(std::chrono::system_clock::now()), steady()};
  }
  void say(broker::PeerId peer, std::string frame) { said_.emplace_back(peer, std::move(frame)); }
  void hello(broker::PeerId peer, const std::string& principal, v1::Role role);
  void say_all_of_host(std::vector<v1::ClientFrame>& frames);
  Result<void> round();
  void hear(const v1::BrokerFrame& frame);
  bool has_whole_cell() const { return host_ && end_ != 0 && seen_ >= end_; }

  journal::PosixDisk disk_;
  std::unique_ptr<journal::EmbeddedJournal> journal_;
  std::unique_ptr<broker::BrokerCore> core_;
  Term term_;
  std::deque<std::pair<broker::PeerId, std::string>> said_;
  std::uint64_t unanswered_ = 0;
  SteadyInstant last_round_at_{}, publisher_spoke_at_{};
  bool publisher_stands_ = false;
  std::unique_ptr<host::HostCore> host_;
  broker::PeerId peer_{10};               // of the host; another for each session
  std::uint64_t end_ = 0, seen_ = 0;      // of the cell's fold
  Takeover taken_;
};

Result<void> Street::open(const std::string& folder) {
  if (auto written = write_directory(folder, 1); !written) return written;
  auto opened = journal::EmbeddedJournal::open(disk_, folder + "/data");
  if (!opened) return tl::unexpected(opened.error());
  journal_ = std::move(*opened);
  core_ = std::make_unique<broker::BrokerCore>(broker::CoreOptions{}, journal_->digest_key());
  if (auto replayed = broker::replay_journal(*core_, *journal_); !replayed) return tl::unexpected(replayed.error());
  auto term = broker::claim_and_start(*core_, *journal_, "bench", now());
  if (!term) return tl::unexpected(term.error());
  term_ = *term;
  broker::DirectoryJob job;
  auto files = directory::read_folder(folder);
  if (!files) return tl::unexpected(files.error());
  job.files = std::move(*files);
  auto result = broker::perform(job);
  if (!result.version) return fail(result.error, "the bench's own directory");
  core_->install(std::move(result));
  do {
    if (auto done = round(); !done) return done;
  } while (core_->work_left());
  hello(publisher, publisher_code, v1::ROLE_PUBLISHER);
  publisher_stands_ = true;
  return round();
}

void Street::hello(broker::PeerId peer, const std::string& principal, v1::Role role) {
  v1::ClientFrame frame;
  auto& hello = *frame.mutable_hello();
  hello.set_protocol_version(1);
  hello.set_principal(principal);
  hello.set_role(role);
  hello.set_session_nonce(peer.value);
  say(peer, frame.SerializeAsString());
}

Result<void> Street::round() {
  const Moment at = now();
  const bool is_first = last_round_at_ == SteadyInstant{};
  if (!is_first && at.steady - last_round_at_ > limits::attentive_gap) core_->was_away(last_round_at_, at.steady);
  last_round_at_ = at.steady;
  if (publisher_stands_ && at.steady - publisher_spoke_at_ > std::chrono::milliseconds(500)) {
    v1::ClientFrame frame;
    frame.mutable_heartbeat();
    say(publisher, frame.SerializeAsString());
    publisher_spoke_at_ = at.steady;
  }
  core_->begin(at);
  while (!said_.empty() && !core_->full()) {
    core_->receive(said_.front().first, 1, said_.front().second);
    said_.pop_front();
  }
  core_->tick();
  std::vector<broker::OutFrame> out;
  if (auto done = broker::finish_round(*core_, *journal_, term_, out); !done) return done;
  v1::BrokerFrame frame;
  for (const auto& one : out) {
    if (!frame.ParseFromString(one.bytes)) return fail(v1::ERROR_CODE_FRAME_UNREADABLE);
    if (one.peer == publisher) unanswered_ -= static_cast<std::uint64_t>(frame.publish_acks().acks_size());
    if (one.peer == peer_) hear(frame);
  }
  broker::write_checkpoints(*core_, *journal_);
  if (!host_) return {};
  std::vector<v1::ClientFrame> frames;
  host_->wake(steady(), frames);
  say_all_of_host(frames);
  return {};
}

void Street::say_all_of_host(std::vector<v1::ClientFrame>& frames) {
  for (const auto& frame : frames) say(peer_, frame.SerializeAsString());
  host_->sent(frames);
}

void Street::hear(const v1::BrokerFrame& frame) {
  if (frame.has_welcome()) {
    host_ = std::make_unique<host::HostCore>(host::HostOptions{});
    host_->connected(steady());
  }
  if (!host_) return;
  std::vector<v1::ClientFrame> frames;
  host_->receive(frame, steady(), frames);
  say_all_of_host(frames);
  for (const auto& lease : frame.leases().granted()) {
    if (lease.stream() != stream) continue;
    end_ = lease.end_sequence();
    seen_ = lease.checkpoint().through();
    taken_.bytes += lease.checkpoint().state().size();
  }
  for (const auto& delivery : frame.deliveries().deliveries()) {
    if (delivery.stream() != stream) continue;
    seen_ = delivery.sequence();
    taken_.records += 1;
    taken_.bytes += delivery.payload().size() + delivery.prior().size();
  }
}

Result<void> Street::publish(const TakeoverOptions& options) {
  RequestFrames open(1, Life::leave_open), solved(1, Life::solved_on_spot);
  for (std::uint64_t number = 0; records() < options.records || unanswered_ != 0;) {
    for (std::size_t i = 0; i < published_a_round && records() < options.records; ++i, ++number) {
      auto& frames = number < options.open_cases ? open : solved;
      say(publisher, std::string(frames.publish(number)));
      ++unanswered_;
    }
    // Published, decided, acknowledged: a cell that is never at rest makes no checkpoint.
    for (int i = 0; i < 4; ++i)
      if (auto done = round(); !done) return done;
  }
  return {};
}

Result<Takeover> Street::take_over() {
  if (host_) {
    v1::ClientFrame goodbye;
    goodbye.mutable_goodbye();
    say(peer_, goodbye.SerializeAsString());
    host_.reset();
    if (auto done = round(); !done) return tl::unexpected(done.error());
  }
  peer_ = broker::PeerId{peer_.value + 1};
  end_ = seen_ = 0;
  taken_ = {};
  const auto began = steady();
  const double cpu_before = cpu_ms();
  hello(peer_, host_code, v1::ROLE_HOST);
  while (!has_whole_cell()) {
    if (auto done = round(); !done) return tl::unexpected(done.error());
    if (said_.empty()) std::this_thread::sleep_for(std::chrono::milliseconds(1));  // as the broker waits for frames
  }
  taken_.milliseconds = std::chrono::duration<double, std::milli>(steady() - began).count();
  taken_.cpu_milliseconds = cpu_ms() - cpu_before;
  return taken_;
}

}  // namespace

Result<TakeoverFigures> run_takeover(const TakeoverOptions& options) {
  initialise_digests();
  auto folder = Folder::make(options.folder);
  if (!folder) return tl::unexpected(folder.error());
  Street street;
  if (auto opened = street.open(folder->path()); !opened) return tl::unexpected(opened.error());
  if (auto first = street.take_over(); !first) return tl::unexpected(first.error());
  if (auto published = street.publish(options); !published) return tl::unexpected(published.error());
  TakeoverFigures figures;
  figures.options = options;
  figures.records = street.records();
  figures.open_cases = street.open_cases();
  figures.checkpoint_bytes = street.checkpoint_bytes();
  if (figures.checkpoint_bytes == 0) return fail(v1::ERROR_CODE_INTERNAL, "no checkpoint was made");
  auto with = street.take_over();
  if (!with) return tl::unexpected(with.error());
  figures.with_checkpoint = *with;
  std::error_code failed;
  for (const auto& file : std::filesystem::directory_iterator(folder->path() + "/data/checkpoints"))
    std::filesystem::remove(file.path(), failed);
  auto without = street.take_over();
  if (!without) return tl::unexpected(without.error());
  figures.from_the_start = *without;
  return figures;
}

std::string table(const TakeoverFigures& f) {
  std::string out = fmt::format("演示数据，全部虚构 demonstration: made-up data\na cell of {} records, {} cases open\n"
                                "  {:<30}{:>10}{:>10}{:>10}{:>14}\n",
                                f.records, f.open_cases, "taken over", "ms", "CPU ms", "records", "bytes");
  const auto row = [&out](const char* what, const Takeover& one) {
    out += fmt::format("  {:<30}{:>10.1f}{:>10.1f}{:>10}{:>14}\n", what, one.milliseconds, one.cpu_milliseconds,
                       one.records, one.bytes);
  };
  row("from the start", f.from_the_start);
  row("with the newest checkpoint", f.with_checkpoint);
  return out + fmt::format("  {:<30}{:>44}\n", "bytes of the checkpoint", f.checkpoint_bytes);
}

std::string json_line(const TakeoverFigures& f) {
  return fmt::format(
      "{{\"demonstration\":true,\"records\":{},\"open_cases\":{},\"checkpoint_bytes\":{},\"from_the_start_ms\":{:.1f},"
      "\"from_the_start_cpu_ms\":{:.1f},\"from_the_start_records\":{},\"from_the_start_bytes\":{},\"with_checkpoint_ms\":{:.1f},"
      "\"with_checkpoint_cpu_ms\":{:.1f},\"with_checkpoint_records\":{},\"with_checkpoint_bytes\":{}}}",
      f.records, f.open_cases, f.checkpoint_bytes, f.from_the_start.milliseconds,
      f.from_the_start.cpu_milliseconds, f.from_the_start.records, f.from_the_start.bytes,
      f.with_checkpoint.milliseconds, f.with_checkpoint.cpu_milliseconds, f.with_checkpoint.records,
      f.with_checkpoint.bytes);
}

}  // namespace huying::bench
