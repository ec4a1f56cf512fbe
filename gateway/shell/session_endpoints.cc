// Logging in and out, and who I am (docs/api.md, Session).
#include <algorithm>
#include <charconv>

#include "base/limits.h"
#include "gateway/accounts/password.h"
#include "gateway/shell/endpoints.h"
#include "gateway/shell/gateway.h"
#include "gateway/shell/problem.h"
#include "proto/errors.h"

namespace huying::gateway {
namespace {

constexpr std::size_t key_bytes_max = limits::code_bytes_max + 1 + accounts::password_bytes_max;

// "Secure" but for a browser on this machine, or one whose proxy says that it came without TLS.
std::string cookie(const Gateway& gateway, const Call& call, const std::string& token, bool forget) {
  std::string text = "huying=" + token + "; HttpOnly; SameSite=Strict; Path=/";
  if (!gateway.is_loopback() || call.request.header("x-forwarded-proto") == "https") text += "; Secure";
  if (forget) text += "; Max-Age=0";
  return text;
}

constexpr std::uint32_t busy_retry_ms = 5'000;  // of a full queue a third has been checked by then

http::Response refusal(const Error& error) {
  ProblemMore more;
  if (error.code == v1::ERROR_CODE_GATEWAY_BUSY) more.retry_after_ms = busy_retry_ms;
  if (error.code == v1::ERROR_CODE_LOGIN_LOCKED) {  // "12 s"
    std::uint32_t seconds = 0;
    std::from_chars(error.detail.data(), error.detail.data() + error.detail.size(), seconds);
    more.retry_after_ms = seconds * 1000;
  }
  return problem(error, more);
}

void log_in(Gateway& gateway, const std::shared_ptr<Call>& call, const std::string& person, std::string password) {
  const auto household = household_of(call->address);
  const auto wait = gateway.wrong_logins().wait(household, system_now());
  if (wait.count() > 0) return call->reply->send(wait_problem(wait));
  gateway.logins().log_in(person, household, std::move(password), [&gateway, call, person, household](Result<accounts::NewSession> made) {
    gateway.figures().login(made.has_value());
    if (!made && made.error().code == v1::ERROR_CODE_LOGIN_FAILED) gateway.wrong_logins().was_wrong(household, system_now());
    if (!made && made.error().code == v1::ERROR_CODE_TRIES_EXCEEDED)
      return call->reply->send(wait_problem(std::max(gateway.wrong_logins().wait(household, system_now()), Milliseconds(1))));
    if (!made) return call->reply->send(refusal(made.error()));
    const auto& directory = gateway.directory();
    if (!directory) {
      (void)gateway.accounts().log_out(made->token);
      return call->reply->send(problem({v1::ERROR_CODE_NOT_CONNECTED, "the directory was not fetched yet"}));
    }
    if (!directory->may_log_in(person)) {  // an account without a person opens nothing, and says no more than a wrong password
      (void)gateway.accounts().log_out(made->token);
      return call->reply->send(problem({v1::ERROR_CODE_LOGIN_FAILED, {}}));
    }
    auto response = json_response({{"csrf", made->csrf}, {"me", directory->me(person, gateway.broker().welcome())}});
    response.headers.push_back({"Set-Cookie", cookie(gateway, *call, made->token, false)});
    call->reply->send(std::move(response));
  });
}

void log_in_by_password(Gateway& gateway, const std::shared_ptr<Call>& call) {
  const auto body = object_of(call->request);
  if (!body) return call->reply->send(problem(body.error()));
  if (auto known = check_fields(*body, {"person", "password"}); !known) return call->reply->send(problem(known.error()));
  const auto person = text_in(*body, "person", limits::code_bytes_max);
  if (!person) return call->reply->send(problem(person.error()));
  const auto password = text_in(*body, "password", accounts::password_bytes_max);
  if (!password) return call->reply->send(problem(password.error()));
  log_in(gateway, call, *person, *password);
}

// "wall-1:…", as `huying account key` printed it: an account of a system that only reads.
void log_in_by_key(Gateway& gateway, const std::shared_ptr<Call>& call) {
  const auto body = object_of(call->request);
  if (!body) return call->reply->send(problem(body.error()));
  if (auto known = check_fields(*body, {"key"}); !known) return call->reply->send(problem(known.error()));
  const auto key = text_in(*body, "key", key_bytes_max);
  if (!key) return call->reply->send(problem(key.error()));
  const auto colon = key->find(':');
  const auto person = key->substr(0, colon);
  const bool is_key = colon != std::string::npos && gateway.directory() && gateway.directory()->reads_only(person);
  if (!is_key) return call->reply->send(problem({v1::ERROR_CODE_LOGIN_FAILED, {}}));
  log_in(gateway, call, person, key->substr(colon + 1));
}

}  // namespace

void add_session_endpoints(Gateway& gateway) {
  auto& router = gateway.router();
  using http::Method;
  router.add(Method::post, "/api/v1/session", Access::open, [&gateway](auto call) { log_in_by_password(gateway, call); });
  router.add(Method::post, "/api/v1/session/key", Access::open, [&gateway](auto call) { log_in_by_key(gateway, call); });
  router.add(Method::remove, "/api/v1/session", Access::log_out, [&gateway](const std::shared_ptr<Call>& call) {
    if (auto done = gateway.accounts().log_out(call->token); !done) return call->reply->send(problem(done.error()));
    gateway.streams().end_session(call->token);
    call->reply->send({204, {{"Set-Cookie", cookie(gateway, *call, "", true)}}, {}});
  });
  router.add(Method::get, "/api/v1/me", Access::login, [&gateway](const std::shared_ptr<Call>& call) {
    auto me = gateway.directory()->me(call->person(), gateway.broker().welcome());
    me["csrf"] = call->session.csrf;
    call->reply->send(json_response(me));
  });
}

}  // namespace huying::gateway
