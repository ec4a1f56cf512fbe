#include "gateway/shell/broker_link.h"

#include <spdlog/spdlog.h>

#include <asio/steady_timer.hpp>
#include <type_traits>
#include <utility>

#include "proto/errors.h"

namespace huying::gateway {
namespace {

// A question to a cell without an owner is answered NO_OWNER when another host should have had it (client/actor.h).
constexpr Milliseconds question_within{12'000};
static_assert(question_within > limits::takeover_max + 2 * limits::heartbeat_interval);

constexpr std::uint32_t configuration_parts_max = 512;  // x 512 KiB: more than the largest directory

}  // namespace

// Fetches the directory in force, with geometry, in parts; again when another one is in force or a part does not fit.
class BrokerLink::Configurations final : public client::Conversation {
 public:
  Configurations(client::FrameSink& sink, std::function<void(const v1::Configuration&, std::uint64_t)> told)
      : sink_(sink), told_(std::move(told)) {}

  void on_welcome(const v1::Welcome&) override { begin(); }
  void on_lost() override { is_asking_ = false; }
  void on_tick(SteadyInstant) override {
    if (again_) begin();
  }
  void begin() {
    again_ = false;
    bytes_.clear();
    next_part_ = 0;
    version_ = 0;
    is_asking_ = true;
    ask();
  }
  void on_frame(const v1::BrokerFrame& frame) override {
    if (!frame.has_configuration() || !is_asking_) return;
    const auto& reply = frame.configuration();
    if (reply.part() != next_part_) return;  // of an attempt before
    const bool fits = reply.error() == 0 && reply.parts() <= configuration_parts_max && (version_ == 0 || version_ == reply.version());
    if (!fits) {
      is_asking_ = false;
      again_ = true;  // with the next tick: another one came between, or there is none yet
      return;
    }
    version_ = reply.version();
    bytes_ += reply.bytes();
    if (++next_part_ < reply.parts()) return ask();
    is_asking_ = false;
    v1::Configuration configuration;
    if (!configuration.ParseFromString(std::exchange(bytes_, {}))) {
      spdlog::error("the directory in force cannot be read");
      return;
    }
    told_(configuration, version_);
  }

 private:
  void ask() {
    v1::ClientFrame frame;
    frame.mutable_fetch_configuration()->set_part(next_part_);
    frame.mutable_fetch_configuration()->set_with_geometry(true);
    if (!sink_.send(frame)) is_asking_ = false;
  }

  client::FrameSink& sink_;
  const std::function<void(const v1::Configuration&, std::uint64_t)> told_;
  std::string bytes_;
  std::uint32_t next_part_ = 0;
  std::uint64_t version_ = 0;
  bool is_asking_ = false, again_ = false;
};

// One question: whoever comes first, the broker or the timer, answers it.
template <class Reply>
struct BrokerLink::Asked {
  Asked(asio::io_context& context, BrokerLink& link_, std::function<void(const Reply&)> told_)
      : link(link_.self_), timer(context), told(std::move(told_)) {}
  void answer(const Reply& reply) {
    if (!told || *link == nullptr) return;
    --(*link)->unanswered_;
    timer.cancel();
    std::exchange(told, {})(reply);
  }
  void refuse(std::uint32_t error) {
    Reply reply;
    reply.set_error(error);
    if constexpr (requires { reply.set_stage(v1::ActionReply::REFUSED); }) reply.set_stage(v1::ActionReply::REFUSED);
    answer(reply);
  }
  const std::shared_ptr<BrokerLink*> link;
  asio::steady_timer timer;
  std::function<void(const Reply&)> told;
};

BrokerLink::BrokerLink(asio::io_context& context, BrokerLinkOptions options, BrokerLinkCallbacks callbacks)
    : context_(context), options_(std::move(options)),
      session_(context,
               {.endpoint = options_.endpoint, .principal = options_.principal, .role = v1::ROLE_GATEWAY, .program = "huying gateway"},
               {.on_welcome = {}, .on_frame = {}, .on_lost = std::move(callbacks.on_lost)}),
      actor_(session_), publisher_(session_, [this](std::uint64_t tag, const auto& ack) { published(tag, ack); }),
      configurations_(std::make_unique<Configurations>(session_, std::move(callbacks.on_configuration))) {
  session_.attach(actor_);
  session_.attach(publisher_);
  session_.attach(*configurations_);
}

BrokerLink::~BrokerLink() { *self_ = nullptr; }

Result<void> BrokerLink::start() { return session_.start(); }
void BrokerLink::stop() { session_.stop(); }

std::int64_t BrokerLink::now_ms() const {
  const auto last = session_.broker_now_ms();
  if (last == 0) return 0;
  const auto since = std::chrono::duration_cast<Milliseconds>(SteadyInstant::clock::now() - session_.broker_now_at());
  // Not on and on when the broker is away: its clock may stand.
  const auto counted = std::min(since, limits::session_silence_max);
  return last + counted.count() * std::max<std::int64_t>(session_.welcome().rate_permille(), 1) / 1000;
}

template <class Reply>
std::shared_ptr<BrokerLink::Asked<Reply>> BrokerLink::ask(std::function<void(const Reply&)> told) {
  auto asked = std::make_shared<Asked<Reply>>(context_, *this, std::move(told));
  ++unanswered_;
  // What was answered by the timer still waits for the broker.
  const bool is_full = unanswered_ > unanswered_max || actor_.unanswered() >= 2 * unanswered_max;
  if (!connected() || is_full) {
    asked->refuse(connected() ? v1::ERROR_CODE_GATEWAY_BUSY : v1::ERROR_CODE_NOT_CONNECTED);
    return nullptr;
  }
  constexpr bool may_be_on_disk = std::is_same_v<Reply, v1::ActionReply> || std::is_same_v<Reply, v1::PublishAck>;
  asked->timer.expires_after(may_be_on_disk ? answer_within : question_within);
  asked->timer.async_wait([asked](const asio::error_code& cancelled) {
    if (cancelled) return;
    asked->refuse(may_be_on_disk ? v1::ERROR_CODE_NOT_DECIDED_YET : v1::ERROR_CODE_NOT_CONNECTED);
  });
  return asked;
}

void BrokerLink::act(const v1::Action& action, client::Actor::OnReply told) {
  const auto asked = ask<v1::ActionReply>(std::move(told));
  if (!asked) return;
  actor_.act(action, [asked](const v1::ActionReply& reply) {
    if (reply.stage() != v1::ActionReply::RECEIVED) asked->answer(reply);
  });
}

void BrokerLink::query(v1::Query query, client::Actor::OnQuery told) {
  const auto asked = ask<v1::QueryReply>(std::move(told));
  if (asked) actor_.query(std::move(query), [asked](const v1::QueryReply& reply) { asked->answer(reply); });
}

void BrokerLink::fetch(v1::Fetch fetch, client::Actor::OnFetch told) {
  const auto asked = ask<v1::FetchReply>(std::move(told));
  if (asked) actor_.fetch(std::move(fetch), [asked](const v1::FetchReply& reply) { asked->answer(reply); });
}

void BrokerLink::status(client::Actor::OnStatus told) {
  const auto asked = ask<v1::StatusReply>(std::move(told));
  if (asked) actor_.status([asked](const v1::StatusReply& reply) { asked->answer(reply); });
}

void BrokerLink::publish(const v1::Request& request, std::function<void(const v1::PublishAck&)> told) {
  const auto asked = ask<v1::PublishAck>(std::move(told));
  if (!asked) return;
  if (!publisher_.publish(next_publication_, request)) return asked->refuse(v1::ERROR_CODE_GATEWAY_BUSY);
  publications_[next_publication_++] = [asked](const v1::PublishAck& ack) { asked->answer(ack); };
}

void BrokerLink::published(std::uint64_t tag, const v1::PublishAck& ack) {
  auto node = publications_.extract(tag);
  if (!node.empty()) node.mapped()(ack);
}

void BrokerLink::fetch_configuration() {
  if (connected()) configurations_->begin();
}

}  // namespace huying::gateway
