// The one factory of ZeroMQ sockets: every socket of the program is made here, with every option that a socket must
// have (docs/protocol.md; libzmq 4.3.4). No ZeroMQ heartbeats: on a full receive queue they abort the process
// (libzmq #4767); ours are frames. One context a process, made on first use; no fork after that.
//
// A socket belongs to the thread that made it. Throws zmq::error_t only where the system is out of sockets or memory.
#pragma once
#include <zmq.hpp>

#include "base/limits.h"

namespace huying::client {

inline constexpr int queue_frames_max = 16'384;  // HWM of a client, each direction
// HWM of each peer of the broker. To be sent: few, for frames are counted and not their bytes; what is behind them waits
// in the broker, counted in bytes (broker/peer_queues.h). libzmq's thread empties a queue of this length in far less than
// a round when the peer reads.
inline constexpr int router_received_frames_max = static_cast<int>(limits::router_frames_max);
inline constexpr int router_sent_frames_max = router_received_frames_max / 8;
static_assert(limits::publish_window < queue_frames_max, "answers to a whole window fit into a peer's queue");

// The broker's. ROUTER_MANDATORY is set: a send to an unknown or full peer says so (EHOSTUNREACH, EAGAIN); send with
// dontwait only.
zmq::socket_t make_router();
// Everybody else's. Dialling is the caller's.
zmq::socket_t make_dealer();

// At the very end of main, when no socket is left: waits at most the linger time for goodbyes on their way.
void finish_sockets();

}  // namespace huying::client
