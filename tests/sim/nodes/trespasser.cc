#include "tests/sim/nodes/trespasser.h"

#include <fmt/format.h>

#include "huying/v1/error.pb.h"
#include "tests/sim/witness.h"

namespace huying::sim {

Trespasser::Trespasser(const Surroundings& around, std::string principal, v1::Role role)
    : ClientNode(around, std::move(principal), role), chance_(around.world.chance("trespasser " + this->principal())) {}

void Trespasser::begin() {
  actor_ = std::make_unique<client::Actor>(session_);
  session_.attach(*actor_);
}

void Trespasser::try_over(Span span, std::uint32_t how_often) {
  for (std::uint32_t i = 0; i < how_often; ++i)
    around_.world.after(chance_.between(Span{0}, span), [this] { try_something(); });
}

std::string Trespasser::another_cell() {  // than cell-01, which is theirs
  const auto& cells = around_.street.cells();
  return cells[1 + chance_(cells.size() - 1)].code;
}

void Trespasser::try_something() {
  if (!session_.welcomed() || known_.empty()) return;
  ++around_.world.counters().forbidden_tried;
  const bool is_gateway = session_.role() == v1::ROLE_GATEWAY;
  switch (chance_(6)) {
    case 0:
      return act_for(is_gateway ? another_cell() + ".worker" : "");
    case 1:
      return ask_for(is_gateway ? "cell-01.worker" : "", another_cell());
    case 2:
      return read(is_gateway ? "street.supervisor-1" : "desk-1", v1::FETCH_PART_CONTACT);
    case 3:
      return read("", v1::FETCH_PART_CONTACT);
    case 4:
      return subscribe_beyond();
    default:
      return commit_something();
  }
}

void Trespasser::act_for(const std::string& person) {
  v1::Action action;
  action.set_action_id(fmt::format("trespass-{}", ++last_id_));
  action.set_case_number(known_);
  action.set_kind(v1::ACTION_KIND_RESOLVE);
  action.set_person(person);
  action.set_reason_code("simulated");
  // A worker may act where the case is theirs; whether it is, I12 knows.
  actor_->act(action, [this, person](const v1::ActionReply& reply) {
    if (!person.empty()) around_.witness.trespassed(principal(), "acting for somebody it may not act for", reply.error());
  });
}

void Trespasser::ask_for(const std::string& person, const std::string& cell) {
  v1::Query query;
  query.set_cell(cell);
  query.set_person(person);
  const std::string asker = person.empty() ? principal() : person;
  actor_->query(query, [this, asker](const v1::QueryReply& reply) {
    around_.witness.trespassed(principal(), "asking of another's cell", reply.error());
    around_.witness.queried(asker, reply);
  });
}

void Trespasser::read(const std::string& person, v1::FetchPart part) {
  v1::Fetch fetch;
  fetch.set_case_number(known_);
  fetch.set_part(part);
  fetch.set_person(person);
  const std::string reader = person.empty() ? principal() : person;
  actor_->fetch(fetch, [this, fetch, reader](const v1::FetchReply& reply) {
    around_.witness.fetched(reader, fetch, reply);
  });
}

void Trespasser::subscribe_beyond() {
  v1::ClientFrame frame;
  auto& subscribe = *frame.mutable_subscribe();
  subscribe.set_name(fmt::format("beyond-{}", ++last_id_));
  subscribe.add_subjects(fmt::format("case.*.*.{}.>", another_cell()));
  if (session_.role() == v1::ROLE_GATEWAY) subscribe.set_person("cell-01.worker");
  subscribe.set_start(true);
  subscribe.mutable_credit()->set_messages(100);
  subscribe.mutable_credit()->set_bytes(1 << 20);
  session_.send(frame);
}

// A commit of somebody who is no host.
void Trespasser::commit_something() {
  v1::Commit commit;
  commit.set_stream(around_.street.streams().back());
  commit.mutable_epoch()->set_term(1);
  commit.mutable_epoch()->set_grant(1);
  commit.set_commit_number(1);
  v1::ClientFrame frame;
  frame.mutable_commits()->add_commits(commit.SerializeAsString());
  session_.send(frame);
}

}  // namespace huying::sim
