// What the core is made of. Inside broker/ only: broker_core.cc has the rounds and the start, core_sessions.cc who is
// let in and until when, core_frames.cc what a session's frames come to, core_snapshot.cc what a start needs not replay.
// Owned by BrokerCore; pure, one thread.
#pragma once
#include <fmt/format.h>

#include <string_view>

#include "broker/broker_core.h"
#include "broker/configuring.h"
#include "broker/delivery/asking.h"
#include "broker/delivery/hosting.h"
#include "broker/delivery/subscribing.h"
#include "broker/intake/acting.h"
#include "broker/intake/publishing.h"
#include "proto/errors.h"
#include "proto/frame.h"

namespace huying::broker {

using delivery::LeaseEnd;

struct BrokerCore::Parts {
  Context context;
  delivery::Subscribing subscribing{context};
  delivery::Hosting hosting{context, subscribing};
  intake::Publishing publishing{context, hosting};
  intake::Acting acting{context, hosting};
  delivery::Asking asking{context};
  Configuring configuring{context, publishing, hosting, subscribing};
  SteadyInstant ticked_at;
  std::uint64_t batches = 0, journal_bytes = 0;
  Position last_record;                  // of the journal
  std::uint64_t records_unsnapshot = 0;  // behind the newest snapshot
  std::vector<PeerId> left;  // sessions that ended in this round
  v1::Commit replayed_commit;
  v1::RequestRecord replayed_request;

  // --- core_snapshot.cc
  void encode(Encoder& out) const;
  bool decode(Decoder& in, ConfigurationPlaces& places);

  // --- core_sessions.cc
  void hello(PeerId peer, const v1::Hello& hello);
  Result<void> admit(const v1::Hello& hello) const;
  void welcome(const Session& session);
  void end_session(PeerId peer, LeaseEnd why);
  void lose_session(PeerId peer);  // a newer one takes its place, or it cannot be reached
  void end_silent_sessions();
  void send_heartbeats();

  // --- core_frames.cc
  void receive(PeerId peer, std::size_t part_count, std::string_view frame);
  void dispatch(Session& session, const FrameBody& body);
  void publish(Session& session, std::string_view bytes);
  void status(Session& session, const v1::StatusRequest& request);

  // Parses a body that is rare enough to be parsed afresh; refuses it when it cannot be read.
  template <class Body, class Use>
  void with(Session& session, std::string_view bytes, Use use) {
    Body body;
    if (body.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())))
      use(body);
    else
      context.out.refuse(
          session.peer, Error{v1::ERROR_CODE_FRAME_UNREADABLE, fmt::format("{} bytes", bytes.size())}, 0, false);
  }
};

}  // namespace huying::broker
