// Configuration lives in the journal: the administrator's files come in parts, are validated off the loop thread, and a good
// version is journalled whole, in parts, in force at ConfigurationComplete; then ConfigurationChanged reaches each cell at a
// place in its order. A broken directory never replaces a good one. Pure, one thread.
#pragma once
#include <deque>
#include <optional>
#include <string>

#include "broker/delivery/hosting.h"
#include "broker/delivery/subscribing.h"
#include "broker/intake/publishing.h"
#include "broker/state/context.h"
#include "huying/v1/session.pb.h"

namespace huying::broker {

class Configuring {
 public:
  Configuring(Context& context, intake::Publishing& publishing, delivery::Hosting& hosting,
              delivery::Subscribing& subscribing)
      : context_(context), publishing_(publishing), hosting_(hosting), subscribing_(subscribing) {}

  void upload(Session& session, v1::PublishDirectory& part);
  void fetch(Session& session, const v1::FetchConfiguration& fetch);
  void end_session(PeerId peer);

  // The shell takes a job, performs it on a thread of its own, and brings the result.
  std::optional<DirectoryJob> take_job();
  void job_done(DirectoryJobResult result);
  // Installs a first version that was validated before the broker began to listen.
  void install(DirectoryJobResult result);
  // Puts on the batch what of a version under way fits. At the begin of a round, so that one version judges all of it.
  void append_some();
  // Whose sessions a new version ended: to be ended by the caller.
  std::vector<PeerId> take_strangers() { return std::exchange(strangers_, {}); }
  bool under_way() const { return !context_.disk.is_full() && (staged_.has_value() || !to_tell_.empty()); }

  // Replay.
  void replayed_part(const v1::ConfigurationPart& part, Sequence sequence);
  void replayed_complete(const v1::ConfigurationComplete& complete, Sequence sequence);
  void replay_finished();

  // Where a version lies in the partition's stream: its first part, and what completes it.
  struct Place {
    Sequence first_part, complete;
  };
  // Of a snapshot (core_snapshot.cc): not the versions that are kept but where they lie. Whoever decodes it replays the
  // records of those places next, before any other.
  void encode(Encoder& out) const;
  bool decode(Decoder& in, std::vector<Place>& places);
  // Parts are in the journal, and what completes them is not.
  bool is_staging() const { return staged_.has_value(); }

 private:
  struct Staged {
    PeerId who;
    std::uint64_t tag = 0;
    std::string published_by;
    std::shared_ptr<Version> version;
    std::string serialized;
    std::uint32_t parts = 0, next_part = 0;
    Sequence first_part;
    std::vector<std::string> findings;
  };
  struct Running {
    PeerId who;
    std::uint64_t tag = 0;
    bool check_only = false;
    std::string published_by;
  };

  void reply(PeerId who, std::uint64_t tag, std::uint32_t error, const std::vector<std::string>& findings,
             std::uint64_t version, bool unchanged);
  void refuse(Session& session, std::uint64_t tag, const Error& error);
  void stage(PeerId who, std::uint64_t tag, std::string published_by, DirectoryJobResult result);
  void append_staged();
  std::size_t upload_bytes();  // of directories that are being sent
  void take_force(std::shared_ptr<Version> version, Place place, std::string with_geometry);
  void add_cells(const v1::Directory& directory);
  void end_sessions_of_strangers();

  Context& context_;
  intake::Publishing& publishing_;
  delivery::Hosting& hosting_;
  delivery::Subscribing& subscribing_;
  std::optional<DirectoryJob> job_;
  std::optional<Running> running_;
  std::uint64_t next_job_ = 1;
  std::optional<Staged> staged_;
  std::vector<PeerId> strangers_;
  std::deque<StreamId> to_tell_;  // cells that do not know the version in force yet
  // Versions older than the one in force that hosts may still ask for.
  struct Kept {
    std::shared_ptr<const Version> version;
    Place place;
  };
  std::vector<Kept> versions_;
  std::string in_force_;  // serialized with geometry, for a gateway's map
  std::string replayed_bytes_, replayed_whole_;
  Sequence replayed_first_part_;
  std::shared_ptr<Version> replayed_;
};

}  // namespace huying::broker
