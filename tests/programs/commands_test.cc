// What a user meets on the command line: help, errors in words, exit codes; without a broker.
#include <gmock/gmock.h>

#include "tests/client/scripted_broker.h"
#include "tests/programs/spawned.h"

namespace huying::programs {
namespace {

using testing::HasSubstr;

TEST(Commands, EveryHelpHasADescriptionAnExampleAndTheExitCodes) {
  const std::vector<std::vector<std::string>> commands = {
      {"serve"}, {"broker"}, {"worker"}, {"publish"}, {"subscribe"}, {"case", "list"}, {"case", "show"}, {"case", "act"},
      {"directory", "publish"}, {"journal", "verify"}, {"journal", "dump"}, {"status"}};
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
      {"huying", "status", "--role", "king", "--endpoint", "ipc:///tmp/x"},
      {"huying", "subscribe", "case.>", "--from", "yesterday", "--as", "a", "--endpoint", "ipc:///tmp/x"},
      {"huying", "status", "--endpoint", "tcp://0.0.0.0:5570"}};
  for (const auto& words : wrong) {
    const auto ended = run(words);
    EXPECT_EQ(ended.code, 2) << testing::PrintToString(words);
    EXPECT_FALSE(ended.out.empty() && ended.err.empty());
  }
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

TEST(Commands, AFolderWithoutAJournalIsNotAJournal) {
  const client::PrivateFolder folder;
  const auto ended = run({"huying", "journal", "verify", "--data", folder.path() + "/absent"});
  EXPECT_EQ(ended.code, 3);
  EXPECT_THAT(ended.err, HasSubstr("E5008"));
}

}  // namespace
}  // namespace huying::programs
