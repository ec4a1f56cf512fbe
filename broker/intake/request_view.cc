#include "broker/intake/request_view.h"

#include "proto/wire_scan.h"

namespace huying::intake {
namespace {

using Read = RequestView::Read;

// One message inside the request: hands each field to `take`, which answers whether it knows it. Every field but the
// repeated ones may come once.
template <class Take>
Read scan(std::string_view bytes, std::uint32_t repeated, Take take) {
  WireScan in(bytes);
  std::uint32_t seen = 0;
  while (const auto tag = in.tag()) {
    const std::uint32_t field = tag >> 3;
    if (field >= 32) return Read::unknown_field;
    const std::uint32_t bit = 1u << field;
    if ((seen & bit & ~repeated) != 0) return Read::unreadable;
    seen |= bit;
    if (const Read taken = take(in, tag); taken != Read::whole) return taken;
  }
  return in.complete() ? Read::whole : Read::unreadable;
}

constexpr std::uint32_t once = 0;  // no field is repeated

Read words(std::string_view bytes, WordsView& into) {
  return scan(bytes, once, [&](WireScan& in, std::uint32_t tag) {
    if (tag != bytes_tag(v1::Words::kPlainFieldNumber) && tag != bytes_tag(v1::Words::kSealedFieldNumber))
      return Read::unknown_field;
    if (into.form != v1::Words::FORM_NOT_SET) return Read::unreadable;  // one form, or the other
    into.form = static_cast<v1::Words::FormCase>(tag >> 3);
    into.bytes = in.bytes();
    return Read::whole;
  });
}

Read attachment(std::string_view bytes, AttachmentView& into) {
  return scan(bytes, once, [&](WireScan& in, std::uint32_t tag) {
    switch (tag) {
      case bytes_tag(v1::Attachment::kBlake2B256FieldNumber):
        into.blake2b_256 = in.bytes();
        break;
      case varint_tag(v1::Attachment::kSizeBytesFieldNumber):
        into.size_bytes = in.value();
        break;
      case bytes_tag(v1::Attachment::kMediaTypeFieldNumber):
        into.media_type = in.bytes();
        break;
      default:
        return Read::unknown_field;
    }
    return Read::whole;
  });
}

Read point(std::string_view bytes, PointView& into) {
  return scan(bytes, once, [&](WireScan& in, std::uint32_t tag) {
    switch (tag) {
      case fixed64_tag(v1::Point::kLatitudeFieldNumber):
        into.latitude = in.real();
        break;
      case fixed64_tag(v1::Point::kLongitudeFieldNumber):
        into.longitude = in.real();
        break;
      case varint_tag(v1::Point::kDatumFieldNumber):
        into.datum = static_cast<int>(in.value());
        break;
      case varint_tag(v1::Point::kAccuracyMetresFieldNumber):
        into.accuracy_metres = static_cast<std::uint32_t>(in.value());
        break;
      default:
        return Read::unknown_field;
    }
    return Read::whole;
  });
}

Read location(std::string_view bytes, RequestView& into) {
  return scan(bytes, once, [&](WireScan& in, std::uint32_t tag) {
    switch (tag) {
      case bytes_tag(v1::Location::kCellFieldNumber):
        into.cell = in.bytes();
        return Read::whole;
      case bytes_tag(v1::Location::kAddressFieldNumber):
        into.address = in.bytes();
        return Read::whole;
      case bytes_tag(v1::Location::kPointFieldNumber):
        into.has_point = true;
        return point(in.bytes(), into.point);
      default:
        return Read::unknown_field;
    }
  });
}

Read contact(std::string_view bytes, RequestView& into) {
  return scan(bytes, once, [&](WireScan& in, std::uint32_t tag) {
    switch (tag) {
      case bytes_tag(v1::Contact::kNameFieldNumber):
        return words(in.bytes(), into.contact_name);
      case bytes_tag(v1::Contact::kTelephoneFieldNumber):
        return words(in.bytes(), into.contact_telephone);
      case bytes_tag(v1::Contact::kExactAddressFieldNumber):
        return words(in.bytes(), into.contact_exact_address);
      default:
        return Read::unknown_field;
    }
  });
}

Read solved(std::string_view bytes, RequestView& into) {
  return scan(bytes, 1u << v1::SolvedOnSpot::kAttachmentsFieldNumber, [&](WireScan& in, std::uint32_t tag) {
    switch (tag) {
      case bytes_tag(v1::SolvedOnSpot::kWordsFieldNumber):
        return words(in.bytes(), into.solved_words);
      case bytes_tag(v1::SolvedOnSpot::kAttachmentsFieldNumber):
        return attachment(in.bytes(), into.solved_attachments.emplace_back());
      default:
        return Read::unknown_field;
    }
  });
}

Read report(std::string_view bytes, RequestView& into) {
  return scan(bytes, once, [&](WireScan& in, std::uint32_t tag) {
    switch (tag) {
      case bytes_tag(v1::WorkerReport::kReporterFieldNumber):
        into.reporter = in.bytes();
        return Read::whole;
      case varint_tag(v1::WorkerReport::kOnBehalfOfCitizenFieldNumber):
        into.on_behalf_of_citizen = in.value() != 0;
        return Read::whole;
      case bytes_tag(v1::WorkerReport::kSolvedOnSpotFieldNumber):
        into.solved_on_spot = true;
        return solved(in.bytes(), into);
      default:
        return Read::unknown_field;
    }
  });
}

Read field(WireScan& in, std::uint32_t tag, RequestView& into) {
  switch (tag) {
    case bytes_tag(v1::Request::kSourceIdFieldNumber):
      into.source_id = in.bytes();
      return Read::whole;
    case bytes_tag(v1::Request::kStreetFieldNumber):
      into.street = in.bytes();
      return Read::whole;
    case bytes_tag(v1::Request::kCategoryFieldNumber):
      into.category = in.bytes();
      return Read::whole;
    case varint_tag(v1::Request::kUrgencyFieldNumber):
      into.urgency = static_cast<int>(in.value());
      return Read::whole;
    case bytes_tag(v1::Request::kLocationFieldNumber):
      into.has_location = true;
      return location(in.bytes(), into);
    case bytes_tag(v1::Request::kTextFieldNumber):
      return words(in.bytes(), into.text);
    case bytes_tag(v1::Request::kContactFieldNumber):
      into.has_contact = true;
      return contact(in.bytes(), into);
    case bytes_tag(v1::Request::kAttachmentsFieldNumber):
      return attachment(in.bytes(), into.attachments.emplace_back());
    case varint_tag(v1::Request::kObservedAtMsFieldNumber):
      into.observed_at_ms = static_cast<std::int64_t>(in.value());
      return Read::whole;
    case bytes_tag(v1::Request::kReportFieldNumber):
      into.has_report = true;
      return report(in.bytes(), into);
    default:
      return Read::unknown_field;
  }
}

}  // namespace

Read RequestView::read(std::string_view bytes) {
  auto first = std::move(attachments), second = std::move(solved_attachments);  // their memory is kept
  first.clear();
  second.clear();
  *this = RequestView{};
  attachments = std::move(first);
  solved_attachments = std::move(second);
  return scan(bytes, 1u << v1::Request::kAttachmentsFieldNumber,
              [this](WireScan& in, std::uint32_t tag) { return field(in, tag, *this); });
}

}  // namespace huying::intake
