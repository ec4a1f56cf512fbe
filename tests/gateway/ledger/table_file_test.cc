// What is written is read again: CSV by Python's reader, XLSX by Python's zip and XML readers.
#include "gateway/ledger/table_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <utility>
#include <vector>

namespace huying::ledger {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

const Table hostile{"台账",
                    {"演示数据，全部虚构 Demo data, all made up"},
                    {"编号", "事由", "超期天数"},
                    {{"WY-1", "=HYPERLINK(\"http://x\")", std::int64_t{3}},
                     {"WY-2", "a,\"b\"\nc", std::int64_t{-3}},
                     {"WY-3", "+1", 1.5},
                     {"WY-4", "@SUM(A1)", std::int64_t{0}},
                     {"WY-5", "\tx", std::int64_t{0}}}};

std::string python(const std::string& script, const std::string& file) {
  std::FILE* pipe = ::popen(("python3 -c '" + script + "' " + file + " 2>&1").c_str(), "r");
  std::string out;
  char buffer[4096];
  for (std::size_t got; (got = std::fread(buffer, 1, sizeof buffer, pipe)) != 0;) out.append(buffer, got);
  EXPECT_EQ(::pclose(pipe), 0) << out;
  return out;
}

class Folder {
 public:
  Folder() {
    std::string path = "/tmp/huying-table-XXXXXX";
    path_ = ::mkdtemp(path.data());
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  std::string put(const std::string& name, const std::string& bytes) const {
    std::ofstream(path_ + "/" + name, std::ios::binary) << bytes;
    return path_ + "/" + name;
  }

 private:
  std::string path_;
};

TEST(TableFile, CsvIsReadAsItWasMeantAndHoldsNoFormula) {
  const auto csv = csv_of(hostile);
  EXPECT_THAT(csv, StartsWith("\xEF\xBB\xBF"));
  const Folder folder;
  const auto read = python(
      "import csv, sys\nfor row in csv.reader(open(sys.argv[1], encoding=\"utf-8-sig\", newline=\"\")): print(row)",
      folder.put("a.csv", csv));
  EXPECT_EQ(read,
            "['演示数据，全部虚构 Demo data, all made up']\n"
            "['编号', '事由', '超期天数']\n"
            "['WY-1', '\\'=HYPERLINK(\"http://x\")', '3']\n"
            "['WY-2', 'a,\"b\"\\nc', '-3']\n"
            "['WY-3', \"'+1\", '1.5']\n"
            "['WY-4', \"'@SUM(A1)\", '0']\n"
            "['WY-5', \"'\\tx\", '0']\n");
}

// Where the list separator is a semicolon a cell begins behind one, whatever stands around it in a file with commas.
TEST(TableFile, CsvHoldsNoFormulaOfFullWidthBehindUnseenSignsOrBehindASeparator) {
  for (const auto& [text, written] : std::vector<std::pair<std::string, std::string>>{
           {"＝1+1", "'＝1+1"},
           {"＋1", "'＋1"},
           {"－1", "'－1"},
           {"＠SUM(A1)", "'＠SUM(A1)"},
           {" =1", "' =1"},
           {"\u3000=1", "'\u3000=1"},
           {"\uFEFF=1", "'\uFEFF=1"},
           {"\u200B\u202E=1", "'\u200B\u202E=1"},
           {"\"=1\"", "'\"\"=1\"\""},
           {"a;=1;b", "a;'=1;b"},
           {"a\n=1", "a\n'=1"},
           {"a\t @b", "a\t' @b"},
           {"石桥村 01-02，a+b=c", "石桥村 01-02，a+b=c"},
           {"", ""}})
    EXPECT_EQ(csv_of({"a", {}, {"b"}, {{text}}}), "\xEF\xBB\xBF\"b\"\r\n\"" + written + "\"\r\n") << text;
}

// Python's reader of XML refuses U+FFFF as every other does; what a program shows of "_x000D_" is the sign of that number.
TEST(TableFile, XlsxIsReadWhateverTextIsInIt) {
  const auto xlsx = xlsx_of({{"a", {"\uFFFF"}, {"\uFFFE"}, {{"石\uFFFF桥"}, {"_x000D_x0041_"}, {"_x00zz_ _x_"}}}});
  ASSERT_TRUE(xlsx);
  const Folder folder;
  EXPECT_EQ(python("import sys, zipfile, xml.dom.minidom as m\n"
                   "d = m.parseString(zipfile.ZipFile(sys.argv[1]).read(\"xl/sharedStrings.xml\"))\n"
                   "for t in d.getElementsByTagName(\"t\"): print(t.firstChild.data)",
                   folder.put("a.xlsx", *xlsx)),
            "\uFFFD\n石\uFFFD桥\n_x005F_x000D_x005F_x0041_\n_x00zz_ _x_\n")
      << "each text once";
}

TEST(TableFile, XlsxHoldsTextAsTextAndNumbersAsNumbers) {
  const auto xlsx = xlsx_of({hostile, {"各网格", {}, {"网格"}, {{"学府 07"}}}});
  ASSERT_TRUE(xlsx);
  const Folder folder;
  const auto read = python(
      "import sys, zipfile\nz = zipfile.ZipFile(sys.argv[1])\nprint(z.testzip())\n"
      "for n in z.namelist():\n  if \"sheet\" in n or \"shared\" in n or n.endswith(\"workbook.xml\"): print(n, z.read(n).decode())",
      folder.put("a.xlsx", *xlsx));
  EXPECT_THAT(read, StartsWith("None\n"));
  EXPECT_THAT(read, Not(HasSubstr("<f>"))) << "no formula";
  EXPECT_THAT(read, HasSubstr("<t>=HYPERLINK(\"http://x\")</t>")) << "among the texts";
  EXPECT_THAT(read, HasSubstr("<v>1.5</v>"));
  EXPECT_THAT(read, HasSubstr("name=\"各网格\""));
  EXPECT_THAT(read, HasSubstr("学府 07"));
}

TEST(TableFile, ATextThatIsTooLongForACellIsCutAtACharacter) {
  std::string text;
  for (int i = 0; i < 40'000; ++i) text += "长";
  const auto xlsx = xlsx_of({{"a", {}, {"b"}, {{text}}}});
  ASSERT_TRUE(xlsx);
  const Folder folder;
  EXPECT_EQ(python("import sys, zipfile\nprint(zipfile.ZipFile(sys.argv[1]).read(\"xl/sharedStrings.xml\").decode().count(\"长\"))",
                   folder.put("a.xlsx", *xlsx)),
            "32767\n");
}

// A spreadsheet counts units of UTF-16.
TEST(TableFile, ATextOfPairsOfUnitsIsCutWhereASpreadsheetWouldEndIt) {
  std::string text;
  for (int i = 0; i < 20'000; ++i) text += "😀";
  const auto xlsx = xlsx_of({{"a", {}, {"b"}, {{text}}}});
  ASSERT_TRUE(xlsx);
  const Folder folder;
  EXPECT_EQ(python("import sys, zipfile\nprint(zipfile.ZipFile(sys.argv[1]).read(\"xl/sharedStrings.xml\").decode().count(\"😀\"))",
                   folder.put("a.xlsx", *xlsx)),
            "16383\n");
}

}  // namespace
}  // namespace huying::ledger
