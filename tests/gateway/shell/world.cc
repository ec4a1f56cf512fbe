#include "tests/gateway/shell/world.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <asio/post.hpp>
#include <filesystem>

#include "base/digest.h"
#include "gateway/accounts/password.h"
#include "proto/errors.h"
#include "workers/cell/settings.h"

namespace huying::gateway {

bool wait_until(const std::function<bool()>& holds) {
  const auto until = std::chrono::steady_clock::now() + patience;
  while (!holds()) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}

TemporaryFolder::TemporaryFolder() {
  auto pattern = (std::filesystem::temp_directory_path() / "huying-gate-XXXXXX").string();
  path_ = ::mkdtemp(pattern.data());
}
TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

World::World(WorldOptions options) : options_(std::move(options)) {
  initialise_digests();
  start_broker();
  start_gateway();
}

World::~World() {
  stop_gateway();
  stop_broker();
}

void World::start_broker() {
  broker::BrokerOptions what;
  what.data_folder = data();
  what.directory_folder = HUYING_SOURCE_FOLDER "/deploy/wenyuan";
  what.check_configuration = cell::check_configuration;
  what.segment_bytes = 16 * limits::MiB;
  what.pool_segments = 0;
  what.watermarks = {64 * limits::MiB, 32 * limits::MiB};
  // At the pace of real time, from a Monday's 09:42 of China: at the end of a day clocks end, and no day may end within a test.
  what.rate_permille = 1000;
  what.virtual_origin = instant(1'795'398'120'000);
  broker_ = std::make_unique<broker::Broker>(std::move(what));
  const auto started = broker_->start();
  ASSERT_TRUE(started) << started.error().detail;
  broker_thread_ = std::thread([this] { EXPECT_TRUE(broker_->run()); });
  if (!options_.with_host) return;
  host_context_ = std::make_unique<asio::io_context>();
  host_ = std::make_unique<host::Host>(*host_context_, host::HostSettings{.endpoint = endpoint(), .principal = "host-1"});
  ASSERT_TRUE(host_->start());
  host_thread_ = std::thread([this] { host_context_->run(); });
}

void World::stop_broker() {
  if (host_) {
    host_->stop();
    asio::post(*host_context_, [this] { host_context_->stop(); });
    host_thread_.join();
    host_.reset();
    host_context_.reset();
  }
  if (!broker_) return;
  broker_->stop();
  broker_thread_.join();
  broker_.reset();
}

void World::start_gateway() {
  auto what = options_.gateway;
  what.endpoint = endpoint();
  what.data_folder = gateway_data();
  gateway_context_ = std::make_unique<asio::io_context>();
  gateway_ = std::make_unique<Gateway>(*gateway_context_, std::move(what));
  const auto started = gateway_->start();
  ASSERT_TRUE(started) << started.error().detail;
  port_ = gateway_->port();
  gateway_thread_ = std::thread([this] { gateway_context_->run(); });
  if (!broker_) return;
  ASSERT_TRUE(wait_until([this] { return browser().get("/healthz/ready").status == 200; }));
}

void World::stop_gateway() {
  if (!gateway_) return;
  on_gateway([this] { gateway_->stop(); });
  asio::post(*gateway_context_, [this] { gateway_context_->stop(); });
  gateway_thread_.join();
  gateway_.reset();
  gateway_context_.reset();
}

void World::on_gateway(const std::function<void()>& what) {
  std::atomic<bool> done{false};
  asio::post(*gateway_context_, [&] {
    what();
    done = true;
    done.notify_all();
  });
  done.wait(false);
}

Instant World::now() {
  Instant at;
  on_gateway([&] { at = gateway_->now(); });
  return at;
}

LedgerState World::gateway_ledger() {
  LedgerState state;
  on_gateway([&] { state = gateway_->ledger_state(); });
  return state;
}

void World::set_password(const std::string& person, const std::string& password) {
  const auto hash = accounts::hash_password(password);
  on_gateway([&] { EXPECT_TRUE(gateway_->accounts().set_password_hash(person, hash)); });
}

Browser World::browser_of(const std::string& person) {
  auto one = browser();
  on_gateway([&] {
    auto& accounts = gateway_->accounts();
    ASSERT_TRUE(accounts.set_password_hash(person, "none that matches"));
    const auto attempt = accounts.begin_login(person, "127.0.0.1", system_now());
    ASSERT_TRUE(attempt);
    const auto session = accounts.end_login(*attempt, true, system_now());
    ASSERT_TRUE(session);
    one.cookie = session->token;
    one.csrf = session->csrf;
  });
  return one;
}

std::string World::publish_in(const std::string& cell) {
  std::string number;
  std::atomic<bool> done{false};
  asio::post(*gateway_context_, [&] {
    v1::Request request;
    request.set_source_id("test-" + std::to_string(++requests_));
    request.mutable_text()->set_plain("路灯不亮 (made up)");
    request.mutable_contact()->mutable_telephone()->set_plain("000");
    if (cell != "desk") request.mutable_location()->set_cell(cell);
    gateway_->broker().publish(request, [&](const v1::PublishAck& ack) {
      EXPECT_EQ(ack.error(), 0u) << ack.detail();
      number = ack.case_number();
      done = true;
      done.notify_all();
    });
  });
  done.wait(false);
  // Its owner has it when it answers for it.
  EXPECT_TRUE(wait_until([&] {
    std::atomic<int> answered{0};
    asio::post(*gateway_context_, [&] {
      v1::Query query;
      query.set_case_number(number);
      gateway_->broker().query(query, [&](const v1::QueryReply& reply) {
        answered = reply.error() == 0 && reply.cases_size() == 1 ? 2 : 1;
        answered.notify_all();
      });
    });
    answered.wait(0);
    return answered == 2;
  }));
  return number;
}

}  // namespace huying::gateway
