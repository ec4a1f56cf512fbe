#include "gateway/shell/ledger_thread.h"

#include <spdlog/spdlog.h>

#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "client/session.h"
#include "client/subscriber.h"
#include "gateway/ledger/ledger.h"
#include "proto/errors.h"

namespace huying::gateway {
namespace {

constexpr std::size_t batch_max = 1'000;  // events of one transaction
constexpr auto try_again = std::chrono::seconds(10);

bool is_another_history(std::uint32_t error) {
  return error == v1::ERROR_CODE_TOKEN_INVALID || error == v1::ERROR_CODE_CURSOR_BEYOND_JOURNAL || error == v1::ERROR_CODE_ARCHIVED;
}

}  // namespace

struct LedgerThread::Running {
  explicit Running(LedgerThreadOptions options_)
      : options(std::move(options_)), again(context),
        session(context,
                {.endpoint = options.endpoint, .principal = options.principal, .role = v1::ROLE_GATEWAY, .program = "huying ledger"},
                {.on_welcome = [this](const v1::Welcome& welcome) { begin(welcome.street()); },
                 .on_frame = {},
                 .on_lost = [this](const client::Lost&) { is_current(false); }}) {}

  // ---- Beginning ---------------------------------------------------------------------------------------------

  void begin(const std::string& street) {
    if (ledger) return;  // the subscriber goes on by itself
    auto opened = ledger::Ledger::open(options.path, street);
    if (!opened) {
      trouble(opened.error());
      return later([this, street] { begin(street); });
    }
    ledger = std::move(*opened);
    put_names();
    subscribe();
  }

  void put_names() {
    if (!ledger || !names) return;
    if (auto put = ledger->set_names(*names); !put) return trouble(put.error());
    names.reset();
  }

  void subscribe() {
    waiting.clear();
    client::SubscriberOptions what;
    for (const char* subject : {"case.>", "coverage.>", "configuration.>"}) what.subscribe.add_subjects(subject);
    if (ledger->token().empty())
      what.subscribe.set_start(true);
    else
      what.subscribe.set_token(ledger->token());
    subscriber = std::make_unique<client::Subscriber>(
        session, std::move(what),
        client::SubscriberCallbacks{.on_event = [this](const auto& delivery) { take(delivery); },
                                    .on_progress = [this](const auto& progress) { take(progress); },
                                    .on_subscribed = {},
                                    .on_gap = {},
                                    .on_refused = [this](const Error& error) { refused(error); },
                                    .on_waiting = {}});
    session.attach(*subscriber);
    if (session.welcomed()) subscriber->on_welcome(session.welcome());
    const std::lock_guard lock(mutex);
    told.is_open = true;
    told.events = ledger->events();
  }

  // Called from the subscriber: it goes when it has returned.
  void end_subscription(std::function<void()> then) {
    if (ending) return;
    ending = true;
    subscriber->end();
    is_current(false);
    asio::post(context, [this, then = std::move(then)] {
      session.detach(*subscriber);
      subscriber.reset();
      ending = false;
      then();
    });
  }

  void rebuild() {
    if (auto cleared = ledger->clear(); !cleared) {
      trouble(cleared.error());
      return later([this] { rebuild(); });
    }
    {
      const std::lock_guard lock(mutex);
      ++told.rebuilt;
    }
    subscribe();
  }

  void refused(const Error& error) {
    trouble(error);
    const bool anew = is_another_history(error.code) && !ledger->token().empty();
    end_subscription([this, anew] {
      if (anew) return rebuild();
      later([this] { subscribe(); });
    });
  }

  // ---- Events ------------------------------------------------------------------------------------------------

  void take(const v1::EventDelivery& delivery) {
    if (ending) return;
    if (delivery.subject().starts_with("configuration.") && options.on_configuration) options.on_configuration();
    waiting.push_back(delivery);
    // Rows may be ahead of their place: what is here already is passed over when it comes again.
    if (waiting.size() >= batch_max) write(ledger->token());
  }

  void take(const v1::Progress& progress) {
    if (ending) return;
    if (!write(subscriber->resume_token())) return;
    is_current(progress.at_head());
  }

  bool write(const std::string& token) {
    if (waiting.empty() && token == ledger->token()) return true;
    const auto taken = ledger->take(waiting, token);
    waiting.clear();
    if (taken) {
      const std::lock_guard lock(mutex);
      told.events = ledger->events();
      told.trouble = {};
      return true;
    }
    trouble(taken.error());
    const bool anew = taken.error().code == v1::ERROR_CODE_COMMIT_INVALID;
    end_subscription([this, anew] {
      if (anew && !has_rebuilt) {
        has_rebuilt = true;
        return rebuild();
      }
      later([this, anew] { anew ? rebuild() : subscribe(); });
    });
    return false;
  }

  // ---- State -------------------------------------------------------------------------------------------------

  void trouble(const Error& error) {
    spdlog::warn("ledger: {}", sentence(error));
    const std::lock_guard lock(mutex);
    told.trouble = error;
  }

  void is_current(bool current) {
    const std::lock_guard lock(mutex);
    if (told.at_head && !current) behind_since = SteadyInstant::clock::now();
    told.at_head = current;
    if (current) told.current_at = instant(session.broker_now_ms());
  }

  void later(std::function<void()> what) {
    again.expires_after(try_again);
    again.async_wait([what = std::move(what)](const asio::error_code& cancelled) {
      if (!cancelled) what();
    });
  }

  const LedgerThreadOptions options;
  asio::io_context context;
  asio::steady_timer again;
  std::unique_ptr<ledger::Ledger> ledger;
  client::Session session;
  std::unique_ptr<client::Subscriber> subscriber;
  std::vector<v1::EventDelivery> waiting;
  std::optional<std::vector<ledger::Name>> names;  // to be put in
  bool ending = false, has_rebuilt = false;
  mutable std::mutex mutex;
  LedgerState told;
  SteadyInstant behind_since = SteadyInstant::clock::now();
  std::thread thread;
};

LedgerThread::LedgerThread(LedgerThreadOptions options) : running_(std::make_unique<Running>(std::move(options))) {}
LedgerThread::~LedgerThread() { stop(); }

Result<void> LedgerThread::start() {
  if (auto started = running_->session.start(); !started) return started;
  running_->thread = std::thread([raw = running_.get()] { raw->context.run(); });
  return {};
}

void LedgerThread::stop() {
  auto* raw = running_.get();
  if (!raw->thread.joinable()) return;
  raw->session.stop();
  asio::post(raw->context, [raw] { raw->context.stop(); });  // after the goodbye
  raw->thread.join();
}

void LedgerThread::set_names(std::vector<ledger::Name> names) {
  asio::post(running_->context, [raw = running_.get(), names = std::move(names)]() mutable {
    raw->names = std::move(names);
    raw->put_names();
  });
}

LedgerState LedgerThread::state() const {
  const std::lock_guard lock(running_->mutex);
  LedgerState state = running_->told;
  if (!state.at_head)
    state.behind = std::chrono::duration_cast<Milliseconds>(SteadyInstant::clock::now() - running_->behind_since);
  return state;
}

}  // namespace huying::gateway
