// The administrator's files and lines of text, small and made up.
#include "tests/broker/directory/files.h"
#include "tests/fuzz/corpora.h"

namespace huying::fuzz {
namespace {

std::string content_of(const char* file) { return directory::Files().content.at(file); }

constexpr const char* pieces_and_holes =
    R"({"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:OGC:1.3:CRS84"}},"features":[)"
    R"({"type":"Feature","id":7.0,"properties":{"name":"柳林","unit":"a","retired":false},"geometry":{"type":"MultiPolygon",)"
    R"("coordinates":[[[[113.2,35.2,5],[113.3,35.2],[113.3,35.3],[113.2,35.3],[113.2,35.2]],)"
    R"([[113.22,35.22],[113.24,35.22],[113.24,35.24],[113.22,35.22]]],[[[1e2,3e1],[101,30],[101,31],[1e2,3e1]]]]}},)"
    R"({"type":"Feature","properties":{"id":"old","unit":"a","retired":true},"geometry":null}]})";

constexpr const char* small_policy =
    "name: \"p\" default_rule: \"r\" urgent_rule: \"r\"\n"
    "rules { name: \"r\"\n arrange { count: 1 unit: SPAN_UNIT_NATURAL_DAY first_day: FIRST_DAY_COUNTED }\n"
    " feed_back { count: 3 unit: SPAN_UNIT_NATURAL_DAY day_end: DAY_END_SAME_TIME }\n"
    " solve { count: 7 unit: SPAN_UNIT_NATURAL_DAY first_day: FIRST_DAY_NOT_COUNTED at_least_minutes: 60 }\n"
    " solve_complex { count: 1 unit: SPAN_UNIT_NATURAL_MONTH }\n verify { count: 90 unit: SPAN_UNIT_MINUTE }\n"
    " desk { count: 1 unit: SPAN_UNIT_NATURAL_DAY }\n"
    " ladder { unit { count: 1 unit: SPAN_UNIT_NATURAL_DAY } street { count: 1 unit: SPAN_UNIT_NATURAL_DAY }\n"
    "  district { count: 1 unit: SPAN_UNIT_NATURAL_DAY } monthly { count: 1 unit: SPAN_UNIT_NATURAL_MONTH } } }\n"
    "categories { code: \"general\" name: \"其他\" }\n"
    "categories { code: \"fire\" name: \"火情\" guidance: \"119\" rule: \"r\" }  # comment\n";

}  // namespace

Corpus cell_files() {
  return {{"two-cells", content_of("cells.geojson")}, {"pieces-and-holes", pieces_and_holes}, {"empty", "{}"}};
}

Corpus people_files() {
  return {{"a-few", content_of("people.csv")},
          {"quoted", "\xEF\xBB\xBF" "code,title,role,place\r\n\"a\",\"worker, \"\"one\"\"\",grid_worker,\"a-01\"\r\n\r\na,x,cadre,a-02\r\n"},
          {"leaves", "code,title,role,place,deputy,absent\na,x,cadre,a-01,no,2026-02-10..2026-02-20;2026-03-02..2026-03-02\n"},
          {"open-quote", "code,title,role,place\na,\"x,grid_worker,a-01\n"}};
}

Corpus place_files() {
  return {{"a-few", content_of("places.csv")},
          {"many-names", "name,cell,aliases\n柳林村,a-01,柳林；Liulin;ＬＬ村\n柳林,a-02,\n1号楼,a-01,11号楼\n"},
          {"no-names", "name,cell\n,a-01\nx,\n"}};
}

Corpus policy_files() { return {{"small", small_policy}, {"no-rule", "name: \"p\"\n"}}; }

Corpus calendar_files() {
  return {{"ours", "name: \"ours\" office_hours { from: \"08:30\" to: \"12:00\" } office_hours { from: \"14:30\" to: \"18:00\" }\n"
                   "expects_notices: true years { year: 2026 official: true source: \"made up\"\n"
                   " rest { from: \"2026-02-15\" to: \"2026-02-23\" name: \"春节\" } work: \"2026-02-14\" }\n"},
          {"no-hours", "name: \"none\" years { year: 2026 }\n"}};
}

Corpus addresses() {
  return {{"old-district", "=山阳区\n=示范区\n示范区柳林村\n柳林\n山阳区政府\n\n山阳区示范区柳林村3组"},
          {"runs", "1号楼\n11号楼\nabc\nAB\n\n１１号楼 Abc ab"},
          {"broken", "\xE6\x9F\n\xF0\x9F\x98\x80\n\n\xE6\x9F\xB3\xFF\xF0\x9F"}};
}

Corpus route_lines() {
  return {{"point", R"({"id":7,"lat":35.205,"lon":113.205,"datum":"WGS-84"})"},
          {"address", R"({"id":"a","address":"East Gate 3"})"},
          {"cell", R"({"cell":"a-01","lat":35.205,"lon":113.215,"datum":"gcj02"})"},
          {"nothing", R"({"id":null})"},
          {"nested", R"({"id":[1],"lat":"x"})"}};
}

Corpus publish_lines() {
  return {{"whole",
           R"({"source_id":"a-1","street":"s","category":"general","urgency":"URGENCY_URGENT","location":{"cell":"a-01",)"
           R"("point":{"latitude":35.2,"longitude":113.2,"datum":"DATUM_GCJ02","accuracy_metres":7}},"text":{"plain":"路灯不亮"},)"
           R"("contact":{"telephone":{"sealed":"eA=="}},"attachments":[{"size_bytes":"3"}],"observed_at_ms":"5",)"
           R"("report":{"on_behalf_of_citizen":true,"solved_on_spot":{"words":{"plain":"x"}}}})"},
          {"unknown-field", R"({"sourceId":"a","other":1})"},
          {"broken", "{\"source_id\":\"\xff\"}"}};
}

// The first byte says in which pieces the rest comes.
Corpus http_connections() {
  const std::string host = " HTTP/1.1\r\nHost: a\r\n";
  return {{"get", "\x01GET /api/v1/register?open=all&q=%E8%B7%AF%E7%81%AF&limit=20&from=1&to=2" + host + "Cookie: huying=x\r\n\r\n"},
          {"two-in-one", "\x40GET /phone/" + host + "\r\nGET /errors" + host + "\r\nGET http://a/?by=month&from=1&to=9" + host + "\r\n"},
          {"action", "\x10POST /api/v1/cases/BN-261129-0001-7/actions" + host +
                         "Content-Type: application/json\r\nContent-Length: 89\r\nExpect: 100-continue\r\n\r\n"
                         R"({"actionId":"a","kind":"ACTION_KIND_RESOLVE","words":{"plain":"x"},"expectedRevision":"3"})"},
          {"request", "\xff" "POST /api/v1/requests" + host + "Content-Length: 102\r\n\r\n"
                      R"({"sourceId":"a","text":{"plain":"x"},"location":{"point":{"latitude":35.2,"longitude":113.2}},"x":"y"})"},
          {"chunks", "\x07POST /api/v1/session" + host + "Transfer-Encoding: chunked\r\n\r\n"
                     "5;x=y\r\n{\"per\r\n10\r\nson\":\"a\",\"words\"\r\n5\r\n:\"b\"}\r\n0\r\nTrailer: 1\r\n\r\n"},
          {"two-lengths", "\x03POST /" + host + "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd"},
          {"length-and-coding", "\x03POST /" + host + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
          {"path-tricks", "\x02GET /a/%2e%2e/b//%2fc\\" + host + "\r\n"},
          {"deep", "\x20PUT /x" + host + "Content-Length: 80\r\n\r\n{\"text\":" + std::string(35, '[') + std::string(35, ']') + "}"},
          {"old", "\x05\r\n\r\nHEAD /a HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n"}};
}

}  // namespace huying::fuzz
