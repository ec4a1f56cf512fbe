// The open list of one cell, as its events say it: now, and, while somebody waits for the owner's, behind each commit since
// it was asked for. An answer names the sequence that its commit consumed and not the commit, and a clock's commit consumes
// nothing: an answer is true if the list was that behind any commit which had consumed just so much. Owned by a checker;
// one thread.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace huying::sim {

using CaseWords = std::map<std::string, std::string>;  // by case number: what open_case_of() says of it

struct AnsweredList {
  std::uint64_t sequence = 0;  // that it names
  std::uint64_t named = 0;     // cases, one that stands in it twice counted twice
  std::uint64_t digest = 0;    // of their words, in any order
  CaseWords cases;

  void add(const std::string& number, std::string words);
};

class CellList {
 public:
  void put(const std::string& number, std::string words);  // opened, came, or is otherwise than it was
  void strike_off(const std::string& number);              // ended or left; or was not in it
  // A record of the cell after which this much is consumed, before what its events change.
  void consumed(std::uint64_t through);

  const CaseWords& open() const { return open_; }

  void remember() { remembers_ = true; }  // from now on
  bool remembers() const { return remembers_; }
  void forget();

  bool was(const AnsweredList& answer) const;
  // The moment that is most like it; of those that are so equally, the last.
  struct Moment {
    std::uint64_t consumed_through = 0;
    CaseWords open;
  };
  Moment nearest_to(const AnsweredList& answer) const;

 private:
  struct Change {
    std::string number, before;  // empty: it was not in it
  };
  struct Point {
    std::uint64_t consumed_through = 0;
    std::uint64_t cases = 0, digest = 0;
    std::vector<Change> changes;  // since the point before
  };
  void change(const std::string& number, std::string words);

  CaseWords open_;
  std::vector<Point> points_{Point{}};  // the last one is now
  bool remembers_ = false;
};

}  // namespace huying::sim
