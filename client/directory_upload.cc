#include "client/directory_upload.h"

#include "base/limits.h"

namespace huying::client {

DirectoryUpload::DirectoryUpload(FrameSink& sink, const v1::DirectoryFiles& files, UploadMode mode, OnDone on_done,
                                 OnPart on_part)
    : sink_(sink), bytes_(files.SerializeAsString()), mode_(mode), on_done_(std::move(on_done)),
      on_part_(std::move(on_part)) {}

std::uint32_t DirectoryUpload::parts() const {
  const auto parts = (bytes_.size() + limits::upload_part_bytes - 1) / limits::upload_part_bytes;
  return parts == 0 ? 1 : static_cast<std::uint32_t>(parts);
}

void DirectoryUpload::on_welcome(const v1::Welcome&) {
  if (done_) return;
  part_ = 0;
  send_part();
}

void DirectoryUpload::send_part() {
  v1::ClientFrame frame;
  auto& publish = *frame.mutable_publish_directory();
  publish.set_tag(upload_tag);
  publish.set_part(part_);
  publish.set_parts(parts());
  publish.set_bytes(bytes_.substr(part_ * limits::upload_part_bytes, limits::upload_part_bytes));
  publish.set_check_only(mode_ == UploadMode::check_only);
  sink_.send(frame);
}

void DirectoryUpload::on_frame(const v1::BrokerFrame& frame) {
  if (done_) return;
  if (frame.has_refusal() && frame.refusal().tag() == upload_tag) {
    v1::PublishDirectoryReply reply;
    reply.set_tag(upload_tag);
    reply.set_error(frame.refusal().error());
    reply.add_findings(frame.refusal().detail());
    reply.set_done(true);
    done_ = true;
    return on_done_(reply);
  }
  if (!frame.has_publish_directory() || frame.publish_directory().tag() != upload_tag) return;
  const auto& reply = frame.publish_directory();
  if (reply.done() || reply.error() != 0) {
    done_ = true;
    return on_done_(reply);
  }
  if (reply.received_part() != part_ + 1) return;  // of a part sent before
  if (on_part_) on_part_(part_ + 1, parts());
  if (part_ + 1 >= parts()) return;  // all there: the broker is checking
  ++part_;
  send_part();
}

}  // namespace huying::client
