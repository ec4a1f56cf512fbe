#include "tests/sim/nodes/clerk.h"

#include <algorithm>

#include "tests/sim/witness.h"

namespace huying::sim {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t at_once = 8;  // cells that are asked; a session may have 64 questions
const std::string clerk = "street.supervisor-1";

}  // namespace

void Clerk::begin(SessionNode& session) {
  session_ = &session;
  actor_ = std::make_unique<client::Actor>(session);
  session.attach(*actor_);  // it keeps what is asked until the session is there
  for (auto& [stream, seen] : asked_) {
    seen.pages.clear();
    ask_page(stream);
  }
}

void Clerk::look(std::int64_t now_ms) {
  if (now_ms < month_ends_ms_) return;
  if (month_ends_ms_ != 0) {
    ++around_.world.counters().months_ended;
    around_.world.note("the clerk: a month is over");
    ask_for_all(month_ends_ms_);
  }
  month_ends_ms_ = around_.street.end_of_month_ms(now_ms);
}

void Clerk::count() { ask_for_all(0); }

void Clerk::ask_for_all(std::int64_t month_ended_ms) {
  for (const auto stream : around_.street.streams()) {
    around_.witness.asked_for_list(stream, month_ended_ms);
    if (!asked_.contains(stream) && std::find(to_ask_.begin(), to_ask_.end(), stream) == to_ask_.end())
      to_ask_.push_back(stream);
  }
  ask_some();
}

void Clerk::ask_some() {
  while (asked_.size() < at_once && !to_ask_.empty()) {
    const auto stream = to_ask_.front();
    to_ask_.pop_front();
    asked_[stream].stream = stream;
    ask_page(stream);
  }
}

// What is asked while the process is dead, its next life asks.
void Clerk::ask_page(std::uint32_t stream) {
  v1::Query query;
  query.set_cell(around_.street.cell_of(stream).code);
  std::uint32_t offset = 0;
  for (const auto& page : asked_[stream].pages) offset += static_cast<std::uint32_t>(page.cases_size());
  query.set_offset(offset);
  actor_->query(query, [this, stream](const v1::QueryReply& reply) { answered(stream, reply); });
}

void Clerk::answered(std::uint32_t stream, const v1::QueryReply& reply) {
  around_.witness.queried(clerk, reply);
  auto& seen = asked_.at(stream);
  // A host that is not there, or a cell that is parked: its list is of another time.
  if (reply.error() != 0 || reply.parked_at() != 0) return ask_again(stream);
  const bool is_of_another_moment =
      !seen.pages.empty() &&
      (seen.pages.front().sequence() != reply.sequence() || seen.pages.front().total() != reply.total());
  if (is_of_another_moment) return ask_again(stream);
  seen.pages.push_back(reply);
  std::uint32_t listed = 0;
  for (const auto& page : seen.pages) listed += static_cast<std::uint32_t>(page.cases_size());
  if (listed < reply.total() && reply.cases_size() != 0) return ask_page(stream);
  if (!around_.witness.listed(seen)) return ask_again(stream);
  asked_.erase(stream);
  ask_some();
}

void Clerk::ask_again(std::uint32_t stream) {
  asked_.at(stream).pages.clear();
  around_.world.after(milliseconds(200), [this, stream, life = session_->name()] {
    if (life == session_->name() && asked_.contains(stream)) ask_page(stream);
  });
}

}  // namespace huying::sim
