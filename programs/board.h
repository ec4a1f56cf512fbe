// The board of escalations that a supervisor reads on a terminal: who must answer now, which clock brought it there,
// since when, until when. Pure: events in, text out; time is an argument.
#pragma once
#include <map>
#include <string>

#include "base/civil_time.h"
#include "huying/v1/session.pb.h"

namespace huying::programs {

struct BoardSize {
  std::size_t lines = 24;
  std::size_t columns = 100;
};

class Board {
 public:
  explicit Board(CivilZone zone) : zone_(std::move(zone)) {}

  void take(const v1::EventDelivery& delivery);

  // Whole screen, Chinese first, English second; what climbs first stands on top. "还有 n 件" when it does not fit.
  std::string draw(Instant now, BoardSize size) const;
  // The same news as a line, for what is not a terminal. Empty when the event is none of the board's.
  std::string line(const v1::EventDelivery& delivery) const;

  std::size_t unanswered() const;
  std::size_t rows() const { return rows_.size(); }

 private:
  struct Row {
    std::string cell;
    v1::Rung rung{};
    v1::EscalationReason reason{};
    v1::ClockKind clock{};      // which clock brought it here
    Instant since{};
    Instant due{};              // of the rung's clock; 0: none
    bool answered = false;
    bool caught_up = false;     // it was overdue while no host could fire it
  };
  std::string flood() const;
  std::string row_text(const std::string& number, const Row& row, Instant now, std::size_t columns) const;

  CivilZone zone_;
  std::map<std::string, Row> rows_;  // by case number
};

}  // namespace huying::programs
