// A part of Subscribing: may a subscription begin, and where?
#include <fmt/format.h>

#include <algorithm>

#include "base/limits.h"
#include "base/text.h"
#include "broker/delivery/reading_rights.h"
#include "broker/delivery/subscribing.h"
#include "broker/intake/case_number.h"
#include "proto/errors.h"

namespace huying::delivery {

Result<Subscribing::Asked> Subscribing::admit(const Session& session, const v1::Subscribe& request) const {
  if (!context_.version) return fail(v1::ERROR_CODE_NO_CONFIGURATION);
  const auto& principals = context_.version->principals;
  const auto* reader = principals.find(session.principal);
  if (reader == nullptr) return fail(v1::ERROR_CODE_UNKNOWN_PRINCIPAL);
  Asked asked;
  if (!request.person().empty() && request.person() != session.principal) {
    if (!reader->acts_for(request.person())) return fail(v1::ERROR_CODE_MAY_NOT_ACT_FOR);
    reader = principals.find(request.person());
    if (reader == nullptr) return fail(v1::ERROR_CODE_UNKNOWN_PRINCIPAL, "person");
    asked.person = request.person();
  }
  if (!request.name().empty() && !is_code(request.name(), limits::code_bytes_max))
    return fail(v1::ERROR_CODE_FIELD_INVALID,
                fmt::format("name: at most {} bytes of a-z, 0-9, . _ -", limits::code_bytes_max));
  if (!request.case_number().empty()) {
    if (auto admitted = admit_case(*reader, request, asked); !admitted) return tl::unexpected(admitted.error());
    return asked;
  }
  if (request.subjects().empty()) return fail(v1::ERROR_CODE_FIELD_MISSING, "subjects");
  if (static_cast<std::size_t>(request.subjects_size()) > limits::subjects_max)
    return fail(v1::ERROR_CODE_TOO_MANY_ITEMS,
                fmt::format("{} subjects; at most {}", request.subjects_size(), limits::subjects_max));
  std::vector<SubjectPattern> patterns;
  for (const auto& text : request.subjects()) {
    auto pattern = SubjectPattern::parse(text);
    if (!pattern) return tl::unexpected(pattern.error());
    patterns.push_back(std::move(*pattern));
  }
  asked.interest = Interest(std::move(patterns), context_.version->directory().street());
  if (auto may = may_read(principals, *reader, asked.interest); !may) return tl::unexpected(may.error());
  const std::string reader_and_version = fmt::format("{} {}", asked.person, context_.version->number);
  asked.basis = context_.key('b', asked.interest.canonical(), reader_and_version).low | 1;
  return asked;
}

// One case: everything of it that the reader may read. It leaves nothing behind, so it has no name.
Result<void> Subscribing::admit_case(const broker::Principal& reader, const v1::Subscribe& request, Asked& asked) const {
  const auto invalid = [](std::string what) { return fail(v1::ERROR_CODE_FIELD_INVALID, std::move(what)); };
  if (!request.subjects().empty()) return invalid("name a case or subjects, not both");
  if (!request.name().empty()) return invalid("name: a case is followed without one");
  auto number = intake::canonical_case_number(request.case_number());
  if (!number) return tl::unexpected(number.error());
  auto interest = all_that_may_be_read(context_.version->principals, reader);
  if (!interest) return tl::unexpected(interest.error());
  asked.case_number = std::move(*number);
  asked.interest = std::move(*interest);
  return {};
}

Result<void> Subscribing::has_room_for_one(const Session& session, const v1::Subscribe& request) const {
  const auto too_many = [](std::string_view of, std::size_t at_most) {
    return fail(v1::ERROR_CODE_TOO_MANY_SUBSCRIPTIONS, fmt::format("{}: at most {}", of, at_most));
  };
  if (by_id_.size() >= limits::subscriptions_max) return too_many("of the broker", limits::subscriptions_max);
  if (request.name().empty()) return {};
  const auto names = names_of_.find(session.principal);
  if (names != names_of_.end() && names->second >= limits::names_a_principal_max)
    return too_many("names of this principal", limits::names_a_principal_max);
  return {};
}

Result<Cursor> Subscribing::place_of_token(std::string_view bytes) const {
  auto token = decode_token(context_, bytes);
  if (!token) return tl::unexpected(token.error());
  if (!history_.has(token->mark, token->cursor.position, head_))
    return fail(v1::ERROR_CODE_CURSOR_BEYOND_JOURNAL, "the token");
  token->cursor.generation = token->cursor.consumer_sequence = 0;
  return token->cursor;
}

Result<Subscribing::Beginning> Subscribing::beginning_of(const v1::Subscribe& request, const Subscription* known,
                                                         std::uint64_t basis) const {
  const auto as_asked = [](Position position) {
    return Beginning{v1::Subscribed::AS_ASKED, Cursor{0, 0, position, 0}, {}};
  };
  const bool from_its_begin =
      request.from_case() == v1::Subscribe::kStart || request.from_case() == v1::Subscribe::FROM_NOT_SET;
  if (!request.case_number().empty() && from_its_begin) {
    Beginning at = as_asked(head_);
    at.at_request = true;
    return at;
  }
  switch (request.from_case()) {
    case v1::Subscribe::kStart:
      return as_asked(Position{});
    case v1::Subscribe::kHead:
      return as_asked(head_);
    case v1::Subscribe::kToken: {
      const auto place = place_of_token(request.token());
      if (!place) return tl::unexpected(place.error());
      return Beginning{v1::Subscribed::AS_ASKED, *place, {}};
    }
    case v1::Subscribe::kTimeMs: {
      if (request.time_ms() > context_.now_ms())
        return fail(v1::ERROR_CODE_FIELD_INVALID, "from: a time that is still to come");
      Beginning at = as_asked(head_);
      at.time = instant(request.time_ms());
      return at;
    }
    default:
      if (request.name().empty()) return as_asked(head_);
      return beginning_at_cursor(request, known, basis);
  }
}

Result<Subscribing::Beginning> Subscribing::beginning_at_cursor(const v1::Subscribe& request, const Subscription* known,
                                                                std::uint64_t basis) const {
  std::optional<Cursor> last_seen;
  if (!request.last_token().empty()) {
    const auto place = place_of_token(request.last_token());
    if (!place) return tl::unexpected(place.error());
    last_seen = *place;
  }
  if (known != nullptr) {
    if (known->is_beyond) return fail(v1::ERROR_CODE_CURSOR_BEYOND_JOURNAL, request.name());
    Cursor cursor = known->acknowledged;
    if (known->basis == basis) return Beginning{v1::Subscribed::RESUMED, cursor, {}};
    cursor.generation = cursor.consumer_sequence = 0;
    return Beginning{v1::Subscribed::RENUMBERED, cursor, {}};
  }
  const bool lost = lost_.contains(key_digest(context_.digest_key, request.name()));
  // Losing a cursor costs repeats, never a hole: from the first record, or from where the client itself says it is.
  if (lost || last_seen) return Beginning{v1::Subscribed::CURSOR_LOST, last_seen.value_or(Cursor{}), {}};
  return Beginning{v1::Subscribed::NEW_NAME, Cursor{0, 0, head_, 0}, {}};
}

// Never used twice, not even after a backup was restored that does not know the last ones.
std::uint64_t Subscribing::new_generation(std::uint64_t after) {
  const auto now = static_cast<std::uint64_t>(std::max<std::int64_t>(context_.now_ms(), 0));
  last_generation_ = std::max({last_generation_ + 1, after + 1, now});
  return last_generation_;
}

}  // namespace huying::delivery
