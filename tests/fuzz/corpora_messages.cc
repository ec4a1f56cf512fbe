// Messages of every kind, with something in every field.
#include <google/protobuf/descriptor.h>

#include "huying/v1/session.pb.h"
#include "tests/fuzz/corpora.h"

namespace huying::fuzz {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr int depth_max = 5;

void fill(Message& message, int depth);

void fill_field(Message& message, const FieldDescriptor* field, int depth) {
  const auto* reflection = message.GetReflection();
  const bool many = field->is_repeated();
  switch (field->cpp_type()) {
#define HUYING_FILL(TYPE, Type, value)            \
  case FieldDescriptor::CPPTYPE_##TYPE:           \
    many ? reflection->Add##Type(&message, field, value) : reflection->Set##Type(&message, field, value); \
    return
    HUYING_FILL(INT32, Int32, -3);
    HUYING_FILL(INT64, Int64, 1'795'400'000'123);
    HUYING_FILL(UINT32, UInt32, 300u + static_cast<unsigned>(field->number()));
    HUYING_FILL(UINT64, UInt64, 90u + static_cast<unsigned>(field->number()));
    HUYING_FILL(DOUBLE, Double, 35.25);
    HUYING_FILL(FLOAT, Float, 0.5f);
    HUYING_FILL(BOOL, Bool, true);
    HUYING_FILL(ENUM, EnumValue, 1);
    HUYING_FILL(STRING, String, field->name());
#undef HUYING_FILL
    case FieldDescriptor::CPPTYPE_MESSAGE:
      if (depth < depth_max)
        fill(many ? *reflection->AddMessage(&message, field) : *reflection->MutableMessage(&message, field), depth + 1);
  }
}

void fill(Message& message, int depth) {
  const auto* descriptor = message.GetDescriptor();
  for (int i = 0; i < descriptor->field_count(); ++i) fill_field(message, descriptor->field(i), depth);
}

template <class M>
std::string filled() {
  M message;
  fill(message, 0);
  return message.SerializeAsString();
}

// One frame a body, so that every kind is there.
template <class Frame>
void add_frames(const std::string& prefix, Corpus& corpus) {
  const auto* descriptor = Frame::descriptor();
  for (int i = 0; i < descriptor->field_count(); ++i) {
    if (descriptor->field(i)->containing_oneof() == nullptr) continue;
    Frame frame;
    for (int j = 0; j < descriptor->field_count(); ++j)
      if (i == j || descriptor->field(j)->containing_oneof() == nullptr) fill_field(frame, descriptor->field(j), 0);
    corpus[prefix + descriptor->field(i)->name()] = frame.SerializeAsString();
  }
}

v1::Commit ordinary_commit() {
  v1::Commit commit;
  commit.set_stream(7);
  commit.mutable_epoch()->set_term(2);
  commit.mutable_epoch()->set_grant(300);
  commit.set_commit_number(41);
  commit.set_consumes(90);
  commit.set_decided_at_ms(1'795'400'000'123);
  auto& event = *commit.add_events();
  event.set_kind(v1::EVENT_KIND_ESCALATED);
  event.set_rung(v1::RUNG_STREET);
  event.set_event("an event");
  auto& effect = *commit.add_effects();
  effect.set_case_number("BN-261123-0042-7");
  effect.set_kind(v1::CaseEffect::MOVED_TO);
  effect.set_to_stream(9);
  return commit;
}

v1::Attachment picture() {
  v1::Attachment attachment;
  attachment.set_blake2b_256(std::string(32, 'b'));
  attachment.set_size_bytes(7);
  attachment.set_media_type("image/png");
  return attachment;
}

v1::Request whole_request() {
  v1::Request request;
  request.set_source_id("r-1");
  request.set_street("s");
  request.set_category("general");
  request.set_urgency(v1::URGENCY_URGENT);
  auto& location = *request.mutable_location();
  location.set_cell("a-01");
  location.set_address("柳林村");
  auto& point = *location.mutable_point();
  point.set_latitude(35.205);
  point.set_longitude(113.205);
  point.set_datum(v1::DATUM_GCJ02);
  point.set_accuracy_metres(7);
  request.mutable_text()->set_plain("路灯不亮");
  request.mutable_contact()->mutable_name()->set_plain("x");
  request.mutable_contact()->mutable_telephone()->set_sealed("y");
  request.mutable_contact()->mutable_exact_address()->set_plain("z");
  *request.add_attachments() = picture();
  request.set_observed_at_ms(5);
  auto& report = *request.mutable_report();
  report.set_reporter("worker-1");
  report.set_on_behalf_of_citizen(true);
  report.mutable_solved_on_spot()->mutable_words()->set_plain("修好");
  *report.mutable_solved_on_spot()->add_attachments() = picture();
  return request;
}

v1::Action whole_action() {
  v1::Action action;
  action.set_action_id("a-1");
  action.set_case_number("SS-261123-0001-9");
  action.set_kind(v1::ACTION_KIND_TRANSFER);
  action.set_to_cell("a-02");
  action.set_reason_code("other-cell");
  action.mutable_words()->set_plain("归柳林村");
  *action.add_attachments() = picture();
  action.add_targets("office");
  return action;
}

}  // namespace

Corpus frames() {
  Corpus corpus;
  add_frames<v1::ClientFrame>("client-", corpus);
  add_frames<v1::BrokerFrame>("broker-", corpus);
  corpus["body-publish"] = filled<v1::Publish>();
  corpus["body-publish-batch"] = filled<v1::PublishBatch>();
  corpus["body-commits"] = filled<v1::Commits>();
  return corpus;
}

Corpus commits() {
  auto forwarded = ordinary_commit();
  forwarded.set_decided_person("worker-1");
  forwarded.set_decided_action_id("a-1");
  forwarded.mutable_outcome()->set_revision(3);
  forwarded.add_sends()->set_to_stream(4);
  return {{"everything", filled<v1::Commit>()},
          {"ordinary", ordinary_commit().SerializeAsString()},
          {"forwarded", forwarded.SerializeAsString()}};
}

Corpus requests() {
  v1::Request plain;
  plain.set_source_id("r-2");
  plain.mutable_text()->set_plain("路灯不亮");
  return {{"whole", whole_request().SerializeAsString()},
          {"plain", plain.SerializeAsString()},
          {"every-field", filled<v1::Request>()},
          {"action", whole_action().SerializeAsString()},
          {"action-every-field", filled<v1::Action>()}};
}

}  // namespace huying::fuzz
