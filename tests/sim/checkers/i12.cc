// I12 Nobody sees or does what their role and cells do not allow; a contact reaches only who needs it. Judged on what left
// the broker and what is in its journal, against the directory as a person reads it (Street::may_act_in and its like).
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "tests/sim/checkers/checker.h"

namespace huying::sim {
namespace {

class OnlyWhoMay final : public Checker {
 public:
  OnlyWhoMay(const Street& street, const Ledger& ledger, std::vector<Violation>& found)
      : Checker("I12", ledger, found), street_(street) {}

  void record(const SeenRecord& record) override {
    if (record.kind == v1::RECORD_KIND_REQUEST) {
      const auto& telephone = record.request.private_part().request().contact().telephone().plain();
      if (!telephone.empty()) contacts_[record.request.filed().case_number()] = telephone;
      places_[record.request.filed().case_number()].insert(record.stream.value);
    }
    if (record.kind == v1::RECORD_KIND_MESSAGE && record.message.has_transfer())
      places_[record.message.transfer().whole().case_number()].insert(record.stream.value);
    if (record.kind == v1::RECORD_KIND_MESSAGE && record.message.has_set_aside())
      places_[record.message.set_aside().filed().case_number()].insert(record.stream.value);
    if (record.kind != v1::RECORD_KIND_ACTION) return;
    const auto& actor = record.action.stamped().actor();
    if (!street_.may_act_in(actor.principal(), record.stream.value))
      broken(fmt::format("{} of {} is taken in stream {}, where they hold no role", record.action.stamped().action_id(),
                         actor.principal(), record.stream.value),
             {record.action.stamped().action_id(), actor.principal()});
    if (!actor.via().empty() && !street_.may_act_for(actor.via(), actor.principal()))
      broken(fmt::format("{} acted for {} and may not", actor.via(), actor.principal()), {actor.via()});
  }

  void event(const SeenEvent& seen) override {
    if (seen.action == nullptr || seen.event.actor().principal().empty()) return;
    if (seen.event.actor().principal() != seen.action->actor().principal())
      broken(fmt::format("case {}: {} did it and {} is named", seen.event.case_number(),
                         seen.action->actor().principal(), seen.event.actor().principal()),
             {seen.event.case_number()});
  }

  void left(const std::string& client, const v1::BrokerFrame& frame) override {
    const std::string principal = client.substr(0, client.find('#'));
    for (const auto& one : frame.deliveries().deliveries()) {
      if (!principal.starts_with("host-")) broken(client + " is no host and is handed causes", {client});
      if (one.payload().find(contact_mark) != std::string::npos)
        broken(fmt::format("a contact goes to {}, stream {} sequence {}", client, one.stream(), one.sequence()),
               {client, stream_word(one.stream())});
    }
    for (const auto& one : frame.events().events()) {
      const bool of_a_cell = one.stream() != 0;
      if (of_a_cell && !street_.may_read_events(principal, one.stream()))
        broken(fmt::format("{} is told {}, which it may not read", client, one.subject()), {client});
      if (one.event().find(contact_mark) != std::string::npos)
        broken(fmt::format("a contact goes to {} under {}", client, one.subject()), {client});
    }
  }

  void queried(const std::string& person, const v1::QueryReply& reply) override {
    if (reply.error() != 0) return;
    const auto stream = street_.stream_of(reply.cell());
    if (!street_.may_ask(person, stream))
      broken(fmt::format("{} is answered of cell {}, where they hold no role", person, reply.cell()), {person});
  }

  void trespassed(const std::string& who, const char* what, std::uint32_t error) override {
    if (error == 0) broken(fmt::format("{}: {} is not refused", who, what), {who});
  }

  void fetched(const std::string& person, const v1::Fetch& fetch, const v1::FetchReply& reply) override {
    if (reply.error() != 0) return;
    const auto at = ledger_.find(fetch.case_number());
    if (at == ledger_.end()) return broken(person + " is told of a case that does not exist", {person});
    const auto& places = places_[fetch.case_number()];
    const bool may = std::any_of(places.begin(), places.end(), [&](std::uint32_t stream) {
      return street_.may_fetch(person, fetch.part(), stream);
    });
    if (!may)
      broken(fmt::format("{} is given {} of case {}, which their role does not allow", person,
                         v1::FetchPart_Name(fetch.part()), fetch.case_number()),
             {fetch.case_number(), person});
    if (fetch.part() != v1::FETCH_PART_CONTACT) return;
    const auto contact = contacts_.find(fetch.case_number());
    const std::string expected = contact == contacts_.end() ? std::string() : contact->second;
    if (reply.contact().telephone().plain() != expected)
      broken(fmt::format("{} is given another contact than case {} has", person, fetch.case_number()),
             {fetch.case_number()});
  }

 private:
  const Street& street_;
  std::map<std::string, std::string> contacts_;
  std::map<std::string, std::set<std::uint32_t>> places_;  // where the case is and was: an answer may be on its way
};

}  // namespace

std::unique_ptr<Checker> check_i12(const Street& street, const Ledger& ledger, std::vector<Violation>& found) {
  return std::make_unique<OnlyWhoMay>(street, ledger, found);
}

}  // namespace huying::sim
