// Parses requests into one message that is used again, with the messages inside it: protobuf deletes those whenever a proto3
// message is cleared, so they are taken out first and lent again to a request that has them. Owned by Publishing; one thread.
#pragma once
#include <memory>
#include <string_view>

#include "huying/v1/request.pb.h"

namespace huying::intake {

class RequestReader {
 public:
  // False when the bytes are not a Request. What was read before is gone.
  bool read(std::string_view bytes);
  const v1::Request& request() const { return request_; }

 private:
  void take_back();
  bool lend(std::string_view bytes);

  v1::Request request_;
  std::unique_ptr<v1::Location> location_ = std::make_unique<v1::Location>();
  std::unique_ptr<v1::Words> text_ = std::make_unique<v1::Words>();
  std::unique_ptr<v1::WorkerReport> report_ = std::make_unique<v1::WorkerReport>();
};

}  // namespace huying::intake
