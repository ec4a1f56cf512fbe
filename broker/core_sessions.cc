// Who is let in, and until when.
#include <spdlog/spdlog.h>

#include "base/limits.h"
#include "base/text.h"
#include "broker/core_parts.h"

namespace huying::broker {
namespace {
constexpr std::uint32_t protocol_version = 1;
}  // namespace

void BrokerCore::Parts::hello(PeerId peer, const v1::Hello& hello) {
  if (auto admitted = admit(hello); !admitted) return context.out.refuse(peer, admitted.error(), 0, true);
  if (hello.role() == v1::ROLE_HOST) {
    std::vector<PeerId> fenced;
    context.sessions.each([&](Session& other) {
      if (other.is_host() && other.principal == hello.principal() && other.peer != peer) fenced.push_back(other.peer);
    });
    for (const PeerId old : fenced) {
      context.out.refuse(old, Error{v1::ERROR_CODE_SESSION_FENCED, {}}, 0, true);
      lose_session(old);
    }
  }
  if (Session* here = context.sessions.find(peer); here != nullptr) {
    // A session is (principal, nonce): the same Hello twice is the same session, and what it holds stays.
    if (here->principal == hello.principal() && here->nonce == hello.session_nonce()) {
      here->last_heard = context.now.steady;
      return welcome(*here);
    }
    lose_session(peer);
  }
  Session& session = context.sessions.open(peer, hello.principal());
  session.role = hello.role();
  session.nonce = hello.session_nonce();
  session.program = hello.program();
  session.capacity = hello.capacity();
  session.last_heard = session.last_sent = context.now.steady;
  welcome(session);
}

Result<void> BrokerCore::Parts::admit(const v1::Hello& hello) const {
  if (hello.protocol_version() != protocol_version)
    return fail(v1::ERROR_CODE_PROTOCOL_VERSION,
                fmt::format("{}, this is {}", hello.protocol_version(), protocol_version));
  if (hello.session_nonce() == 0) return fail(v1::ERROR_CODE_FIELD_MISSING, "session_nonce");
  if (!is_code(hello.principal(), limits::code_bytes_max)) return fail(v1::ERROR_CODE_UNKNOWN_PRINCIPAL);
  if (hello.program().size() > limits::code_bytes_max || !is_clean_text(hello.program()) || hello.features_size() > 16)
    return fail(v1::ERROR_CODE_FIELD_INVALID, "program or features");
  const bool has_reserve = hello.role() == v1::ROLE_HOST || hello.role() == v1::ROLE_ADMINISTRATOR;
  if (context.sessions.size() >= limits::sessions_max - (has_reserve ? 0 : limits::sessions_reserved))
    return fail(v1::ERROR_CODE_TOO_MANY_SESSIONS, fmt::format("{} are open", context.sessions.size()));
  if (context.sessions.of_principal(hello.principal()) >= limits::sessions_a_principal_max)
    return fail(v1::ERROR_CODE_TOO_MANY_SESSIONS,
                fmt::format("of a principal: at most {}", limits::sessions_a_principal_max));
  if (context.stopping) return fail(v1::ERROR_CODE_SHUTTING_DOWN);
  if (!context.version) {
    if (hello.principal() == "administrator" && hello.role() == v1::ROLE_ADMINISTRATOR) return {};
    return fail(v1::ERROR_CODE_NO_CONFIGURATION);
  }
  const Principal* principal = context.version->principals.find(hello.principal());
  if (principal == nullptr) return fail(v1::ERROR_CODE_UNKNOWN_PRINCIPAL);
  if (!principal->holds(hello.role())) return fail(v1::ERROR_CODE_ROLE_NOT_HELD);
  if (context.options.read_only && hello.role() == v1::ROLE_HOST)
    return fail(v1::ERROR_CODE_READ_ONLY, "no host is let in, and no clock fires");
  return {};
}

void BrokerCore::Parts::welcome(const Session& session) {
  auto& answer = context.out.single<v1::Welcome>(session.peer, v1::BrokerFrame::kWelcomeFieldNumber);
  answer.set_protocol_version(protocol_version);
  answer.set_term(context.term.value);
  answer.set_heartbeat_interval_ms(static_cast<std::uint32_t>(limits::heartbeat_interval.count()));
  answer.set_publish_window(limits::publish_window);
  answer.set_rate_permille(context.options.rate_permille);
  answer.set_demonstration(context.demonstration());
  answer.set_read_only(context.options.read_only);
  answer.set_missing(context.options.missing);
  if (!context.version) return;
  answer.set_street(context.version->directory().street());
  answer.set_configuration_version(context.version->number);
  answer.set_time_zone(context.version->directory().time_zone());
}

void BrokerCore::Parts::end_session(PeerId peer, LeaseEnd why) {
  hosting.leasing().end_session(peer, why);
  subscribing.end_session(peer);
  asking.end_session(peer);
  configuring.end_session(peer);
  context.sessions.close(peer);
  left.push_back(peer);
}

// Where the broker itself stood still, its peers dialled anew for that alone: nobody is at fault, nothing is suspected.
void BrokerCore::Parts::lose_session(PeerId peer) {
  const bool was_away = context.given_up_until != SteadyInstant{} &&
                        context.now.steady - context.given_up_until <= limits::session_silence_max;
  end_session(peer, was_away ? LeaseEnd::left : LeaseEnd::silent);
}

void BrokerCore::Parts::end_silent_sessions() {
  std::vector<PeerId> silent;
  context.sessions.each([&](Session& session) {
    const auto since = std::max(session.last_heard, context.attentive_since);
    if (context.now.steady - since > limits::session_silence_max) silent.push_back(session.peer);
  });
  for (const PeerId peer : silent) {
    const Session* session = context.sessions.find(peer);
    if (session->is_host())
      spdlog::warn("host {} is silent; its {} cells go to others", session->principal, session->held.size());
    end_session(peer, LeaseEnd::silent);
  }
}

void BrokerCore::Parts::send_heartbeats() {
  context.sessions.each([&](Session& session) {
    if (context.now.steady - session.last_sent < limits::heartbeat_interval) return;
    session.last_sent = context.now.steady;
    context.out.single<v1::Heartbeat>(session.peer, v1::BrokerFrame::kHeartbeatFieldNumber);
  });
}

}  // namespace huying::broker
