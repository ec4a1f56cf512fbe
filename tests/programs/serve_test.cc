// The programs together, as a user starts them: serve in a folder of its own with the directory of deploy/wenyuan, then
// publish, act, show, subscribe, stop. Everything goes over the real socket and the real disk.
#include <gmock/gmock.h>

#include <csignal>
#include <filesystem>

#include "tests/client/scripted_broker.h"
#include "tests/programs/spawned.h"

namespace huying::programs {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr auto request_of_shiqiao = R"({"source_id":"a-1","location":{"cell":"shiqiao-01"},"text":{"plain":"made-up words"}})";

struct ServeTest : testing::Test {
  client::PrivateFolder folder;
  std::string data = folder.path() + "/data";
  std::string endpoint = "ipc://" + data + "/broker.sock";
  std::unique_ptr<Spawned> server;

  void serve() {
    server = std::make_unique<Spawned>(std::vector<std::string>{"huying", "serve", "--no-gateway", "--data", data, "--directory", WENYUAN});
    ASSERT_TRUE(server->wait_for_out("listening at " + endpoint)) << server->err();
  }
  Ended client(std::vector<std::string> words, const std::string& as, const std::string& input = {}) {
    words.insert(words.begin(), "huying");
    words.insert(words.end(), {"--endpoint", endpoint, "--as", as});
    return run(words, input);
  }
};

// The number in {"case_number":"…"}.
std::string number_in(const std::string& line) {
  const std::string key = R"("case_number":")";
  const auto at = line.find(key);
  if (at == std::string::npos) return {};
  return line.substr(at + key.size(), line.find('"', at + key.size()) - at - key.size());
}

TEST_F(ServeTest, LoopbackServesAsWell) {
  Spawned loopback({"huying", "serve", "--no-gateway", "--data", data, "--directory", WENYUAN, "--endpoint", "tcp://127.0.0.1:*"});
  ASSERT_TRUE(loopback.wait_for_out("listening at tcp://")) << loopback.err();
  const auto out = loopback.out();
  const auto at = out.find("tcp://");
  endpoint = out.substr(at, out.find('\n', at) - at);
  EXPECT_EQ(client({"publish"}, "hotline-12345", request_of_shiqiao).code, 0) << endpoint;
}

TEST_F(ServeTest, ACaseIsPublishedAcceptedResolvedAndSeen) {
  ASSERT_NO_FATAL_FAILURE(serve());
  const auto published = client({"publish"}, "hotline-12345", std::string(request_of_shiqiao) + "\nnot json\n");
  EXPECT_EQ(published.code, 1) << "one line could not be read";
  EXPECT_THAT(published.out, HasSubstr(R"("known":false,"cell":"shiqiao-01","rule":"explicit")")) << published.err;
  EXPECT_THAT(published.out, HasSubstr(R"({"line":2,"source_id":"","error":8001)"));
  const auto number = number_in(published.out);
  ASSERT_FALSE(number.empty());

  const auto again = client({"publish"}, "hotline-12345", request_of_shiqiao);
  EXPECT_EQ(again.code, 0) << again.err;
  EXPECT_EQ(number_in(again.out), number);
  EXPECT_THAT(again.out, HasSubstr(R"("known":true)"));

  const auto accepted = client({"case", "act", "accept", number}, "shiqiao-01.worker");
  EXPECT_EQ(accepted.code, 0) << accepted.err;
  EXPECT_THAT(accepted.out, HasSubstr("中心已收到"));
  EXPECT_THAT(accepted.out, HasSubstr("处置中"));
  const auto twice = client({"case", "act", "accept", number}, "shiqiao-01.worker");
  EXPECT_EQ(twice.code, 3);
  EXPECT_THAT(twice.out, HasSubstr("E4003 STATE_REFUSES"));
  EXPECT_THAT(twice.out, HasSubstr("可以："));

  const auto shown = client({"case", "show", number}, "shiqiao-01.worker");
  EXPECT_EQ(shown.code, 0) << shown.err;
  EXPECT_THAT(shown.out, HasSubstr(number));
  EXPECT_THAT(shown.out, HasSubstr("解决 solve"));

  const auto seen = client({"subscribe", "case.>", "--from", "start", "--json", "--count", "3"}, "street.supervisor-1");
  EXPECT_EQ(seen.code, 0) << seen.err;
  EXPECT_THAT(seen.out, HasSubstr("EVENT_KIND_DISPATCHED"));
  EXPECT_THAT(seen.out, Not(HasSubstr("made-up words")));

  server->signal(SIGTERM);
  const auto stopped = server->wait();
  EXPECT_EQ(stopped.code, 0) << stopped.err;
  const auto verified = run({"huying", "journal", "verify", "--data", data});
  EXPECT_EQ(verified.code, 0);
  EXPECT_EQ(verified.out.find("partition 410871061: "), 0u) << verified.out;
}

TEST_F(ServeTest, AFolderMadeWithoutADirectoryHasNoNameAndServesWithOne) {
  Spawned bare({"huying", "serve", "--no-gateway", "--data", data, "--hosts", "0"});
  ASSERT_TRUE(bare.wait_for_out("listening at ")) << bare.err();
  // By its answer its main thread waits: ThreadSanitizer may lose a signal that comes while that thread is busy.
  EXPECT_EQ(client({"status"}, "administrator").code, 0);
  bare.signal(SIGTERM);
  EXPECT_EQ(bare.wait().code, 0);
  ASSERT_NO_FATAL_FAILURE(serve());
  EXPECT_EQ(client({"publish"}, "hotline-12345", request_of_shiqiao).code, 0);
  EXPECT_THAT(run({"huying", "journal", "verify", "--data", data}).out, Not(HasSubstr("partition")));
}

TEST_F(ServeTest, AnExportThatFailsLeavesNothing) {
  ASSERT_NO_FATAL_FAILURE(serve());
  const auto file = folder.path() + "/all.ndjson", absent = folder.path() + "/absent";
  EXPECT_EQ(run({"huying", "journal", "export", "--data", absent, "--output", file}).code, 3);
  EXPECT_EQ(run({"huying", "journal", "export", "--data", data, "--output", "/dev/full"}).code, 3);
  // The file cannot become whole.
  const std::string one_block_at_most =
      R"(ulimit -f 1; trap '' XFSZ; exec "$0" journal export --json-lines --data "$1" --output "$2")";
  const auto cut = run({"bash", "-c", one_block_at_most, HUYING_PROGRAM, data, file});
  EXPECT_EQ(cut.code, 6) << cut.err;
  EXPECT_THAT(cut.err, HasSubstr("E5003 JOURNAL_WRITE_FAILED"));
  for (const auto& left : std::filesystem::directory_iterator(folder.path()))
    EXPECT_EQ(left.path().filename(), "data") << "nothing else is left behind";

  const auto whole = run({"huying", "journal", "export", "--json-lines", "--data", data, "--output", file});
  EXPECT_EQ(whole.code, 0) << whole.err;
  EXPECT_GT(std::filesystem::file_size(file), 1024u);
  EXPECT_FALSE(std::filesystem::exists(file + ".unfinished"));
  const auto twice = run({"huying", "journal", "export", "--data", data, "--output", file});
  EXPECT_THAT(twice.err, HasSubstr("E5013 TARGET_EXISTS"));
}

TEST_F(ServeTest, ABackupSaysWhatItVerified) {
  ASSERT_NO_FATAL_FAILURE(serve());
  const auto done = run({"huying", "journal", "backup", "--data", data, "--to", folder.path() + "/backup"});
  EXPECT_EQ(done.code, 0) << done.err;
  EXPECT_THAT(done.out, HasSubstr("the backup was verified"));
  EXPECT_THAT(done.out, Not(HasSubstr("was not read"))) << "all of it was copied";
}

TEST_F(ServeTest, AStrangerIsRefusedByNumber) {
  ASSERT_NO_FATAL_FAILURE(serve());
  const auto ended = client({"case", "list", "--cell", "shiqiao-01"}, "nobody-7");
  EXPECT_EQ(ended.code, 3);
  EXPECT_THAT(ended.err, HasSubstr("E1006 UNKNOWN_PRINCIPAL"));
}

TEST_F(ServeTest, ASubjectThatMatchesNothingIsSaidAndTheOthersAreRead) {
  ASSERT_NO_FATAL_FAILURE(serve());
  const auto seen = client({"subscribe", "case.*.*.finished", "configuration.>", "--from", "start", "--count", "1"},
                           "street.supervisor-1");
  EXPECT_EQ(seen.code, 0);
  EXPECT_THAT(seen.err, HasSubstr("Nothing will ever come for case.*.*.finished"));
  EXPECT_THAT(seen.err, Not(HasSubstr("configuration")));
  EXPECT_THAT(seen.out, HasSubstr("名录第 1 版已生效 directory version 1 is in force"));
}

TEST_F(ServeTest, ANewNameIsToldThatItBeginsNow) {
  ASSERT_NO_FATAL_FAILURE(serve());
  const Spawned reader({"huying", "subscribe", "case.>", "--name", "ledger", "--json", "--endpoint", endpoint, "--as",
                        "street.supervisor-1"});
  EXPECT_TRUE(client::wait_until([&] { return reader.err().find("The name ledger is new here") != std::string::npos; }))
      << reader.err();
  EXPECT_EQ(reader.out(), "");
}

TEST_F(ServeTest, AWorkerThatTheDirectoryDoesNotKnowEnds) {
  ASSERT_NO_FATAL_FAILURE(serve());
  for (const auto& [as, refusal] : {std::pair("nobody-7", "E1006 UNKNOWN_PRINCIPAL"),
                                    std::pair("street.supervisor-1", "E1007 ROLE_NOT_HELD")}) {
    const auto ended = client({"worker"}, as);
    EXPECT_EQ(ended.code, 3) << as;
    EXPECT_THAT(ended.err, HasSubstr(refusal)) << as;
    EXPECT_THAT(ended.err, HasSubstr("trying again does not mend this")) << as;
  }
}

TEST_F(ServeTest, AWorkerWaitsForABrokerThatIsAway) {
  Spawned worker({"huying", "worker", "--endpoint", folder.endpoint(), "--as", "host-2"});
  ASSERT_TRUE(client::wait_until([&] { return worker.err().find("E8002 NOT_CONNECTED") != std::string::npos; }));
  worker.signal(SIGTERM);
  EXPECT_EQ(worker.wait().code, 0) << "it was told to stop, and had not given up";
}

TEST_F(ServeTest, TheAdministratorSeesWhoHoldsTheCells) {
  ASSERT_NO_FATAL_FAILURE(serve());
  EXPECT_TRUE(client::wait_until([&] {
    const auto status = client({"status"}, "administrator");
    return status.code == 0 && status.out.find("无人接管 without a host: 0") != std::string::npos;
  }));
}

TEST_F(ServeTest, ThePythonPublisherOfTheDocsIsAcknowledged) {
  ASSERT_NO_FATAL_FAILURE(serve());
  const auto made = run({"protoc", "--proto_path=" SOURCE_FOLDER "/proto", "--python_out=" + folder.path(),
                         "huying/v1/session.proto", "huying/v1/common.proto", "huying/v1/request.proto",
                         "huying/v1/action.proto", "huying/v1/event.proto", "huying/v1/record.proto"});
  ASSERT_EQ(made.code, 0) << made.err;
  const auto published = run({"env", "PYTHONPATH=" + folder.path(), "/usr/bin/python3", SOURCE_FOLDER "/docs/publisher.py", endpoint,
                              "mini-program", "py-1", "路灯不亮", "shiqiao-01"});
  EXPECT_EQ(published.code, 0) << published.err;
  EXPECT_THAT(published.out, HasSubstr("shiqiao-01"));
}

}  // namespace
}  // namespace huying::programs
