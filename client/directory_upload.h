// Sends the administrator's files to the broker, in parts of 512 KiB, one at a time: each part is sent when the one
// before was received. Starts again from part 0 in a new session; a directory that is in force already is answered
// `unchanged`.
//
// A conversation of a session (conversation.h) whose role is administrator, on its thread. The answer's error is the
// broker's; findings name file and line.
#pragma once
#include <functional>
#include <string>

#include "base/result.h"
#include "client/conversation.h"
#include "huying/v1/directory.pb.h"

namespace huying::client {

enum class UploadMode { publish, check_only };

class DirectoryUpload : public Conversation {
 public:
  using OnDone = std::function<void(const v1::PublishDirectoryReply&)>;
  using OnPart = std::function<void(std::uint32_t received, std::uint32_t parts)>;

  DirectoryUpload(FrameSink& sink, const v1::DirectoryFiles& files, UploadMode mode, OnDone on_done,
                  OnPart on_part = {});

  std::uint32_t parts() const;

  void on_welcome(const v1::Welcome& welcome) override;
  void on_frame(const v1::BrokerFrame& frame) override;

 private:
  void send_part();

  FrameSink& sink_;
  const std::string bytes_;  // of the serialized DirectoryFiles
  const UploadMode mode_;
  OnDone on_done_;
  OnPart on_part_;
  std::uint32_t part_ = 0;  // on its way
  bool done_ = false;
};

}  // namespace huying::client
