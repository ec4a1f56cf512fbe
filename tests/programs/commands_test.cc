// What a user meets on the command line: help, errors in words, exit codes; without a broker.
#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "programs/words.h"
#include "tests/client/scripted_broker.h"
#include "tests/programs/spawned.h"

namespace huying::programs {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Commands, EveryHelpHasADescriptionAnExampleAndTheExitCodes) {
  const std::vector<std::vector<std::string>> commands = {
      {"serve"}, {"broker"}, {"worker"}, {"publish"}, {"subscribe"}, {"case", "list"}, {"case", "show"}, {"case", "act"},
      {"directory", "publish"}, {"journal", "verify"}, {"journal", "dump"}, {"status"}, {"gateway"}, {"account", "password"},
      {"account", "key"}, {"account", "list"}, {"account", "remove"}};
  for (auto words : commands) {
    words.insert(words.begin(), "huying");
    words.push_back("--help");
    const auto ended = run(words);
    EXPECT_EQ(ended.code, 0) << words[1];
    EXPECT_THAT(ended.out, HasSubstr("Example")) << words[1];
    EXPECT_THAT(ended.out, HasSubstr("Exit codes: 0 done")) << words[1];
    EXPECT_THAT(ended.out, HasSubstr("huying " + words[1])) << words[1];
  }
}

// Each option's name stands at two columns, its Chinese and its English at six, a command's at sixteen. What is behind
// them are examples, which are copied and never broken.
TEST(Commands, EveryHelpIsInChineseFirstAndFitsAHundredColumns) {
  const std::vector<std::vector<std::string>> commands = {
      {}, {"demonstrate"}, {"serve"}, {"broker"}, {"worker"}, {"publish"}, {"subscribe"}, {"case"}, {"case", "list"},
      {"case", "show"}, {"case", "act"}, {"route"}, {"deadline"}, {"directory"}, {"directory", "check"}, {"directory", "publish"},
      {"journal"}, {"journal", "verify"}, {"journal", "dump"}, {"journal", "export"}, {"journal", "archive"}, {"journal", "backup"}, {"journal", "unarchive"},
      {"journal", "restore"}, {"journal", "repair"}, {"status"}, {"errors"}, {"bench"}, {"bench", "pipeline"},
      {"simulate"}, {"gateway"}, {"account"}, {"account", "password"}, {"account", "key"}, {"account", "list"}, {"account", "remove"}};
  const auto is_chinese = [](const std::string& text) {
    return std::any_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) >= 0xE4; });
  };
  for (auto words : commands) {
    words.insert(words.begin(), "huying");
    words.push_back("--help");
    std::istringstream help(run(words).out);
    std::string line, before, name;
    std::getline(help, line);
    EXPECT_TRUE(is_chinese(line)) << testing::PrintToString(words) << ": " << line;
    while (std::getline(help, line) && line.find("退出码") != 0) {
      if (line.find("      ") == 0) {
        EXPECT_LE(columns_of(line), 100u) << line;
      }
      if (line.find("  -") == 0) name = line;
      const bool is_first_of_description = before == name && !name.empty() && line != name;
      EXPECT_TRUE(!is_first_of_description || is_chinese(line))
          << testing::PrintToString(words) << name << "\n" << line;
      before = line;
    }
  }
}

TEST(Commands, EveryExampleNamesSomebodyOfWenyuan) {
  std::string known;
  for (const auto* file : {"/people.csv", "/directory.txtpb"}) {
    std::ifstream in(std::string(WENYUAN) + file);
    known.append(std::istreambuf_iterator<char>(in), {});
  }
  std::size_t named = 0;
  for (const auto& words : std::vector<std::vector<std::string>>{
           {"worker"}, {"publish"}, {"subscribe"}, {"case", "list"}, {"case", "show"}, {"case", "act"}}) {
    auto help = words;
    help.insert(help.begin(), "huying");
    help.push_back("--help");
    const auto out = run(help).out;
    for (auto at = out.find(" --as "); at != std::string::npos; at = out.find(" --as ", at + 1)) {
      const auto name = out.substr(at + 6, out.find_first_of(" \n", at + 6) - at - 6);
      if (name.empty() || std::islower(static_cast<unsigned char>(name[0])) == 0) continue;  // of the list of options
      EXPECT_THAT(known, testing::AnyOf(HasSubstr("\n" + name + ","), HasSubstr('"' + name + '"'))) << words.back();
      ++named;
    }
  }
  EXPECT_GE(named, 5u);
}

TEST(Commands, TheProgramItselfNamesItsCommandsAndExitCodes) {
  const auto ended = run({"huying", "--help"});
  EXPECT_EQ(ended.code, 0);
  for (const auto* name : {"serve", "publish", "subscribe", "case", "journal", "4 not connected"})
    EXPECT_THAT(ended.out, HasSubstr(name));
}

TEST(Commands, ArgumentsThatDoNotFitAreUsageErrors) {
  const std::vector<std::vector<std::string>> wrong = {
      {"huying"},
      {"huying", "dance"},
      {"huying", "publish"},
      {"huying", "case", "act", "dance", "WY-1", "--as", "a", "--endpoint", "ipc:///tmp/x"},
      {"huying", "case", "act", "accept", "--as", "a", "--endpoint", "ipc:///tmp/x"},
      {"huying", "case", "act", "verify", "WY-261123-0042-7", "--as", "a", "--endpoint", "ipc:///tmp/x"},
      {"huying", "status", "--wait", "nan", "--endpoint", "ipc:///tmp/x"},
      {"huying", "serve", "--data", "", "--directory", WENYUAN},
      {"huying", "serve", "--data", "/tmp/x", "--rate", "nan"},
      {"huying", "serve", "--data", "/tmp/x", "--begin", "2026-11-23T08:00:00+08:00"},
      {"huying", "serve", "--data", "/tmp/x", "--rate", "60", "--begin", "2026-11-23T08:00:00+08:00x"},
      {"huying", "route", "--directory", WENYUAN, "--lat", "nan", "--lon", "113"},
      {"huying", "route", "--directory", WENYUAN, "--lat", "1e400", "--lon", "113"},
      {"huying", "status", "--role", "king", "--endpoint", "ipc:///tmp/x"},
      {"huying", "subscribe", "case.>", "--from", "cursor", "--as", "a", "--endpoint", "ipc:///tmp/x"},
      {"huying", "subscribe", "case.>", "--from", "yesterday", "--as", "a", "--endpoint", "ipc:///tmp/x"},
      {"huying", "status", "--endpoint", "tcp://0.0.0.0:5570"}};
  for (const auto& words : wrong) {
    const auto ended = run(words);
    EXPECT_EQ(ended.code, 2) << testing::PrintToString(words);
    EXPECT_FALSE(ended.out.empty() && ended.err.empty());
  }
}

TEST(Commands, ANumberThatIsNoneOrDoesNotFitIsAUsageError) {
  const std::vector<std::vector<std::string>> options = {
      {"journal", "dump", "--data", "/tmp/x", "--count"},
      {"journal", "dump", "--data", "/tmp/x", "--from"},
      {"journal", "dump", "--data", "/tmp/x", "--stream"},
      {"journal", "export", "--data", "/tmp/x", "--output", "/tmp/x/y", "--count"},
      {"journal", "export", "--data", "/tmp/x", "--output", "/tmp/x/y", "--from"},
      {"journal", "export", "--data", "/tmp/x", "--output", "/tmp/x/y", "--stream"},
      {"subscribe", "case.>", "--as", "a", "--endpoint", "ipc:///tmp/x", "--count"},
      {"subscribe", "case.>", "--as", "a", "--endpoint", "ipc:///tmp/x", "--wait"},
      {"publish", "--as", "a", "--endpoint", "ipc:///tmp/x", "--window"},
      {"worker", "--as", "a", "--endpoint", "ipc:///tmp/x", "--capacity"},
      {"serve", "--data", "/tmp/x", "--hosts"},
      {"serve", "--data", "/tmp/x", "--rate"},
      {"case", "list", "--as", "a", "--endpoint", "ipc:///tmp/x", "--limit"},
      {"case", "act", "accept", "N", "--as", "a", "--endpoint", "ipc:///tmp/x", "--revision"},
      {"route", "--directory", WENYUAN, "--address", "a", "--border-metres"},
      {"bench", "pipeline", "--requests"}, {"bench", "pipeline", "--cells"}, {"bench", "pipeline", "--in-flight"},
      {"bench", "pipeline", "--rate"}, {"bench", "pipeline", "--runs"},
      {"simulate", "--list", "--seed"}, {"simulate", "--list", "--minutes"}, {"simulate", "--list", "--days"},
      {"simulate", "--list", "--cells"}, {"simulate", "--list", "--hosts"}, {"simulate", "--list", "--requests"},
      {"demonstrate", "--days"}, {"demonstrate", "--minutes"}};
  for (const auto& option : options)
    for (const auto* number : {"-1", "-18446744073709551615", "1e400", "nan", "1x"}) {
      auto words = option;
      words.insert(words.begin(), "huying");
      words.back() += std::string("=") + number;
      const auto ended = run(words);
      EXPECT_EQ(ended.code, 2) << testing::PrintToString(words);
      EXPECT_EQ(ended.err.find("参数不对"), 0u) << testing::PrintToString(words);
    }
  EXPECT_EQ(run({"huying", "errors", "--", "-1"}).code, 2);
}

TEST(Commands, AnAddressOfTilesThatIsNotTakenStopsBothProgramsBeforeTheyBegin) {
  client::PrivateFolder folder;
  const auto data = folder.path() + "/data";
  const std::vector<std::vector<std::string>> programs = {
      {"huying", "serve", "--data", data, "--directory", WENYUAN, "--http", "127.0.0.1:0"},
      {"huying", "gateway", "--data", data, "--endpoint", "ipc://" + data + "/broker.sock", "--http", "127.0.0.1:0"}};
  const std::vector<std::pair<std::vector<std::string>, std::string>> wrong = {
      {{"--tiles", "https://t.example/{z}/{x}"}, "E8003 USAGE"},
      {{"--tiles", "https://t.example/{z}/{x}"}, "{y} must stand in --tiles exactly once"},
      {{"--tiles", "https://t.example; script-src */{z}/{x}/{y}"}, "E8003 USAGE"},
      {{"--tiles", "https://a:b@t.example/{z}/{x}/{y}"}, "a user or a password"},
      {{"--tiles-attribution", "whose"}, "--tiles"},
      {{"--tiles-max-zoom", "12"}, "--tiles"},
      {{"--tiles", "/t/{z}/{x}/{y}", "--tiles-max-zoom", "23"}, "23"}};
  for (const auto& program : programs)
    for (const auto& [options, reason] : wrong) {
      auto words = program;
      words.insert(words.end(), options.begin(), options.end());
      const auto ended = run(words);
      EXPECT_EQ(ended.code, 2) << testing::PrintToString(words);
      EXPECT_THAT(ended.err, HasSubstr(reason)) << testing::PrintToString(words);
      EXPECT_FALSE(std::filesystem::exists(data)) << testing::PrintToString(words);
    }
  EXPECT_EQ(run({"huying", "serve", "--data", data, "--no-gateway", "--tiles", "/t/{z}/{x}/{y}"}).code, 2);
}

TEST(Commands, AnEndpointThatIsNotPrivateIsRefusedWithItsNumber) {
  const auto ended = run({"huying", "status", "--endpoint", "tcp://10.0.0.1:5570"});
  EXPECT_THAT(ended.err, HasSubstr("E1021 ENDPOINT_NOT_PRIVATE"));
  EXPECT_THAT(ended.err, HasSubstr("监听地址不安全"));
}

TEST(Commands, NobodyAtTheEndpointIsNotConnected) {
  const client::PrivateFolder folder;
  const auto ended = run({"huying", "status", "--endpoint", folder.endpoint(), "--wait", "0.3"});
  EXPECT_EQ(ended.code, 4);
  EXPECT_THAT(ended.err, HasSubstr("E8002 NOT_CONNECTED"));
}

TEST(Commands, AWordThatIsNoCommandIsNamed) {
  EXPECT_THAT(run({"huying", "dance"}).err, HasSubstr("没有这个命令 no command is named dance"));
  EXPECT_THAT(run({"huying", "case", "dance"}).err, HasSubstr("no command is named dance"));
  EXPECT_THAT(run({"huying", "status", "dance"}).err, Not(HasSubstr("no command")));
}

TEST(Commands, AnErrorIsSaidInChineseFirst) {
  const auto err = run({"huying", "status", "--endpoint", "tcp://10.0.0.1:5570"}).err;
  EXPECT_LT(err.find("监听地址不安全"), err.find("E1021"));
}

TEST(Commands, WhatTheArgumentsLackIsSaidInChineseFirst) {
  for (const auto& words :
       std::vector<std::vector<std::string>>{{"huying", "journal", "backup"}, {"huying", "status", "--loud"}}) {
    const auto err = run(words).err;
    EXPECT_EQ(err.find("参数不对"), 0u) << err;
  }
}

TEST(Commands, AFolderIsNoFileOfLines) {
  for (const auto& words : std::vector<std::vector<std::string>>{
           {"huying", "route", "--directory", WENYUAN, "--input", "/tmp"},
           {"huying", "directory", "check", WENYUAN, "--input", "/tmp"}}) {
    const auto ended = run(words);
    EXPECT_EQ(ended.code, 1);
    EXPECT_THAT(ended.err, HasSubstr("FILE_UNREADABLE"));
  }
}

TEST(Commands, AForeignFilesPropertyUnitIsNoUnitOfOurs) {
  const client::PrivateFolder folder;
  const auto file = folder.path() + "/cells.geojson";
  std::ofstream(file) << R"({"type":"FeatureCollection","features":[)"
                      << R"({"type":"Feature","properties":{"id":1,"unit":"sq mi"},)"
                      << R"("geometry":{"type":"Polygon","coordinates":[[[1,1],[2,1],[2,2],[1,2],[1,1]]]}}]})";
  const auto ended = run({"huying", "route", "--directory", file, "--lat", "1.5", "--lon", "1.5", "--datum", "wgs84"});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_THAT(ended.out, HasSubstr(R"("cell":"1","rule":"point")"));
}

TEST(Commands, AFolderThatCannotHoldAJournalIsRefusedAndNoDiskFailed) {
  const client::PrivateFolder folder;
  std::ofstream(folder.path() + "/file") << "x";
  for (const auto& data : {folder.path() + "/file", folder.path() + "/file/data", std::string("/proc/x")}) {
    const auto ended = run({"huying", "serve", "--data", data, "--directory", WENYUAN});
    EXPECT_EQ(ended.code, 3) << data;
    EXPECT_THAT(ended.err, HasSubstr("E5008 JOURNAL_UNREADABLE")) << data;
  }
}

TEST(Commands, AnEndpointThatIsRefusedLeavesNothingBehind) {
  const client::PrivateFolder folder;
  const auto data = folder.path() + "/data";
  const auto ended = run({"huying", "serve", "--data", data, "--directory", WENYUAN, "--endpoint", "tcp://0.0.0.0:5570"});
  EXPECT_THAT(ended.err, HasSubstr("E1021 ENDPOINT_NOT_PRIVATE"));
  EXPECT_FALSE(std::filesystem::exists(data));
}

TEST(Commands, AnEndpointThatCannotBeBoundIsNotCalledUnsafe) {
  const client::PrivateFolder folder;
  const auto data = folder.path() + "/data";
  std::filesystem::create_directories(data + "/broker.sock");
  std::filesystem::permissions(data, std::filesystem::perms::owner_all);
  const auto of_the_folder = run({"huying", "serve", "--data", data, "--directory", WENYUAN});
  EXPECT_EQ(of_the_folder.code, 3);
  EXPECT_THAT(of_the_folder.err, HasSubstr("E5008 JOURNAL_UNREADABLE"));
  EXPECT_THAT(of_the_folder.err, HasSubstr(data + "/broker.sock is a folder"));
  std::filesystem::create_directory(folder.path() + "/socket");
  const auto chosen = run({"huying", "serve", "--data", folder.path() + "/other", "--directory", WENYUAN, "--endpoint",
                           "ipc://" + folder.path() + "/socket"});
  EXPECT_EQ(chosen.code, 2);
  EXPECT_THAT(chosen.err, HasSubstr("E8003 USAGE"));
  const auto absent = run({"huying", "status", "--endpoint", "ipc://" + folder.path() + "/absent/broker.sock"});
  EXPECT_EQ(absent.code, 2);
  EXPECT_THAT(absent.err, HasSubstr("No such file or directory"));
  EXPECT_THAT(absent.err, Not(HasSubstr("E1021")));
}

TEST(Commands, ABackupNeverLiesInWhatItIsABackupOf) {
  const client::PrivateFolder folder;
  const std::string data = folder.path() + "/data";
  std::filesystem::create_directories(data + "/journal");
  std::filesystem::create_directory_symlink(data, folder.path() + "/link");
  for (const auto& to : {data, data + "/", data + "/journal", data + "/new/one", folder.path() + "/x/../data/b",
                         folder.path() + "/link/b"}) {
    const auto ended = run({"huying", "journal", "backup", "--data", data, "--to", to});
    EXPECT_EQ(ended.code, 3) << to;
    EXPECT_THAT(ended.err, HasSubstr("E5013 TARGET_EXISTS")) << to;
  }
  const auto beside = run({"huying", "journal", "backup", "--data", data, "--to", data + "-backup"});
  EXPECT_THAT(beside.err, Not(HasSubstr("E5013"))) << "it has no journal, which is another matter";
}

TEST(Commands, AFolderWithoutAJournalIsNotAJournal) {
  const client::PrivateFolder folder;
  const auto ended = run({"huying", "journal", "verify", "--data", folder.path() + "/absent"});
  EXPECT_EQ(ended.code, 3);
  EXPECT_THAT(ended.err, HasSubstr("E5008"));
}

}  // namespace
}  // namespace huying::programs
