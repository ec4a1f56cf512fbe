// The register ("to zero", 台账清零), not an invariant of its own but the sum of several over months: at each month's end
// and at the end of the run, of each cell,
//
//     what it had open + opened + moved in − moved out − ended = what it has open,
//
// counted from events alone; the list that the cell's owner answers is exactly that, case by case, at the sequence that
// the answer names; and each of its cases has a holder and a running clock. Of the street: what was opened is what ended,
// what is open in a cell, and what is on its way between two.
//
// A month ends where the street is (Asia/Shanghai), by the record time. What the checker keeps follows the open cases. That
// nothing is open at the end is I8's; here, that the cells' lists together are all that is open.
#include <fmt/format.h>

#include <map>

#include "tests/sim/checkers/cell_list.h"
#include "tests/sim/checkers/checker.h"
#include "tests/sim/checkers/open_list.h"

namespace huying::sim {
namespace {

struct Books {  // of one cell, or of the street
  std::uint64_t had = 0, opened = 0, moved_in = 0, moved_out = 0, ended = 0;
  std::uint64_t ingoing() const { return had + opened + moved_in; }
  std::uint64_t outgoing() const { return moved_out + ended; }
};

struct Cell {
  Books books;
  CellList list;
  std::int64_t asked_of_month_ms = 0;  // its end, of the first whose list nobody was told; 0: none
  std::uint32_t torn = 0;              // answers in a row whose pages were of several moments
};

class Register final : public Checker {
 public:
  Register(const Street& street, const Ledger& ledger, std::vector<Violation>& found)
      : Checker("register", ledger, found), street_(street) {}

  void record(const SeenRecord& record) override {
    if (month_ends_ms_ == 0) month_ends_ms_ = street_.end_of_month_ms(record.recorded_at_ms);
    if (record.recorded_at_ms >= month_ends_ms_) {
      end_month();
      month_ends_ms_ = street_.end_of_month_ms(record.recorded_at_ms);
    }
    const bool is_skipped =
        record.kind == v1::RECORD_KIND_SET_ASIDE && !record.set_aside.has_clock() && !record.set_aside.fold();
    if (record.kind != v1::RECORD_KIND_COMMIT && !is_skipped) return;
    cells_[record.stream.value].list.consumed(is_skipped ? record.set_aside.cause() : record.commit.consumes());
  }

  void event(const SeenEvent& seen) override {
    const auto stream = seen.record.stream.value;
    const auto& number = seen.event.case_number();
    Cell& cell = cells_[stream];
    count(seen, cell);
    const bool leaves = has_left(seen.event.kind());
    if (seen.after.ended() || leaves)
      cell.list.strike_off(number);
    else
      cell.list.put(number, open_case_of(seen.after));
    if (leaves && !on_the_way_.emplace(number, seen.record.recorded_at_ms).second)
      wrong(number, stream, "leaves and is on its way already");
    if (seen.event.kind() == v1::EVENT_KIND_TRANSFERRED_IN && on_the_way_.erase(number) == 0)
      wrong(number, stream, "arrives and was not on its way");
  }

  void asked_for_list(std::uint32_t stream, std::int64_t month_ended_ms) override {
    Cell& cell = cells_[stream];
    cell.list.remember();
    if (cell.asked_of_month_ms == 0) cell.asked_of_month_ms = month_ended_ms;
  }

  bool listed(const ListSeen& seen) override {
    Cell& cell = cells_[seen.stream];
    AnsweredList answer;
    answer.sequence = seen.pages.front().sequence();
    for (const auto& page : seen.pages) {
      for (const auto& view : page.cases()) {
        answer.add(view.whole().case_number(), open_case_of(view.whole()));
        if (const auto lacks = lack_of(view.whole()); !lacks.empty())
          wrong(view.whole().case_number(), seen.stream, "is in the open list and " + lacks);
      }
    }
    if (answer.named != seen.pages.front().total())
      broken(fmt::format("the open list of stream {} says {} cases and names {}", seen.stream,
                         seen.pages.front().total(), answer.named),
             {stream_word(seen.stream)});
    const bool is_known = cell.list.was(answer);
    // The pages of a long list are asked one by one: a clock may have fired between two.
    if (!is_known && seen.pages.size() > 1 && ++cell.torn < torn_at_most) return false;
    if (!is_known) say_what_differs(seen.stream, answer, cell);
    look_at_books(seen.stream, cell);
    cell.list.forget();
    cell.asked_of_month_ms = 0;
    cell.torn = 0;
    return true;
  }

  void healed(std::int64_t now_ms, std::int64_t patience_ms) override { look_at_all(now_ms, patience_ms); }
  void settled(std::int64_t now_ms, std::int64_t patience_ms) override { look_at_all(now_ms, patience_ms); }

 private:
  static constexpr std::uint32_t torn_at_most = 20;

  static bool has_left(v1::EventKind kind) {
    return kind == v1::EVENT_KIND_RETURNED || kind == v1::EVENT_KIND_TRANSFERRED_OUT || kind == v1::EVENT_KIND_ASSIGNED;
  }

  void wrong(const std::string& number, std::uint32_t stream, const std::string& what) {
    broken(fmt::format("case {} of stream {} {}", number, stream, what), {number});
  }

  // By the kind of the event alone; what is open, by the state that it tells.
  void count(const SeenEvent& seen, Cell& cell) {
    for (Books* books : {&cell.books, &street_books_}) {
      const auto kind = seen.event.kind();
      books->opened += kind == v1::EVENT_KIND_FILED || kind == v1::EVENT_KIND_REOPENED;
      books->moved_in += kind == v1::EVENT_KIND_TRANSFERRED_IN;
      books->moved_out += has_left(kind);
      books->ended += kind == v1::EVENT_KIND_CLOSED || kind == v1::EVENT_KIND_VOIDED ||
                      kind == v1::EVENT_KIND_NOT_ACCEPTED;
    }
  }

  void look_at_books(std::uint32_t stream, const Cell& cell) {
    const Books& books = cell.books;
    if (books.ingoing() == books.outgoing() + cell.list.open().size()) return;
    broken(fmt::format("stream {} had {} open, {} were opened, {} came, {} left, {} ended, and {} are open", stream,
                       books.had, books.opened, books.moved_in, books.moved_out, books.ended, cell.list.open().size()),
           {stream_word(stream)});
  }

  // Each case that is open is in one cell or on its way, and nothing else is.
  void look_at_street() {
    std::uint64_t open = on_the_way_.size();
    for (const auto& [stream, cell] : cells_) open += cell.list.open().size();
    const Books& books = street_books_;
    if (books.had + books.opened != books.ended + open)
      broken(fmt::format("the street had {} open, {} were opened, {} ended, and {} are open, {} of them on their way",
                         books.had, books.opened, books.ended, open, on_the_way_.size()));
    std::uint64_t open_cases = 0;
    for (const auto& [number, one] : ledger_) {
      if (one.state == v1::CASE_STATE_UNSPECIFIED || one.ended()) continue;
      ++open_cases;
      const bool is_listed = on_the_way_.contains(number) || cells_[one.stream].list.open().contains(number);
      if (!is_listed) wrong(number, one.stream, "is open and in no cell's list");
    }
    if (open_cases != open)
      broken(fmt::format("{} cases are open, and {} are in a cell's list or on their way", open_cases, open));
  }

  void look_at_cells() {
    for (const auto& [stream, cell] : cells_) {
      look_at_books(stream, cell);
      for (const auto& [number, words] : cell.list.open())
        if (const auto lacks = lack_of(ledger_.at(number)); !lacks.empty()) wrong(number, stream, lacks);
    }
  }

  void end_month() {
    look_at_cells();
    look_at_street();
    for (auto& [stream, cell] : cells_) {
      // It may have been asked for already at this month's end.
      if (cell.asked_of_month_ms != 0 && cell.asked_of_month_ms < month_ends_ms_)
        broken(fmt::format("nobody was told the open list of stream {} for a month", stream), {stream_word(stream)});
      cell.books = {};
      cell.books.had = cell.list.open().size();
    }
    const auto was_open = street_books_.had + street_books_.opened - street_books_.ended;
    street_books_ = {};
    street_books_.had = was_open;
  }

  void look_at_all(std::int64_t now_ms, std::int64_t patience_ms) {
    look_at_cells();
    look_at_street();
    for (const auto& [stream, cell] : cells_)
      if (cell.list.remembers())
        broken(fmt::format("nobody is told the open list of stream {}, and nothing is wrong any more", stream),
               {stream_word(stream)});
    for (const auto& [number, left_at_ms] : on_the_way_)
      if (left_at_ms + patience_ms < now_ms) broken(fmt::format("case {} is on its way for ever", number), {number});
  }

  // Compared with the list that is most like it, of those since it was asked for.
  void say_what_differs(std::uint32_t stream, const AnsweredList& answer, const Cell& cell) {
    const auto then = cell.list.nearest_to(answer);
    for (const auto& [number, words] : answer.cases) {
      const auto open = then.open.find(number);
      if (open == then.open.end())
        wrong(number, stream, "is in the open list and " + why_not_open(number, cell));
      else if (open->second != words)
        broken(fmt::format("the open list of stream {} at sequence {} says {}, and its events say {}", stream,
                           answer.sequence, words, open->second),
               {number});
    }
    for (const auto& [number, words] : then.open)
      if (!answer.cases.contains(number)) wrong(number, stream, "is open by its events and not in the open list");
    if (answer.sequence != then.consumed_through)
      broken(fmt::format("the open list of stream {} says sequence {}, and is of another, {}", stream, answer.sequence,
                         then.consumed_through),
             {stream_word(stream)});
  }

  std::string why_not_open(const std::string& number, const Cell& cell) const {
    const auto at = ledger_.find(number);
    if (at == ledger_.end()) return "no event tells of it";
    if (at->second.ended()) return "has ended";
    return cell.list.open().contains(number) ? "was not open there yet" : "is elsewhere";
  }

  const Street& street_;
  std::map<std::uint32_t, Cell> cells_;
  Books street_books_;
  std::map<std::string, std::int64_t> on_the_way_;  // left one cell then, and is not in another
  std::int64_t month_ends_ms_ = 0;
};

}  // namespace

std::unique_ptr<Checker> check_register(const Street& street, const Ledger& ledger, std::vector<Violation>& found) {
  return std::make_unique<Register>(street, ledger, found);
}

}  // namespace huying::sim
