// File descriptors: libzmq 4.3.4 ends the whole process when accept() finds none left (ipc_listener.cpp), and to stop
// listening cuts everybody off, because it owns its connections by their listener. So there must be enough.
#pragma once
#include <cstdint>

namespace huying::broker {

// Raises what this process may have as far as it is allowed to, once, before the endpoint is bound. The limit then.
std::uint64_t raise_descriptor_limit();

}  // namespace huying::broker
