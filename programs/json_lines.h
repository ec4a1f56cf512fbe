// What the programs print for other programs: one JSON object a line. Messages of the contract are printed in protobuf's
// JSON mapping (64-bit numbers are strings, enums are names, unset fields are left out). Any thread.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "huying/v1/request.pb.h"
#include "huying/v1/session.pb.h"
#include "words/story.h"

namespace huying::programs {

// A Request in JSON. INPUT_LINE with what is wrong and where, without quoting the line: it may hold contacts.
Result<void> request_from_json(std::string_view json, v1::Request& request);

// {"line":3,"source_id":"…","case_number":"…","known":false,"cell":"…","rule":"point"}
std::string ack_line(std::uint64_t line, std::string_view source_id, const v1::PublishAck& ack);
// {"line":3,"source_id":"…","error":2003,"name":"CATEGORY_UNKNOWN","detail":"…"[,"case_number":"…"][,"retry_after_ms":…]}
std::string refusal_line(std::uint64_t line, std::string_view source_id, const Error& error,
                         std::string_view case_number = {}, std::uint64_t retry_after_ms = 0);

// {"consumer_sequence":…,"subject":"…","sequence":…,"index":…,"recorded_at_ms":…,"event":{…}}
std::string event_line(const v1::EventDelivery& delivery);

// A line of a story: {"at_ms":…,"now":false,"zh":"…","en":"…","detail_zh":"…","detail_en":"…"}
std::string story_line(const words::StoryLine& line);

std::string message_line(const google::protobuf::Message& message);

// point, address, …: the lower-case name of a rule of dispatch.
std::string rule_name(v1::DispatchRule rule);

}  // namespace huying::programs
