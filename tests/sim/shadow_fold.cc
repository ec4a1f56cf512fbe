#include "tests/sim/shadow_fold.h"

#include "base/check.h"
#include "huying/v1/session.pb.h"
#include "workers/cell/cell_state.h"
#include "workers/host/host_core.h"

namespace huying::sim {
namespace {

constexpr std::uint32_t grant = 1;

void add_delivery(const journal::Record& record, v1::Deliveries& into) {
  auto& delivery = *into.add_deliveries();
  delivery.set_stream(record.stream.value);
  delivery.set_grant(grant);
  delivery.set_sequence(record.sequence.value);
  delivery.set_kind(record.kind);
  delivery.set_recorded_at_ms(to_ms(record.recorded_at));
  delivery.set_payload(std::string(record.payload));
  const auto parse = [&](google::protobuf::MessageLite& message) {
    HUYING_CHECK(message.ParseFromArray(record.payload.data(), static_cast<int>(record.payload.size())));
  };
  // What hosts see of them.
  if (record.kind == v1::RECORD_KIND_REQUEST) {
    v1::RequestRecord request;
    parse(request);
    delivery.set_payload(request.filed().SerializeAsString());
  } else if (record.kind == v1::RECORD_KIND_ACTION) {
    v1::ActionRecord action;
    parse(action);
    delivery.set_payload(action.stamped().SerializeAsString());
    delivery.set_prior(action.prior());
  }
}

// From the state through `from`, if that is not 0.
std::string fold_on(journal::Journal& journal, StreamId stream, const SimulatedCell& cell, std::uint64_t end,
                    std::uint64_t from, const std::string& state) {
  host::HostCore core(host::HostOptions{"shadow", 0});
  const SteadyInstant now{std::chrono::seconds(1)};
  std::vector<v1::ClientFrame> said;  // to nobody
  core.connected(now);
  v1::BrokerFrame frame;
  auto& lease = *frame.mutable_leases()->add_granted();
  lease.set_stream(stream.value);
  lease.set_cell(cell.code);
  lease.set_unit(cell.unit);
  lease.mutable_epoch()->set_term(1);
  lease.mutable_epoch()->set_grant(grant);
  lease.set_end_sequence(end);
  if (from != 0) {
    lease.mutable_checkpoint()->set_through(from);
    lease.mutable_checkpoint()->set_state_version(cell::state_version);
    lease.mutable_checkpoint()->set_state(state);
  }
  core.receive(frame, now, said);
  frame.Clear();
  auto& deliveries = *frame.mutable_deliveries();
  auto read = journal.read_cell(stream, Sequence(from + 1), [&](const journal::Record& record) {
    if (record.sequence.value <= end) add_delivery(record, deliveries);
    return record.sequence.value < end ? journal::Sink::more : journal::Sink::enough;
  });
  HUYING_CHECK(read.has_value());
  core.receive(frame, now, said);
  return core.state_of(stream.value).value_or("");
}

}  // namespace

std::string fold_from_journal(journal::Journal& journal, StreamId stream, const SimulatedCell& cell,
                              std::optional<Sequence> through) {
  return fold_on(journal, stream, cell, through.value_or(journal.last_sequence(stream)).value, 0, {});
}

std::string ShadowFolds::fold(journal::Journal& journal, StreamId stream, const SimulatedCell& cell, Sequence through) {
  constexpr std::uint32_t from_the_start_every = 16;
  Known& known = known_[stream];
  const bool anew = known.times++ % from_the_start_every == 0 || through.value < known.through;
  known.state = fold_on(journal, stream, cell, through.value, anew ? 0 : known.through, known.state);
  known.through = through.value;
  return known.state;
}

}  // namespace huying::sim
