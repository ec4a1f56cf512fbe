// Who may bring a step, and in which roles it is taken.
#include <fmt/format.h>

#include "base/limits.h"
#include "broker/directory/citizen.h"
#include "broker/intake/acting.h"
#include "broker/intake/case_number.h"
#include "broker/intake/validate.h"
#include "proto/errors.h"

namespace huying::intake {

using broker::Principal;

Result<void> Acting::admit(Session& session, const v1::Act& act, Pending& pending) {
  if (!context_.version) return fail(v1::ERROR_CODE_NO_CONFIGURATION);
  if (context_.options.read_only) return fail(v1::ERROR_CODE_READ_ONLY);
  if (auto valid = validate(act.action()); !valid) return valid;
  const bool by_citizen = act.action().person() == directory::citizen_code;
  if (auto may = by_citizen ? admit_citizen(session, act.action(), pending) : admit_person(session, act.action(), pending);
      !may)
    return may;
  auto number = canonical_case_number(act.action().case_number());
  if (!number) return tl::unexpected(number.error());
  pending.number = std::move(*number);
  if (context_.disk.is_full()) return fail(v1::ERROR_CODE_JOURNAL_FULL);
  if (context_.cells.undecided() >= context_.options.causes_undecided_max + limits::causes_reserved)
    return fail(v1::ERROR_CODE_BUSY, fmt::format("{} wait to be decided", context_.cells.undecided()));
  return {};
}

Result<void> Acting::admit_person(const Session& session, const v1::Action& action, Pending& pending) const {
  const Principal* principal = context_.version->principals.find(session.principal);
  if (principal == nullptr) return fail(v1::ERROR_CODE_UNKNOWN_PRINCIPAL);
  pending.person = action.person().empty() ? session.principal : action.person();
  if (!principal->acts_for(pending.person)) return fail(v1::ERROR_CODE_MAY_NOT_ACT_FOR);
  const Principal* person = context_.version->principals.find(pending.person);
  if (person == nullptr) return fail(v1::ERROR_CODE_UNKNOWN_PRINCIPAL, "action.person");
  if (!person->person) return fail(v1::ERROR_CODE_NOT_ALLOWED, "a system acts for a person only");
  if (pending.person != session.principal) pending.via = session.principal;
  return {};
}

// A citizen is nobody of the directory: the step is the gateway's by name and by its keys, and the citizen's by its role.
// It names the case, and nothing that is for staff to say.
Result<void> Acting::admit_citizen(const Session& session, const v1::Action& action, Pending& pending) const {
  const Principal* gateway = context_.version->principals.find(session.principal);
  if (gateway == nullptr) return fail(v1::ERROR_CODE_UNKNOWN_PRINCIPAL);
  if (!gateway->speaks_for_citizens()) return fail(v1::ERROR_CODE_MAY_NOT_ACT_FOR, "citizens are brought by a gateway");
  const bool speaks_as_staff = action.for_citizen() || !action.to_cell().empty() || action.targets_size() != 0 ||
                               action.until_ms() != 0 || action.milestones_ms_size() != 0 ||
                               action.cause_sequence() != 0 || action.asks() != v1::ASK_KIND_UNSPECIFIED;
  if (speaks_as_staff) return fail(v1::ERROR_CODE_FIELD_INVALID, "a citizen names no cell, person, time or ask");
  pending.person = pending.via = session.principal;
  pending.by_citizen = true;
  return {};
}

// As the directory in force says, which may be another than when the step came.
std::vector<v1::Role> Acting::roles_of(const Pending& pending, const broker::CellPlace& place) const {
  const auto& principals = context_.version->principals;
  const Principal* person = principals.find(pending.person);
  if (person == nullptr) return {};
  if (!pending.by_citizen) return principals.roles_in(*person, place);
  return person->speaks_for_citizens() ? std::vector{v1::ROLE_CITIZEN} : std::vector<v1::Role>{};
}

}  // namespace huying::intake
