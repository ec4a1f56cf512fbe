// Goal: whatever a stranger sends is refused with a number, and nothing that is served suffers. Method: one `huying
// serve`; each attack by a socket of its own or by `huying directory publish`, then a valid publication, then `journal
// verify` and a look at the memory of the process.
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <random>

#include "base/limits.h"
#include "tests/e2e/lines.h"
#include "tests/e2e/raw_client.h"
#include "tests/e2e/wenyuan.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define HUYING_SANITIZED 1
#else
#define HUYING_SANITIZED 0
#endif

namespace huying::e2e {
namespace {

using testing::HasSubstr;

constexpr std::size_t growth_bytes_max = 64 * limits::MiB;

class Hostile : public testing::Test {
 protected:
  void SetUp() override {
    serving_ = place_.serve({"--directory", wenyuan()});
    publish_is_acknowledged();
    resident_before_ = resident_bytes();
  }

  void TearDown() override {
    publish_is_acknowledged();
    EXPECT_EQ(status(place_).configuration_version(), 1u);
    const auto resident = resident_bytes();
    if (HUYING_SANITIZED == 0) {
      EXPECT_LT(resident, resident_before_ + growth_bytes_max);
    }
    EXPECT_EQ(stop(*serving_), (Ended{0, 0})) << serving_->err();
    const auto checked = verify(place_);
    EXPECT_TRUE(checked.ok()) << checked.out << checked.err;
  }

  std::size_t resident_bytes() const {
    std::size_t kilobytes = 0;
    for (const auto& line : lines_of(read_file("/proc/" + std::to_string(serving_->id()) + "/status")))
      if (line.starts_with("VmRSS:")) kilobytes = std::stoul(line.substr(6));
    EXPECT_GT(kilobytes, 0u);
    return kilobytes * 1024;
  }

  void publish_is_acknowledged() {
    RawClient client(place_.endpoint());
    ASSERT_TRUE(client.hello("hotline-12345", v1::ROLE_PUBLISHER));
    const auto ack = answer_of(client, publication());
    EXPECT_EQ(ack.error(), 0u) << ack.ShortDebugString();
    EXPECT_FALSE(ack.case_number().empty());
  }

  // A valid one, never the same twice.
  v1::ClientFrame publication() {
    v1::ClientFrame frame;
    frame.mutable_publish()->set_tag(++published_);
    *frame.mutable_publish()->mutable_request() = request_in_cell("h-" + std::to_string(published_), "shiqiao-01");
    return frame;
  }

  static v1::PublishAck answer_of(RawClient& client, const v1::ClientFrame& frame) {
    return answer_of(client, frame.SerializeAsString());
  }
  static v1::PublishAck answer_of(RawClient& client, const std::string& frame) {
    client.send({frame});
    const auto answer = client.receive();
    EXPECT_TRUE(answer && answer->has_publish_acks() && answer->publish_acks().acks_size() == 1)
        << (answer ? answer->ShortDebugString() : "no answer");
    if (!answer || answer->publish_acks().acks_size() != 1) return {};
    return answer->publish_acks().acks(0);
  }

  Place place_;
  std::unique_ptr<Process> serving_;
  std::size_t resident_before_ = 0;
  std::uint64_t published_ = 0;
};

TEST_F(Hostile, random_bytes_are_refused_by_number) {
  std::mt19937 random(7);
  RawClient stranger(place_.endpoint()), known(place_.endpoint());
  ASSERT_TRUE(known.hello("hotline-12345", v1::ROLE_PUBLISHER));
  for (int i = 0; i < 200; ++i) {
    std::string bytes(random() % 3000 + 1, '\0');
    for (auto& byte : bytes) byte = static_cast<char>(random());
    bytes[0] = '\x07';  // no wire type of protobuf: nothing that could be read by chance
    auto& client = i % 2 == 0 ? stranger : known;
    client.send({bytes});
    ASSERT_EQ(client.refusal(), std::uint32_t{v1::ERROR_CODE_FRAME_UNREADABLE}) << i;
  }
  EXPECT_EQ(answer_of(known, publication()).error(), 0u) << "its session goes on";
}

TEST_F(Hostile, bytes_that_begin_like_a_frame_are_refused_by_number) {
  std::mt19937 random(8);
  for (int field = 1; field <= 18; ++field) {
    // These are not read further: a sign of life and a farewell.
    if (field == v1::ClientFrame::kHeartbeatFieldNumber || field == v1::ClientFrame::kGoodbyeFieldNumber) continue;
    RawClient client(place_.endpoint());
    ASSERT_TRUE(client.hello("hotline-12345", v1::ROLE_PUBLISHER));
    std::string body(100, '\x07');
    std::string frame;
    for (auto tag = static_cast<unsigned>(field) << 3 | 2; ; tag >>= 7) {
      frame += static_cast<char>(tag >= 128 ? (tag & 127) | 128 : tag);
      if (tag < 128) break;
    }
    frame += static_cast<char>(body.size());
    client.send({frame + body});
    const auto error = client.refusal();
    EXPECT_NE(error, 0u) << "field " << field;
  }
}

TEST_F(Hostile, frames_beyond_1_MiB_are_refused_by_number) {
  RawClient client(place_.endpoint());
  ASSERT_TRUE(client.hello("hotline-12345", v1::ROLE_PUBLISHER));
  for (const auto size : {limits::frame_bytes_max + 1, 2 * limits::frame_bytes_max, 4 * limits::frame_bytes_max}) {
    client.send({std::string(size, '\x1a')});
    EXPECT_EQ(client.refusal(), std::uint32_t{v1::ERROR_CODE_FRAME_TOO_LARGE}) << size;
  }
  EXPECT_EQ(answer_of(client, publication()).error(), 0u) << "its session goes on";
  RawClient(place_.endpoint()).send({std::string(16 * limits::frame_bytes_max, '\x1a')});  // the connection is dropped
}

TEST_F(Hostile, unknown_protocol_versions_are_refused_by_number) {
  for (const std::uint32_t version : {0u, 2u, 4'000'000'000u}) {
    RawClient client(place_.endpoint());
    v1::ClientFrame frame;
    frame.mutable_hello()->set_protocol_version(version);
    frame.mutable_hello()->set_principal("hotline-12345");
    frame.mutable_hello()->set_role(v1::ROLE_PUBLISHER);
    frame.mutable_hello()->set_session_nonce(1);
    client.send(frame);
    EXPECT_EQ(client.refusal(), std::uint32_t{v1::ERROR_CODE_PROTOCOL_VERSION}) << version;
  }
}

TEST_F(Hostile, a_message_of_1000_parts_is_refused_by_number) {
  RawClient client(place_.endpoint());
  ASSERT_TRUE(client.hello("hotline-12345", v1::ROLE_PUBLISHER));
  client.send(std::vector<std::string>(1'000, publication().SerializeAsString()));
  EXPECT_EQ(client.refusal(), std::uint32_t{v1::ERROR_CODE_FRAME_PARTS});
  client.send(std::vector<std::string>(2, ""));
  EXPECT_EQ(client.refusal(), std::uint32_t{v1::ERROR_CODE_FRAME_PARTS});
  EXPECT_EQ(answer_of(client, publication()).error(), 0u) << "its session goes on";
}

TEST_F(Hostile, invalid_utf8_control_characters_and_unknown_fields_are_refused_by_number) {
  RawClient client(place_.endpoint());
  ASSERT_TRUE(client.hello("hotline-12345", v1::ROLE_PUBLISHER));
  auto frame = publication();
  std::string bytes = frame.SerializeAsString();
  bytes.replace(bytes.find("h-" + std::to_string(published_)), 2, "\xC3\x28");
  EXPECT_EQ(answer_of(client, bytes).error(), std::uint32_t{v1::ERROR_CODE_INVALID_TEXT});

  frame = publication();
  frame.mutable_publish()->mutable_request()->mutable_text()->set_plain("bell \x07");
  EXPECT_EQ(answer_of(client, frame).error(), std::uint32_t{v1::ERROR_CODE_INVALID_TEXT});

  frame = publication();
  auto& request = *frame.mutable_publish()->mutable_request();
  request.GetReflection()->MutableUnknownFields(&request)->AddVarint(1999, 1);
  EXPECT_EQ(answer_of(client, frame).error(), std::uint32_t{v1::ERROR_CODE_UNKNOWN_FIELD});

  frame = publication();
  frame.mutable_publish()->mutable_request()->set_category("no-such-category");
  EXPECT_EQ(answer_of(client, frame).error(), std::uint32_t{v1::ERROR_CODE_CATEGORY_UNKNOWN});
}

// Files of Wenyuan, one of them replaced.
class HostileDirectory : public Hostile {
 protected:
  Output publish_with(const std::string& file, std::string_view content) {
    const std::string folder = place_.path("broken");
    for (const auto* name : {"directory.txtpb", "cells.geojson", "people.csv", "places.csv", "policy.txtpb"})
      write_file(folder + "/" + name, read_file(wenyuan() + "/" + name));
    write_file(folder + "/" + file, content);
    return place_.ask({"directory", "publish", "--directory", folder}, "administrator");
  }
};

TEST_F(HostileDirectory, grossly_self_crossing_rings_are_refused_by_number) {
  auto cells = nlohmann::json::parse(read_file(wenyuan() + "/cells.geojson"));
  cells["features"][0]["geometry"] = {
      {"type", "Polygon"},
      {"coordinates", {{{113.17, 35.17}, {113.19, 35.18}, {113.19, 35.17}, {113.17, 35.18}, {113.17, 35.17}}}}};
  const auto output = publish_with("cells.geojson", cells.dump());
  EXPECT_EQ(output.ended, (Ended{3, 0}));
  EXPECT_THAT(output.err, HasSubstr("E3008"));
  EXPECT_THAT(output.err, HasSubstr("cells.geojson"));
}

TEST_F(HostileDirectory, geojson_of_100_MB_of_zeros_is_refused_by_its_size) {
  const auto output = publish_with("cells.geojson", std::string(100'000'000, '\0'));
  EXPECT_EQ(output.ended, (Ended{3, 0}));
  EXPECT_THAT(output.err, HasSubstr("E3002"));
}

TEST_F(HostileDirectory, geojson_of_zeros_below_the_limit_is_refused_as_what_it_is) {
  const auto output = publish_with("cells.geojson", std::string(20'000'000, '\0'));
  EXPECT_EQ(output.ended, (Ended{3, 0}));
  EXPECT_THAT(output.err, HasSubstr("E3004"));
}

TEST_F(Hostile, an_upload_beyond_all_limits_or_out_of_order_is_refused_by_number) {
  RawClient client(place_.endpoint());
  ASSERT_TRUE(client.hello("administrator", v1::ROLE_ADMINISTRATOR));
  const auto answer_to = [&](std::uint32_t part, std::uint32_t parts) {
    v1::ClientFrame frame;
    auto& upload = *frame.mutable_publish_directory();
    upload.set_tag(1);
    upload.set_part(part);
    upload.set_parts(parts);
    upload.set_bytes(std::string(limits::upload_part_bytes, '\0'));
    client.send(frame);
    const auto answer = client.receive();
    return answer && answer->has_publish_directory() ? answer->publish_directory() : v1::PublishDirectoryReply();
  };
  EXPECT_EQ(answer_to(3, 10).error(), std::uint32_t{v1::ERROR_CODE_UPLOAD_OUT_OF_ORDER});
  constexpr std::uint32_t parts = 1'000;
  std::uint32_t part = 0;
  auto reply = answer_to(part, parts);
  while (reply.error() == 0 && reply.received_part() == part + 1) reply = answer_to(++part, parts);
  EXPECT_EQ(reply.error(), std::uint32_t{v1::ERROR_CODE_FILE_TOO_LARGE}) << "at part " << part;
}

TEST_F(HostileDirectory, a_policy_with_negative_days_is_refused_by_number_and_line) {
  std::string policy = read_file(wenyuan() + "/policy.txtpb");
  const auto at = policy.find("count: 3");
  ASSERT_NE(at, std::string::npos);
  policy.replace(at, 8, "count: -3");
  const auto output = publish_with("policy.txtpb", policy);
  EXPECT_EQ(output.ended, (Ended{3, 0}));
  EXPECT_THAT(output.err, HasSubstr("E3015"));
  EXPECT_THAT(output.err, HasSubstr("policy.txtpb:"));
}

}  // namespace
}  // namespace huying::e2e
