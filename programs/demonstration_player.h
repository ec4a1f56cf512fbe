// Plays the story on a running broker: publishes, acts for the people through the gateway, and reads along as the
// supervisor who subscribed. One step at a time, each at its virtual time and after the answer to the one before; on
// a slow machine steps come late, never out of order.
//
// Owned by the sub-command; one thread, that of the context. Prints to standard output. A refusal ends the story: it
// would mean that the days went otherwise than written.
#pragma once
#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "client/actor.h"
#include "client/publisher.h"
#include "client/session.h"
#include "programs/demonstration_lines.h"
#include "programs/demonstration_story.h"
#include "programs/demonstration_watcher.h"

namespace huying::programs {

class DemonstrationPlayer {
 public:
  using OnDone = std::function<void(Result<DemonstrationFigures>)>;

  DemonstrationPlayer(asio::io_context& context, std::string endpoint, const DemonstrationLines& lines, int days,
                      OnDone on_done);
  ~DemonstrationPlayer();

  void start();
  void stop();  // no callback after it

  // Of the story's cases, by label, those that are open.
  std::map<std::string, std::string, std::less<>> open_cases() const;

 private:
  struct Desk;  // a system's session with what it does there

  Desk& add_desk(const char* principal, v1::Role role);
  void one_more_ready();
  void next();
  void wait_until(Instant at, std::function<void()> then);
  void begin_day(const Step& step);
  void perform();
  void publish(const Step& step);
  void act(Step step);
  void take(const v1::EventDelivery& delivery, const v1::CaseEvent& event);
  void ask_figures();
  void done(Result<DemonstrationFigures> figures);

  Instant now() const;  // the partition's: reckoned from the first Welcome and the rate
  Instant time_of(const Step& step) const { return time_of(step.day, step.hour, step.minute); }
  Instant time_of(int day, int hour, int minute) const;
  const Step* current() const;
  bool waits_for_climb(const Step& step) const;

  asio::io_context& context_;
  const std::string endpoint_;
  const DemonstrationLines& lines_;
  const int days_;
  OnDone on_done_;
  asio::steady_timer timer_;
  std::map<std::string, std::unique_ptr<Desk>, std::less<>> desks_;  // by principal
  std::unique_ptr<DemonstrationWatcher> watcher_;
  std::size_t not_ready_ = 0;
  std::size_t step_ = 0;
  int day_ = 0;
  bool waits_for_climb_ = false;
  Instant virtual_origin_{};
  SteadyInstant steady_origin_{};
  std::uint32_t rate_permille_ = 1000;
  std::map<std::string, std::string, std::less<>> numbers_;  // by label
  std::map<std::string, v1::Rung> climbed_;                  // by number
  std::set<std::string> closed_;  // as the watcher heard
  std::size_t closes_ = 0;         // steps that closed a case
  DemonstrationFigures figures_;
};

}  // namespace huying::programs
