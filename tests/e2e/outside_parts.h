// A publisher and a durable subscriber of a test, with what they were told: the outside log that invariants are checked
// against. Each has a session of its own, which goes on by itself when the broker is killed and comes back.
#pragma once
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "client/publisher.h"
#include "client/subscriber.h"
#include "tests/e2e/outside.h"

namespace huying::e2e {

class Publishing {
 public:
  Publishing(Outside& outside, const std::string& principal, std::size_t window = 64);
  ~Publishing();

  // Queues them; they are sent as the window allows. The tag is their place, from 1.
  void publish(const std::vector<v1::Request>& requests);
  // Called at each answer, after it was noted.
  void on_answer(std::function<void()> told) { told_ = std::move(told); }

  std::size_t acknowledged() const { return acknowledged_; }
  bool is_done() const { return answers_.size() == requests_.size(); }
  const std::vector<v1::Request>& requests() const { return requests_; }
  const std::map<std::uint64_t, v1::PublishAck>& answers() const { return answers_; }
  std::uint64_t dials() const { return session_.dials(); }
  // source_id to case number, of what was acknowledged.
  std::map<std::string, std::string> numbers() const;

 private:
  void answered(std::uint64_t tag, const v1::PublishAck& ack);
  void pump();

  client::Session& session_;
  client::Publisher publisher_;
  std::vector<v1::Request> requests_;
  std::size_t next_ = 0, acknowledged_ = 0;
  std::map<std::uint64_t, v1::PublishAck> answers_;
  std::function<void()> told_;
};

// An event as it was delivered, opened.
struct Heard {
  v1::EventDelivery delivery;
  v1::CaseEvent event;
};

class Listening {
 public:
  Listening(Outside& outside, const std::string& principal, v1::Role role, const std::string& name,
            const std::string& subject);
  ~Listening();

  const std::vector<Heard>& heard() const { return heard_; }
  std::size_t count(v1::EventKind kind) const;
  std::uint64_t gaps() const { return subscriber_.gaps(); }
  std::uint64_t dials() const { return session_.dials(); }
  bool is_contiguous() const { return contiguous_; }  // consumer_sequence, from 1, in this generation

 private:
  client::Session& session_;
  std::vector<Heard> heard_;
  std::uint64_t last_consumer_sequence_ = 0;
  bool contiguous_ = true;
  client::Subscriber subscriber_;
};

// What an outsider may conclude of the events: each revision of each case once and without a hole, each generation of
// a case's ladder once and without a hole, no rung climbed before its clock was due (I6), no (cell, sequence, index)
// twice. Empty: all of it holds; else what does not.
std::string contradiction_in(const std::vector<Heard>& heard);

}  // namespace huying::e2e
