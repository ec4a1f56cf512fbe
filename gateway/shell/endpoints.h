// What the gateway serves under /api/v1 and beside it (docs/api.md), by subject: each adds its own routes, in NAME_endpoints.cc.
#pragma once

namespace huying::gateway {

class Gateway;

void add_session_endpoints(Gateway& gateway);
void add_directory_endpoints(Gateway& gateway);
void add_case_endpoints(Gateway& gateway);
void add_step_endpoints(Gateway& gateway);
void add_ledger_endpoints(Gateway& gateway);
void add_event_endpoints(Gateway& gateway);
void add_citizen_endpoints(Gateway& gateway);
void add_citizen_track_endpoints(Gateway& gateway);
void add_attachment_endpoints(Gateway& gateway);
void add_system_endpoints(Gateway& gateway);

}  // namespace huying::gateway
