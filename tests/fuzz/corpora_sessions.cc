// Sessions of the broker, played on a broker while they are written down: what a host is granted is in its commits.
#include <gtest/gtest.h>
#include <spdlog/spdlog.h>

#include "base/check.h"
#include "tests/broker/broker_world.h"
#include "tests/fuzz/broker_steps.h"
#include "tests/fuzz/corpora.h"

namespace huying::fuzz {
namespace {

using broker::BrokerWorld;
using v1::ClientFrame;

class Script {
 public:
  Script() { everybody_says_hello(world_); }

  void step(Do what, Who who, const ClientFrame& frame = {}) { step_bytes(what, who, frame.SerializeAsString()); }
  void step_bytes(Do what, Who who, const std::string& frame) {
    const std::string bytes = static_cast<char>(static_cast<int>(who) | static_cast<int>(what) << 3) + piece_of(frame);
    text_ += bytes;
    Input input(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
    fuzz::step(world_, input);
  }

  void publish(Who who, const std::string& id, const std::string& cell) {
    ClientFrame frame;
    frame.mutable_publish()->set_tag(1);
    *frame.mutable_publish()->mutable_request() = broker::request_for(id, cell);
    step(Do::say_and_round, who, frame);
  }
  // The host asks for work; its leases are remembered.
  void host(Who who) {
    ClientFrame credit, wake;
    credit.mutable_credit()->set_messages(100);
    credit.mutable_credit()->set_bytes(1 << 20);
    wake.mutable_wake()->set_next_wake_within_ms(4000);
    step(Do::say, who, credit);
    step(Do::say_and_round, who, wake);
    step(Do::wait, who);
    ClientFrame folded;
    for (const auto& frame : world_.frames(peer_of(who))) {
      for (const auto& lease : frame.leases().granted()) {
        leases_[lease.cell()] = lease;
        auto& cell = *folded.mutable_folded()->add_cells();
        cell.set_stream(lease.stream());
        *cell.mutable_epoch() = lease.epoch();
      }
    }
    if (folded.has_folded()) step(Do::say_and_round, who, folded);
    for (const auto& frame : world_.frames(peer_of(who)))
      for (const auto& lease : frame.leases().granted()) leases_[lease.cell()] = lease;
  }
  void commit(Who who, const std::string& cell, std::uint64_t number, std::uint64_t consumes, v1::EventKind kind,
              v1::ErrorCode answer = v1::ERROR_CODE_NONE) {
    auto commit = BrokerWorld::commit_of(leases_[cell], number, consumes);
    if (kind != v1::EVENT_KIND_UNSPECIFIED) {
      v1::CaseEvent event;
      event.set_case_number(number_);
      event.set_kind(kind);
      auto& committed = *commit.add_events();
      committed.set_kind(kind);
      committed.set_event(event.SerializeAsString());
      if (kind == v1::EVENT_KIND_FILED) {
        auto& effect = *commit.add_effects();
        effect.set_case_number(number_);
        effect.set_kind(v1::CaseEffect::OPENED);
      } else {
        commit.mutable_outcome()->set_state(v1::CASE_STATE_ACCEPTED);
      }
    }
    ClientFrame frame;
    frame.mutable_commits()->set_next_wake_within_ms(4000);
    frame.mutable_commits()->add_commits(commit.SerializeAsString());
    world_.frames(peer_of(who));
    step(Do::say_and_round, who, frame);
    const auto acks = world_.commit_acks(peer_of(who));
    HUYING_CHECK(acks.size() == 1 && acks[0].error() == static_cast<std::uint32_t>(answer), "{}", acks.empty() ? "" : acks[0].ShortDebugString());
  }
  void remember_number(Who who) {
    for (const auto& ack : world_.publish_acks(peer_of(who))) number_ = ack.case_number();
  }
  const std::string& number() const { return number_; }
  const std::string& text() const { return text_; }

 private:
  BrokerWorld world_;
  std::string text_, number_;
  std::map<std::string, v1::Lease> leases_;
};

// A case is published, filed, and a worker signs for it.
void play_case(Script& script) {
  script.publish(Who::publisher, "r-1", "a-01");
  script.remember_number(Who::publisher);
  script.host(Who::host);
  script.commit(Who::host, "a-01", 1, 1, v1::EVENT_KIND_UNSPECIFIED);
  script.commit(Who::host, "a-01", 2, 2, v1::EVENT_KIND_FILED);
  script.step(Do::say_and_round, Who::worker, broker::act_frame(1, "a-1", script.number(), v1::ACTION_KIND_ACCEPT));
}

std::string life_of_a_case() {
  Script script;
  script.step(Do::say_and_round, Who::supervisor, broker::subscribe_frame("wall", {"case.>", "escalation.>"}));
  play_case(script);
  script.commit(Who::host, "a-01", 3, 5, v1::EVENT_KIND_ACCEPTED);  // 3 and 4 are the commits before
  ClientFrame acknowledge, goodbye;
  acknowledge.mutable_acknowledge_events()->set_name("wall");
  acknowledge.mutable_acknowledge_events()->set_consumer_sequence(1);
  goodbye.mutable_goodbye();
  script.step(Do::say_and_round, Who::supervisor, acknowledge);
  script.step(Do::say_and_round, Who::supervisor, goodbye);
  return script.text();
}

std::string questions() {
  Script script;
  play_case(script);
  ClientFrame query, fetch, status, configuration, heartbeat, answer;
  query.mutable_query()->set_case_number(script.number());
  fetch.mutable_fetch()->set_case_number(script.number());
  fetch.mutable_fetch()->set_part(v1::FETCH_PART_CONTACT);
  status.mutable_status()->set_tag(4);
  configuration.mutable_fetch_configuration()->set_part(0);
  heartbeat.mutable_heartbeat();
  answer.mutable_answer()->set_query_id(1);
  answer.mutable_answer()->set_stream(2);
  script.step(Do::say_and_round, Who::worker, query);
  script.step(Do::say_and_round, Who::host, answer);
  script.step(Do::say_and_round, Who::supervisor, fetch);
  script.step(Do::say_and_round, Who::administrator, status);
  script.step(Do::say_and_round, Who::host, configuration);
  script.step(Do::say, Who::gateway, heartbeat);
  return script.text();
}

std::string two_hosts_and_a_crash() {
  Script script;
  script.publish(Who::publisher, "r-1", "a-02");
  script.remember_number(Who::publisher);
  script.host(Who::host);
  script.step(Do::lose_peer, Who::host);
  script.host(Who::other_host);
  script.commit(Who::host, "a-02", 1, 1, v1::EVENT_KIND_UNSPECIFIED, v1::ERROR_CODE_STALE_EPOCH);
  script.step(Do::crash, Who::stranger);
  script.host(Who::other_host);
  script.commit(Who::other_host, "a-02", 1, 1, v1::EVENT_KIND_UNSPECIFIED);
  script.publish(Who::publisher, "r-1", "a-02");
  return script.text();
}

std::string an_upload() {
  Script script;
  ClientFrame part;
  part.mutable_publish_directory()->set_tag(1);
  part.mutable_publish_directory()->set_parts(2);
  v1::DirectoryFiles files;
  files.add_files()->set_name("people.csv");
  const std::string bytes = files.SerializeAsString();
  part.mutable_publish_directory()->set_bytes(bytes.substr(0, 4));
  script.step(Do::say_and_round, Who::administrator, part);
  part.mutable_publish_directory()->set_part(1);
  part.mutable_publish_directory()->set_bytes(bytes.substr(4));
  script.step(Do::say_and_round, Who::administrator, part);
  return script.text();
}

std::string strangers() {
  Script script;
  script.publish(Who::stranger, "r-1", "a-01");
  script.step_bytes(Do::say, Who::publisher, "\xff\xff\xff");
  script.step_bytes(Do::say_in_parts, Who::publisher, "xx");
  script.step(Do::say_again, Who::worker, broker::act_frame(1, "a-1", "SS-261123-0001-9", v1::ACTION_KIND_ACCEPT));
  script.step(Do::round, Who::stranger);
  return script.text();
}

}  // namespace

Corpus sessions() {
  spdlog::set_level(spdlog::level::off);
  return {{"life-of-a-case", life_of_a_case()},
          {"questions", questions()},
          {"two-hosts-and-a-crash", two_hosts_and_a_crash()},
          {"an-upload", an_upload()},
          {"strangers", strangers()}};
}

}  // namespace huying::fuzz
