// What a journal tells about addresses: where each request with an address went in the end, and whether the desk said so.
// Pure; one thread. Holds the addresses it was given: whoever owns it guards what it prints.
#pragma once
#include <absl/container/flat_hash_map.h>

#include <string>
#include <string_view>
#include <vector>

#include "huying/v1/record.pb.h"

namespace huying::directory {

struct DecidedAddress {
  std::string case_number, address;
  std::string contact;  // the name that stands beside it: never part of a place's name
  std::string cell;     // its code
  bool by_desk = false;
};

class DeskDecisions {
 public:
  // Records of all streams in the journal's order. What cannot be read tells nothing.
  void take(v1::RecordKind kind, std::string_view payload);

  // Requests whose place is known, in the order they came. A case that a worker sent back to the desk, and that still lies
  // there, is not among them: what the desk had said of it was wrong. One that a worker handed on is where it went, and
  // not by the desk.
  std::vector<DecidedAddress> known() const;
  std::size_t with_address() const { return cases_.size(); }

 private:
  void take_request(std::string_view payload);
  void take_commit(std::string_view payload);
  void take_event(const v1::CaseEvent& event);

  std::vector<DecidedAddress> cases_;
  absl::flat_hash_map<std::string, std::size_t> by_number_;
  v1::RequestRecord request_;
  v1::Commit commit_;
  v1::CaseEvent event_;
};

}  // namespace huying::directory
