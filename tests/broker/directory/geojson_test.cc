#include "broker/directory/geojson.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/limits.h"
#include "base/text.h"
#include "tests/broker/directory/files.h"

namespace huying::directory {
namespace {

struct Read {
  FeatureFile file;
  std::vector<Finding> findings;
};

Read read(const std::string& text, const std::string& id_property = {}) {
  Findings findings;
  Read out{read_geojson(text, id_property, findings), {}};
  out.findings = findings.take();
  return out;
}

std::uint32_t first_code(const Read& read) { return read.findings.empty() ? 0 : read.findings[0].code; }

std::string id_of(const std::string& json_id) {
  const auto out = read(collection(feature("\"id\":" + json_id, square(113))));
  return out.file.features.empty() ? "" : out.file.features[0].id;
}

TEST(Geojson, NumericIdsBecomeTheirDecimalText) {
  EXPECT_EQ(id_of("7"), "7");
  EXPECT_EQ(id_of("7.0"), "7");
  EXPECT_EQ(id_of("7e0"), "7");
  EXPECT_EQ(id_of("-0.0"), "0");
  EXPECT_EQ(id_of("7.50"), "7.5");
  EXPECT_EQ(id_of("410871061001002003"), "410871061001002003");
  EXPECT_EQ(id_of("123456789012345678901234567890"), "123456789012345678901234567890");
  EXPECT_EQ(id_of("\"South Boston\""), "South Boston");
}

TEST(Geojson, AByteOrderMarkAltitudesAndForeignMembersAreNoTrouble) {
  const auto out = read(
      "\xEF\xBB\xBF"
      R"({"name":"x","crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:OGC:1.3:CRS84"}},"features":[{
      "geometry":{"coordinates":[[[113,35,9],[113.1,35,9],[113.1,35.1,9],[113,35,9]]],"type":"Polygon"},
      "extra":{"deep":[[1,{"type":"FeatureCollection"}]]},"properties":{"id":"x","nested":{"id":"y"}},"type":"Feature"}],
      "type":"FeatureCollection","notice":"made up"})");
  ASSERT_TRUE(out.findings.empty()) << to_string(out.findings[0]);
  ASSERT_EQ(out.file.features.size(), 1u);
  EXPECT_EQ(out.file.features[0].id, "x");
  EXPECT_EQ(out.file.features[0].shape[0][0].size(), 4u);
  EXPECT_EQ(out.file.notice, "made up");
}

TEST(Geojson, MultiPolygonsKeepTheirPolygonsAndHoles) {
  const auto out = read(collection(
      R"({"type":"Feature","id":5,"properties":null,"geometry":{"type":"MultiPolygon","coordinates":[[)" + square(113) + "," +
      square(113.001) + "],[" + square(114) + "]]}}"));
  ASSERT_TRUE(out.findings.empty()) << to_string(out.findings[0]);
  EXPECT_EQ(out.file.features[0].id, "5") << "the feature's own id member, where no property has one";
  ASSERT_EQ(out.file.features[0].shape.size(), 2u);
  EXPECT_EQ(out.file.features[0].shape[0].size(), 2u);
  EXPECT_EQ(out.file.features[0].shape[1].size(), 1u);
}

TEST(Geojson, TheIdPropertyCanBeNamed) {
  const auto text = collection(feature(R"("id":"1","Dist Name":"North End")", square(113)));
  EXPECT_EQ(read(text, "Dist Name").file.features[0].id, "North End");
  EXPECT_EQ(first_code(read(text, "nothing")), v1::ERROR_CODE_CELL_ID_MISSING);
}

TEST(Geojson, WhatIsNoJsonIsASyntaxErrorWithItsPlace) {
  const std::string zeros(1000, '\0');
  for (const std::string& bad : {std::string("{"), std::string(""), zeros, std::string("0000"), std::string("{\"a\":\"\xFF\"}"),
                                 collection("") + "x"}) {
    const auto out = read(bad);
    EXPECT_EQ(first_code(out), v1::ERROR_CODE_GEOJSON_SYNTAX) << bad;
    EXPECT_NE(out.findings[0].where.find("byte"), std::string::npos);
  }
}

TEST(Geojson, WhatIsNoCollectionOfPolygonsIsRefused) {
  for (const std::string& bad :
       {std::string("[]"), std::string("7"), std::string("{}"), std::string(R"({"type":"FeatureCollection"})"), collection(""),
        collection("7"), collection("[]"), std::string(R"({"type":"FeatureCollection","features":{}})"),
        collection(R"({"type":"Feature","properties":{"id":1},"geometry":{"type":"Point","coordinates":[113,35]}})"),
        collection(feature("\"id\":1", "[[113,35],[113.1,35],[113,35]]")), collection(feature("\"id\":1", "[]")),
        collection(feature("\"id\":1", square(113) + ",[]")),
        collection(feature("\"id\":1", "[[113,35],[113.1,35],[113.1,\"35\"],[113,35]]")),
        collection(feature("\"id\":1", "[[113,35],[113.1,[35]],[113,35]]")),
        collection(feature("\"id\":1", "[[113],[113],[113],[113]]")), std::string(100, '[')})
    EXPECT_EQ(first_code(read(bad)), v1::ERROR_CODE_GEOJSON_SHAPE) << bad;
}

TEST(Geojson, NestingIsBounded) {
  const auto out = read(R"({"a":)" + std::string(100'000, '['));
  EXPECT_EQ(first_code(out), v1::ERROR_CODE_GEOJSON_SHAPE);
}

TEST(Geojson, CoordinatesInMetresOrAnotherSystemAreRefused) {
  EXPECT_EQ(first_code(read(collection(feature("\"id\":1", "[[500000,4000000],[5,4],[6,7],[500000,4000000]]")))),
            v1::ERROR_CODE_COORDINATE_RANGE);
  EXPECT_EQ(first_code(read(R"({"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"EPSG:3857"}},)"
                            R"("features":[]})")),
            v1::ERROR_CODE_COORDINATE_RANGE);
}

// Found by fuzzing: a name of a reference system that was cut within a character made a finding that no log could print.
TEST(Geojson, WhatAFindingQuotesIsWholeCharactersOnOneLine) {
  const auto out = read(R"({"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"urn:污水从井盖外溢)"
                        R"(污水从井盖外溢污水从井盖外溢\u001b[31m\n"}},"features":[]})");
  ASSERT_EQ(first_code(out), v1::ERROR_CODE_COORDINATE_RANGE);
  for (const auto& finding : out.findings) {
    EXPECT_TRUE(is_clean_text(to_string(finding))) << to_string(finding);
    EXPECT_EQ(to_string(finding).find('\n'), std::string::npos) << to_string(finding);
  }
}

TEST(Geojson, AnOpenRingIsNamedWithItsFeature) {
  const auto out = read(collection(feature("\"id\":1", square(113)) + "," +
                                   feature("\"id\":2", "[[113,35],[113.1,35],[113.1,35.1],[113,35.1]]")));
  EXPECT_EQ(first_code(out), v1::ERROR_CODE_RING_INVALID);
  EXPECT_EQ(out.findings[0].where, "cells.geojson: feature 2");
}

TEST(Geojson, ATooLargeFileIsRefusedBySize) {
  const std::string zeros(limits::geojson_bytes_max + 1, '0');
  EXPECT_EQ(first_code(read(zeros)), v1::ERROR_CODE_FILE_TOO_LARGE);
}

}  // namespace
}  // namespace huying::directory
