#include "programs/line_reader.h"

#include <gtest/gtest.h>

#include <fstream>

#include "base/limits.h"
#include "proto/errors.h"
#include "tests/client/scripted_broker.h"

namespace huying::programs {
namespace {

std::vector<InputLine> lines_of(const std::string& content) {
  const client::PrivateFolder folder;
  const auto path = folder.path() + "/lines";
  std::ofstream(path) << content;
  asio::io_context context;
  std::vector<InputLine> lines;
  std::unique_ptr<LineReader> reader;
  reader = std::move(*LineReader::open(path, context, [&] {
    while (auto line = reader->next()) lines.push_back(std::move(*line));
  }));
  EXPECT_TRUE(client::run_until(context, [&] { return reader->at_end(); }));
  return lines;
}

TEST(LineReader, NumbersLinesAndLeavesOutEmptyOnes) {
  const auto lines = lines_of("a\n\nb\r\nc");
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_EQ(lines[1].number, 3u);
  EXPECT_EQ(lines[1].text, "b");
  EXPECT_EQ(lines[2].text, "c") << "the last line may lack its line feed";
}

TEST(LineReader, AByteOrderMarkAndBlankLinesAreNoLines) {
  const auto lines = lines_of("\xEF\xBB\xBF\"a\"\n  \t \n\r\n\xEF\xBB\xBF" "b\n");
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(lines[0].text, "\"a\"");
  EXPECT_EQ(lines[1].text, "\xEF\xBB\xBF" "b") << "only at the beginning of the file";
  EXPECT_EQ(lines[1].number, 4u);
}

TEST(LineReader, WhatCannotBeReadIsNoEmptyFile) {
  const client::PrivateFolder folder;
  asio::io_context context;
  auto reader = std::move(*LineReader::open(folder.path(), context, [] {}));  // a folder opens like a file
  EXPECT_TRUE(client::run_until(context, [&] { return reader->at_end(); }));
  EXPECT_EQ(reader->error().code, static_cast<std::uint32_t>(v1::ERROR_CODE_FILE_UNREADABLE));
  EXPECT_NE(reader->error().detail.find(folder.path()), std::string::npos);
}

TEST(LineReader, HandsOnMoreLinesThanItsQueueHolds) {
  std::string content;
  for (int i = 0; i < 20'000; ++i) content += std::to_string(i) + "\n";
  const auto lines = lines_of(content);
  ASSERT_EQ(lines.size(), 20'000u);
  EXPECT_EQ(lines.back().text, "19999");
}

TEST(LineReader, ALineLongerThanAFrameIsToldWithoutItsText) {
  const auto lines = lines_of("a\n" + std::string(limits::frame_bytes_max + 1, 'x') + "\nb\n");
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_TRUE(lines[1].too_long);
  EXPECT_TRUE(lines[1].text.empty());
  EXPECT_EQ(lines[2].text, "b");
}

TEST(LineReader, EndsWhileItsQueueIsFullAndNobodyReads) {
  const client::PrivateFolder folder;
  const auto path = folder.path() + "/lines";
  std::ofstream(path) << std::string(100'000, '\n') << [] {
    std::string many;
    for (int i = 0; i < 50'000; ++i) many += "x\n";
    return many;
  }();
  asio::io_context context;
  auto reader = LineReader::open(path, context, [] {});
  ASSERT_TRUE(reader);
  reader->reset();  // joins the thread
}

TEST(LineReader, AFileThatIsNotThereIsAnError) {
  asio::io_context context;
  EXPECT_FALSE(LineReader::open("/nowhere/at/all", context, [] {}));
}

}  // namespace
}  // namespace huying::programs
