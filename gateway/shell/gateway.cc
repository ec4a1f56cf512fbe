#include "gateway/shell/gateway.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <asio/ip/address.hpp>
#include <asio/post.hpp>

#include "gateway/accounts/password.h"
#include "gateway/accounts/token.h"
#include "gateway/shell/endpoints.h"
#include "gateway/shell/files.h"
#include "gateway/shell/ledger_names.h"
#include "gateway/shell/problem.h"
#include "proto/errors.h"

namespace huying::gateway {
namespace {

// `images`: one more origin that images may come from, with a blank in front; of pages alone, where maps are.
std::string content_policy(std::string_view images = {}) {
  return fmt::format("default-src 'self'; img-src 'self' data: blob:{}; object-src 'none'; base-uri 'none'; form-action 'self'; "
                     "frame-ancestors 'none'",
                     images);
}

bool is_loopback_address(const std::string& text) {
  asio::error_code error;
  const auto address = asio::ip::make_address(text, error);
  return !error && address.is_loopback();
}

// Of a proxy on this machine the last address that it wrote down; of anybody else it is their own word, and not asked.
std::string address_of(const http::Request& request) {
  if (!is_loopback_address(request.peer)) return request.peer;
  std::string last;
  for (const auto& [name, value] : request.headers)
    if (name == "x-forwarded-for") last = value;
  const auto comma = last.rfind(',');
  if (comma != std::string::npos) last = last.substr(comma + 1);
  last.erase(0, std::min(last.find_first_not_of(' '), last.size()));
  asio::error_code error;
  asio::ip::make_address(last, error);
  return error ? request.peer : last;
}

// The value of one cookie.
std::string cookie_of(const http::Request& request, std::string_view name) {
  std::string_view all = request.header("cookie");
  while (!all.empty()) {
    const auto end = std::min(all.find(';'), all.size());
    auto one = all.substr(0, end);
    all.remove_prefix(std::min(end + 1, all.size()));
    one.remove_prefix(std::min(one.find_first_not_of(' '), one.size()));
    const auto equals = one.find('=');
    if (equals != std::string_view::npos && one.substr(0, equals) == name) return std::string(one.substr(equals + 1));
  }
  return {};
}

}  // namespace

// Every answer carries the time of the centre and what a browser must keep to.
class Gateway::Answer final : public http::Reply {
 public:
  Answer(const Gateway& gateway, std::shared_ptr<http::Reply> reply) : gateway_(gateway.self_), reply_(std::move(reply)) {}
  ~Answer() override {
    if (reply_ && *gateway_ != nullptr) send(problem({v1::ERROR_CODE_INTERNAL, {}}));
  }
  void send(http::Response response) override {
    if (!reply_ || *gateway_ == nullptr) return;
    dress(response);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began_;
    (*gateway_)->figures_.answered(response.status, took.count());
    std::exchange(reply_, nullptr)->send(std::move(response));
  }
  std::shared_ptr<Stream> stream(http::Response head) override {
    if (!reply_ || *gateway_ == nullptr) return nullptr;
    dress(head);
    return std::exchange(reply_, nullptr)->stream(std::move(head));
  }

 private:
  void dress(http::Response& response) const {
    auto& headers = response.headers;
    const auto has = [&](std::string_view name) {
      return std::any_of(headers.begin(), headers.end(), [&](const auto& one) { return one.name == name; });
    };
    if (const auto now_ms = (*gateway_)->broker_.now_ms(); now_ms > 0) headers.push_back({"Huying-Now", std::to_string(now_ms)});
    if (!has("Cache-Control")) headers.push_back({"Cache-Control", "no-store"});
    if (!has("Content-Security-Policy")) headers.push_back({"Content-Security-Policy", content_policy()});
    headers.push_back({"X-Content-Type-Options", "nosniff"});
    headers.push_back({"X-Frame-Options", "DENY"});
    headers.push_back({"Referrer-Policy", "no-referrer"});
    headers.push_back({"Cross-Origin-Opener-Policy", "same-origin"});
    headers.push_back({"Cross-Origin-Resource-Policy", "same-origin"});
    headers.push_back({"Permissions-Policy", "camera=(self), geolocation=(self), microphone=(self)"});
  }

  const std::shared_ptr<Gateway*> gateway_;
  std::shared_ptr<http::Reply> reply_;
  const std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
};

Gateway::Gateway(asio::io_context& context, GatewayOptions options)
    : context_(context), options_(std::move(options)),
      broker_(context, {options_.endpoint, options_.principal},
              {.on_configuration = [this](const auto& configuration, auto version) { take_configuration(configuration, version); },
               .on_lost =
                   [this](const client::Lost& lost) {
                     if (lost.error == told_lost_) return;  // once for each trouble
                     told_lost_ = lost.error;
                     spdlog::warn("gateway: {}", sentence(lost.error));
                   }}),
      stories_(context, {options_.endpoint, options_.principal}), hourly_(context),
      citizen_requests_({.wrong_max = 20}), citizen_images_({.wrong_max = 60}), wrong_logins_({.wrong_max = 60}) {}

Gateway::~Gateway() { *self_ = nullptr; }

Result<void> Gateway::open_files() {
  const auto& folder = options_.data_folder;
  if (auto made = make_private_folder(folder); !made) return made;
  auto opened = accounts::Accounts::open(folder + "/accounts.sqlite");
  if (!opened) return tl::unexpected(opened.error());
  accounts_ = std::move(*opened);
  auto attachments = AttachmentStore::open(folder + "/attachments");
  if (!attachments) return tl::unexpected(attachments.error());
  attachments_ = std::move(*attachments);
  auto looks = ContactLooks::open(folder + "/contact_looks.sqlite");
  if (!looks) return tl::unexpected(looks.error());
  looks_.emplace(std::move(*looks));
  auto codes = QueryCodes::open(folder + "/citizen.key");
  if (!codes) return tl::unexpected(codes.error());
  codes_ = *codes;
  if (options_.pages_folder.empty()) return {};
  auto pages = Pages::read(options_.pages_folder, tiles_.origin().empty() ? std::string() : content_policy(" " + tiles_.origin()));
  if (!pages) return tl::unexpected(pages.error());
  pages_ = std::move(*pages);
  return {};
}

Result<void> Gateway::start() {
  auto tiles = Tiles::make(options_.tiles);
  if (!tiles) return tl::unexpected(tiles.error());
  tiles_ = std::move(*tiles);
  if (auto opened = open_files(); !opened) return opened;
  (void)accounts::hash_of_nobody();  // made once, and not while somebody waits
  logins_ = std::make_unique<Logins>(
      context_, *accounts_, [this](const std::string& place) { return wrong_logins_.wait(place, system_now()).count() == 0; },
      options_.logins);
  streams_ = std::make_unique<Streams>(context_, BrokerLinkOptions{options_.endpoint, options_.principal}, options_.streams,
                                       [this](const std::string& token) {
                                         const auto session = accounts_->session(token, system_now());
                                         return session && session->has_value();
                                       });
  ledger_ = std::make_unique<LedgerThread>(LedgerThreadOptions{
      options_.endpoint, options_.principal, ledger_path(),
      [this] { asio::post(context_, [this] { broker_.fetch_configuration(); }); }});
  ledger_reader_ = std::make_unique<LedgerReader>(context_, ledger_path());
  ledger_files_ = std::make_unique<LedgerReader>(context_, ledger_path());
  add_endpoints();
  server_ = std::make_unique<http::Server>(context_, options_.http,
                                           [this](http::Request request, std::shared_ptr<http::Reply> reply) {
                                             handle(std::move(request), std::make_shared<Answer>(*this, std::move(reply)));
                                           });
  if (auto started = broker_.start(); !started) return started;
  if (auto started = ledger_->start(); !started) return started;
  look_after_files();
  return server_->listen();
}

void Gateway::stop() {
  hourly_.cancel();
  if (server_) server_->stop();
  if (streams_) streams_->stop();
  stories_.stop();
  broker_.stop();
  if (ledger_reader_) ledger_reader_->stop();
  if (ledger_files_) ledger_files_->stop();
  if (ledger_) ledger_->stop();
  if (logins_) logins_->stop();
}

void Gateway::look_after_files() {
  if (auto forgotten = accounts_->forget_old(system_now()); !forgotten) spdlog::error("accounts: {}", sentence(forgotten.error()));
  attachments_->forget_old(std::chrono::system_clock::now());
  hourly_.expires_after(std::chrono::hours(1));
  hourly_.async_wait([this](const asio::error_code& cancelled) {
    if (!cancelled) look_after_files();
  });
}

void Gateway::take_configuration(const v1::Configuration& configuration, std::uint64_t version) {
  told_lost_ = {};
  auto made = DirectoryView::make(configuration, version);
  if (!made) {
    spdlog::error("gateway: {}", sentence(made.error()));
    return;
  }
  directory_ = std::move(*made);
  if (ledger_) ledger_->set_names(names_of(*directory_));
  if (options_.on_directory) options_.on_directory(*directory_);
}

bool Gateway::is_loopback() const { return is_loopback_address(options_.http.address); }

Figures::Now Gateway::figures_now() const {
  const auto ledger = ledger_->state();
  Figures::Now now;
  now.broker_connected = broker_.connected();
  now.ledger_at_head = ledger.at_head;
  now.ledger_behind_seconds = std::chrono::duration<double>(ledger.behind).count();
  now.ledger_events = ledger.events;
  now.ledger_rebuilt = ledger.rebuilt;
  now.connections = server_->figures().connections;
  now.streams = streams_->streams();
  now.subscriptions = streams_->feeds();
  now.unanswered = broker_.unanswered();
  return now;
}

void Gateway::add_endpoints() {
  add_session_endpoints(*this);
  add_directory_endpoints(*this);
  add_case_endpoints(*this);
  add_step_endpoints(*this);
  add_ledger_endpoints(*this);
  add_event_endpoints(*this);
  add_citizen_endpoints(*this);
  add_citizen_track_endpoints(*this);
  add_attachment_endpoints(*this);
  add_system_endpoints(*this);
}

// ---- A request -------------------------------------------------------------------------------------------------

Result<void> Gateway::admit(Call& call, Access access) {
  if (access == Access::open) return {};
  call.token = cookie_of(call.request, "huying");
  if (call.token.empty()) return fail(v1::ERROR_CODE_NOT_LOGGED_IN);
  auto session = accounts_->session(call.token, system_now());
  if (!session) return tl::unexpected(session.error());
  if (!session->has_value()) return fail(v1::ERROR_CODE_NOT_LOGGED_IN);
  call.session = std::move(**session);
  if (access != Access::login && !accounts::same_token(call.request.header("huying-csrf"), call.session.csrf))
    return fail(v1::ERROR_CODE_CSRF_WRONG);
  if (access == Access::log_out) return {};
  if (!directory_) return fail(v1::ERROR_CODE_NOT_CONNECTED, "the directory was not fetched yet");
  if (!directory_->may_log_in(call.person())) return fail(v1::ERROR_CODE_UNKNOWN_PRINCIPAL);
  if (access == Access::change && directory_->reads_only(call.person())) return fail(v1::ERROR_CODE_LOGIN_READS_ONLY);
  return {};
}

// A page, or why there is none. 405 names the methods that there are (RFC 9110, 15.5.6).
http::Response Gateway::without_route(const http::Request& request, const Error& error) const {
  auto methods = router_.methods(request.path);
  if (methods.empty() && pages_.has(request.path)) {
    if (request.method == http::Method::get || request.method == http::Method::head) return pages_.answer(request);
    methods = {http::Method::get};
  }
  if (methods.empty()) return problem(error);
  auto response = problem({v1::ERROR_CODE_METHOD_UNKNOWN, {}});
  std::string allow;
  for (const auto method : methods) {
    if (!allow.empty()) allow += ", ";
    allow += http::name_of(method);
    if (method == http::Method::get) allow += ", HEAD";
  }
  response.headers.push_back({"Allow", allow});
  return response;
}

void Gateway::handle(http::Request request, std::shared_ptr<http::Reply> reply) {
  auto found = router_.find(request.method, request.path);
  if (!found) return reply->send(without_route(request, found.error()));
  auto call = std::make_shared<Call>();
  call->request = std::move(request);
  call->parts = std::move(found->parts);
  call->address = address_of(call->request);
  if (auto admitted = admit(*call, found->route->access); !admitted) return reply->send(problem(admitted.error()));
  call->reply = std::move(reply);
  found->route->handler(std::move(call));
}

}  // namespace huying::gateway
