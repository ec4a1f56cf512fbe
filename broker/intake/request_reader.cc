#include "broker/intake/request_reader.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>

namespace huying::intake {
namespace {

using google::protobuf::internal::WireFormatLite;
using google::protobuf::io::CodedInputStream;

template <class Part>
void keep(std::unique_ptr<Part>& spare, Part* part) {
  part->Clear();
  spare.reset(part);
}

}  // namespace

void RequestReader::take_back() {
  if (request_.has_location()) keep(location_, request_.release_location());
  if (request_.has_text()) keep(text_, request_.release_text());
  if (request_.has_report()) keep(report_, request_.release_report());
}

// Lends what the bytes name at their top level; what they do not name stays absent.
bool RequestReader::lend(std::string_view bytes) {
  CodedInputStream in(reinterpret_cast<const std::uint8_t*>(bytes.data()), static_cast<int>(bytes.size()));
  for (std::uint32_t tag = in.ReadTag(); tag != 0; tag = in.ReadTag()) {
    switch (WireFormatLite::GetTagFieldNumber(tag)) {
      case v1::Request::kLocationFieldNumber:
        if (!request_.has_location()) request_.set_allocated_location(location_.release());
        break;
      case v1::Request::kTextFieldNumber:
        if (!request_.has_text()) request_.set_allocated_text(text_.release());
        break;
      case v1::Request::kReportFieldNumber:
        if (!request_.has_report()) request_.set_allocated_report(report_.release());
        break;
      default:
        break;
    }
    if (!WireFormatLite::SkipField(&in, tag)) return false;
  }
  return true;
}

bool RequestReader::read(std::string_view bytes) {
  take_back();
  request_.Clear();
  if (!lend(bytes)) return false;
  google::protobuf::io::ArrayInputStream stream(bytes.data(), static_cast<int>(bytes.size()));
  return request_.MergeFromBoundedZeroCopyStream(&stream, static_cast<int>(bytes.size()));
}

}  // namespace huying::intake
