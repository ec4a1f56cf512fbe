#include "tests/sim/nodes/administrator.h"

#include <fmt/format.h>

#include <algorithm>

#include "huying/v1/error.pb.h"
#include "tests/sim/witness.h"

namespace huying::sim {

using std::chrono::milliseconds;

Administrator::Administrator(const Surroundings& around)
    : ClientNode(around, "administrator", v1::ROLE_ADMINISTRATOR), chance_(around.world.chance("administrator")) {}

void Administrator::begin() {
  if (upload_) session_.attach(*upload_);
  actor_ = std::make_unique<client::Actor>(session_);
  session_.attach(*actor_);
  if (looks_after_cells_) ask_for_cells(false);
}

void Administrator::look_after_parked_cells() {
  if (std::exchange(looks_after_cells_, true)) return;
  if (actor_) ask_for_cells(false);
}

void Administrator::ask_for_cells(bool retry_parked) {
  actor_->status(
      [this](const v1::StatusReply& reply) {
        const bool parked = std::any_of(reply.leases().begin(), reply.leases().end(),
                                        [](const v1::LeaseStatus& lease) { return lease.parked(); });
        looks_after_cells_ = parked || reply.error() != 0;
        if (!looks_after_cells_) return;
        if (parked) around_.world.note("administrator: lets the parked cells be tried again");
        around_.world.after(milliseconds(1000), [this, parked, life = session_.name()] {
          if (life == session_.name() && session_.running()) ask_for_cells(parked);
        });
      },
      retry_parked);
}

void Administrator::publish_directories_over(Span span, std::uint32_t how_many) {
  for (std::uint32_t version = 1; version <= how_many; ++version)
    around_.world.after(chance_.between(Span{0}, span), [this, version] {
      versions_.push_back(version);
      take_next();
    });
}

void Administrator::take_next() {
  if (upload_ || versions_.empty()) return;
  publish(versions_.front());
}

void Administrator::publish(std::uint32_t version) {
  upload_ = std::make_unique<client::DirectoryUpload>(
      session_, around_.street.files(version), client::UploadMode::publish,
      [this, version](const v1::PublishDirectoryReply& reply) {
        const bool again = reply.error() == v1::ERROR_CODE_BUSY || reply.error() == v1::ERROR_CODE_DISK_LOW;
        if (reply.error() != 0 && !again)
          around_.witness.unhappy(fmt::format("directory {} is refused with {}: {}", version, reply.error(),
                                              reply.findings().empty() ? "" : reply.findings(0)),
                                  {"administrator"});
        around_.world.counters().directories += reply.error() == 0;
        around_.world.after(milliseconds(again ? 500 : 1), [this, again] {  // not while it is calling
          session_.detach(*upload_);
          upload_.reset();
          if (!again) versions_.erase(versions_.begin());
          take_next();
        });
      });
  session_.attach(*upload_);
  if (session_.welcomed()) upload_->on_welcome({});
}

}  // namespace huying::sim
