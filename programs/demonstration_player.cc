#include "programs/demonstration_player.h"

#include <fmt/format.h>

#include "base/check.h"
#include "programs/time_text.h"
#include "proto/errors.h"

namespace huying::programs {
namespace {

constexpr const char* gateway = "gateway-1";
constexpr const char* administrator = "administrator";
constexpr Milliseconds long_pause = std::chrono::hours(8);  // of virtual time: a night

Instant begin_of_story() {
  const auto begin = instant_in(story_begins_at);
  HUYING_CHECK(begin.has_value());
  return *begin;
}

v1::Request request_of(const Step& step) {
  v1::Request request;
  request.set_source_id(fmt::format("demonstration-{}", step.label));
  request.set_category(std::string(step.category));
  auto& location = *request.mutable_location();
  location.set_cell(std::string(step.place.cell));
  location.set_address(std::string(step.place.address));
  if (step.place.datum != v1::DATUM_UNSPECIFIED) {
    location.mutable_point()->set_latitude(step.place.latitude);
    location.mutable_point()->set_longitude(step.place.longitude);
    location.mutable_point()->set_datum(step.place.datum);
  }
  request.mutable_text()->set_plain(std::string(step.words.zh));
  if (step.report == Report::no) return request;
  auto& report = *request.mutable_report();
  report.set_reporter(std::string(step.who));
  report.set_on_behalf_of_citizen(step.report == Report::for_citizen);
  if (step.report == Report::solved_on_spot)
    report.mutable_solved_on_spot()->mutable_words()->set_plain(std::string(step.words.zh));
  return request;
}

}  // namespace

struct DemonstrationPlayer::Desk {
  Desk(asio::io_context& context, client::SessionOptions options, client::SessionCallbacks callbacks,
       client::Publisher::OnAnswer on_answer)
      : session(context, std::move(options), std::move(callbacks)),
        publisher(session, std::move(on_answer)),
        actor(session) {
    session.attach(publisher);
    session.attach(actor);
  }
  client::Session session;
  client::Publisher publisher;
  client::Actor actor;
  bool was_ready = false;
};

DemonstrationPlayer::DemonstrationPlayer(asio::io_context& context, std::string endpoint,
                                         const DemonstrationLines& lines, int days, OnDone on_done)
    : context_(context),
      endpoint_(std::move(endpoint)),
      lines_(lines),
      days_(days),
      on_done_(std::move(on_done)),
      timer_(context) {}

DemonstrationPlayer::~DemonstrationPlayer() {
  stop();
}

void DemonstrationPlayer::start() {
  watcher_ = std::make_unique<DemonstrationWatcher>(
      context_, endpoint_,
      [this, first = true]() mutable {
        if (std::exchange(first, false)) one_more_ready();
      },
      [this](const auto& delivery, const auto& event) { take(delivery, event); },
      [this](const Error& error) { done(tl::unexpected(error)); });
  add_desk("mini-program", v1::ROLE_PUBLISHER);
  add_desk("hotline-12345", v1::ROLE_PUBLISHER);
  add_desk(gateway, v1::ROLE_GATEWAY);
  add_desk(administrator, v1::ROLE_ADMINISTRATOR);
  not_ready_ = desks_.size() + 1;
  if (const auto started = watcher_->start(); !started) return done(tl::unexpected(started.error()));
  for (auto& [principal, desk] : desks_)
    if (const auto started = desk->session.start(); !started) return done(tl::unexpected(started.error()));
}

void DemonstrationPlayer::stop() {
  on_done_ = {};
  timer_.cancel();
  if (watcher_) watcher_->stop();
  for (auto& [principal, desk] : desks_) desk->session.stop();
}

DemonstrationPlayer::Desk& DemonstrationPlayer::add_desk(const char* principal, v1::Role role) {
  client::SessionOptions options;
  options.endpoint = endpoint_;
  options.principal = principal;
  options.role = role;
  options.program = "huying demonstrate";
  const auto on_welcome = [this, principal](const v1::Welcome& welcome) {
    auto& desk = *desks_.find(principal)->second;
    if (std::exchange(desk.was_ready, true)) return;
    rate_permille_ = welcome.rate_permille();
    virtual_origin_ = instant(desk.session.broker_now_ms());
    steady_origin_ = SteadyInstant::clock::now();
    one_more_ready();
  };
  const auto on_lost = [this](const client::Lost& lost) {
    if (client::is_final(lost.error)) done(tl::unexpected(lost.error));
  };
  const auto on_answer = [this, principal](std::uint64_t, const v1::PublishAck& ack) {
    const auto* step = current();
    const auto at = instant(desks_.find(principal)->second->session.broker_now_ms());
    if (ack.error() != 0) {
      const Error error{ack.error(), ack.detail()};
      fmt::print("{}", lines_.refused(at, *step, error));
      return done(tl::unexpected(error));
    }
    fmt::print("{}", lines_.request(at, *step, ack));
    numbers_[std::string(step->label)] = ack.case_number();
    figures_.known += ack.known();
    ++step_;
    next();
  };
  auto desk = std::make_unique<Desk>(
      context_, std::move(options),
      client::SessionCallbacks{.on_welcome = on_welcome, .on_frame = {}, .on_lost = on_lost}, on_answer);
  return *(desks_[principal] = std::move(desk));
}

void DemonstrationPlayer::one_more_ready() {
  if (--not_ready_ == 0) next();
}

const Step* DemonstrationPlayer::current() const {
  if (step_ >= story().size() || story()[step_].day > days_) return nullptr;
  return &story()[step_];
}

Instant DemonstrationPlayer::now() const {
  const auto elapsed = std::chrono::duration_cast<Milliseconds>(SteadyInstant::clock::now() - steady_origin_);
  return virtual_origin_ + Milliseconds(elapsed.count() * rate_permille_ / 1000);
}

Instant DemonstrationPlayer::time_of(int day, int hour, int minute) const {
  return begin_of_story() + std::chrono::hours(24 * (day - 1) + hour - story_begins_hour) +
         std::chrono::minutes(minute);
}

bool DemonstrationPlayer::waits_for_climb(const Step& step) const {
  if (step.after_rung == v1::RUNG_UNSPECIFIED) return false;
  const auto climbed = climbed_.find(numbers_.find(step.label)->second);
  return climbed == climbed_.end() || climbed->second < step.after_rung;
}

// The next step, when its time has come; after the last one, the end of the days.
void DemonstrationPlayer::next() {
  std::fflush(stdout);
  const auto* step = current();
  if (step == nullptr) return wait_until(time_of(days_ + 1, 0, 0) + Milliseconds(60'000), [this] { ask_figures(); });
  wait_until(time_of(*step), [this] { perform(); });
}

void DemonstrationPlayer::wait_until(Instant at, std::function<void()> then) {
  const auto left = std::max(at - now(), Milliseconds(0));
  if (left > long_pause) {
    fmt::print("                … 夜里，时限照走 / the night passes, clocks run on\n");
    std::fflush(stdout);
  }
  timer_.expires_after(std::chrono::microseconds(left.count() * 1'000'000 / rate_permille_));
  timer_.async_wait([then = std::move(then)](const asio::error_code& cancelled) {
    if (!cancelled) then();
  });
}

void DemonstrationPlayer::begin_day(const Step& step) {
  if (step.day == day_) return;
  day_ = step.day;
  fmt::print("{}", lines_.day(day_));
}

void DemonstrationPlayer::perform() {
  const auto& step = *current();
  waits_for_climb_ = waits_for_climb(step);
  if (waits_for_climb_) return;  // take() comes back here
  begin_day(step);
  if (step.act == v1::ACTION_KIND_UNSPECIFIED)
    publish(step);
  else
    act(step);
}

void DemonstrationPlayer::publish(const Step& step) {
  const auto principal = step.report == Report::no ? step.who : std::string_view(gateway);
  desks_.find(principal)->second->publisher.publish(step_, request_of(step));
}

// Whom the case went up to next, when it climbed on before the answer came: at this pace an hour is a fraction of a second.
static std::string_view answers_above(std::string_view who) {
  if (who.substr(0, who.find('.')) == "district") return {};
  return who == "street.supervisor-1" ? "district.supervisor-1" : "street.supervisor-1";
}

void DemonstrationPlayer::act(Step step) {
  v1::Action action;
  action.set_action_id(fmt::format("demonstration-{}-{}", step_, step.who));
  action.set_case_number(numbers_.find(step.label)->second);
  action.set_kind(step.act);
  action.set_person(std::string(step.who));
  action.set_to_cell(std::string(step.to_cell));
  action.set_verdict(step.verdict);
  if (step.act == v1::ACTION_KIND_CALL_BACK) action.set_satisfaction(3);
  if (!step.words.zh.empty()) action.mutable_words()->set_plain(std::string(step.words.zh));
  auto& desk = *desks_.find(gateway)->second;
  desk.actor.act(action, [this, &desk, step](const v1::ActionReply& reply) {
    if (reply.stage() == v1::ActionReply::RECEIVED) return;
    const auto at = instant(desk.session.broker_now_ms());
    const auto code = reply.error() != 0 ? reply.error() : reply.outcome().error();
    const bool is_too_low = code == v1::ERROR_CODE_ROLE_REFUSES && step.act == v1::ACTION_KIND_ANSWER_ESCALATION;
    if (const auto above = answers_above(step.who); is_too_low && !above.empty()) {
      auto higher = step;
      higher.who = above;
      return act(higher);
    }
    if (code != 0) {
      const Error error{code, reply.detail()};
      fmt::print("{}", lines_.refused(at, step, error));
      return done(tl::unexpected(error));
    }
    fmt::print("{}", lines_.action(at, step, reply.case_number()));
    if (step.act == v1::ACTION_KIND_CLOSE) ++closes_;
    ++step_;
    next();
  });
}

void DemonstrationPlayer::take(const v1::EventDelivery& delivery, const v1::CaseEvent& event) {
  if (delivery.kind() == v1::EVENT_KIND_CLOSED) closed_.insert(event.case_number());
  if (delivery.kind() != v1::EVENT_KIND_ESCALATED) return;
  ++figures_.climbs;
  auto& climbed = climbed_[event.case_number()];
  climbed = std::max(climbed, event.escalation().to());
  fmt::print("{}", lines_.by_itself(delivery, event));
  std::fflush(stdout);
  if (waits_for_climb_) perform();
}

// The watcher hears of the last step by another session than its answer came by.
void DemonstrationPlayer::ask_figures() {
  if (closed_.size() < closes_) {
    timer_.expires_after(Milliseconds(20));
    timer_.async_wait([this](const asio::error_code& cancelled) {
      if (!cancelled) ask_figures();
    });
    return;
  }
  desks_.find(administrator)->second->actor.status([this](const v1::StatusReply& reply) {
    if (reply.error() != 0) return done(fail(reply.error(), "status"));
    figures_.taken = reply.requests();
    figures_.open = reply.open_cases();
    figures_.closed = closed_.size();
    figures_.escalated_cases = climbed_.size();
    done(figures_);
  });
}

std::map<std::string, std::string, std::less<>> DemonstrationPlayer::open_cases() const {
  std::map<std::string, std::string, std::less<>> open;
  for (const auto& [label, number] : numbers_)
    if (!closed_.contains(number)) open[label] = number;
  return open;
}

void DemonstrationPlayer::done(Result<DemonstrationFigures> figures) {
  if (auto told = std::exchange(on_done_, {})) told(std::move(figures));
}

}  // namespace huying::programs
