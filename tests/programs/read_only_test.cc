// A folder that is damaged, or whose old segments are archived, as an administrator meets it: real processes, real disk.
#include <gmock/gmock.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <map>
#include <thread>

#include "broker/broker.h"
#include "tests/client/scripted_broker.h"
#include "tests/programs/spawned.h"

namespace huying::programs {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

std::string requests_of_shiqiao(int first, int last) {
  std::string lines;
  for (int n = first; n <= last; ++n)
    lines += R"({"source_id":"a-)" + std::to_string(n) + R"(","location":{"cell":"shiqiao-01"},"text":{"plain":"made-up words"}})" "\n";
  return lines;
}

// The case numbers in lines of publish, in order.
std::vector<std::string> numbers_in(const std::string& lines) {
  const std::string key = R"("case_number":")";
  std::vector<std::string> numbers;
  for (auto at = lines.find(key); at != std::string::npos; at = lines.find(key, at + 1))
    numbers.push_back(lines.substr(at + key.size(), lines.find('"', at + key.size()) - at - key.size()));
  return numbers;
}

std::map<std::string, std::string> bytes_in(const std::string& folder) {
  std::map<std::string, std::string> all;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    std::string bytes;
    if (entry.is_regular_file()) {
      std::ifstream file(entry.path(), std::ios::binary);
      bytes.assign(std::istreambuf_iterator<char>(file), {});
    }
    all[entry.path().string()] = entry.is_directory() ? "folder" : bytes;
  }
  return all;
}

struct ReadOnlyTest : testing::Test {
  client::PrivateFolder folder;
  std::string data = folder.path() + "/data", archive = folder.path() + "/archive";
  std::string endpoint;
  std::unique_ptr<Spawned> server;

  void start(std::vector<std::string> words) {
    words.insert(words.begin(), {"huying", "serve", "--no-gateway", "--data", data});
    server = std::make_unique<Spawned>(std::move(words));
    ASSERT_TRUE(server->wait_for_out("listening at ")) << server->err();
    const auto out = server->out();
    const auto at = out.find("ipc://");
    endpoint = out.substr(at, out.find('\n', at) - at);
  }
  Ended stop() {
    server->signal(SIGTERM);
    return server->wait();
  }
  Ended client(std::vector<std::string> words, const std::string& as, const std::string& input = {}) {
    words.insert(words.begin(), "huying");
    words.insert(words.end(), {"--endpoint", endpoint, "--as", as});
    return run(words, input);
  }
  // A batch in the middle of what was published, proven by those behind it.
  void damage(const std::string& words) {
    const auto path = data + "/journal/00000001-0000.segment";
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    std::string bytes((std::istreambuf_iterator<char>(file)), {});
    const auto at = bytes.find(words);
    ASSERT_NE(at, std::string::npos);
    file.clear();
    file.seekp(static_cast<std::streamoff>(at));
    file << "XXXX";
  }
};

TEST_F(ReadOnlyTest, ADamagedFolderIsServedReadOnlyAndNotAByteOfItChanges) {
  ASSERT_NO_FATAL_FAILURE(start({"--directory", WENYUAN}));
  ASSERT_EQ(client({"publish"}, "hotline-12345", requests_of_shiqiao(1, 1)).code, 0);
  const auto published = client({"publish"}, "hotline-12345",
                                R"({"source_id":"b-1","location":{"cell":"shiqiao-01"},"text":{"plain":"damaged words"}})");
  ASSERT_EQ(published.code, 0) << published.err;
  ASSERT_EQ(client({"publish"}, "hotline-12345", requests_of_shiqiao(2, 2)).code, 0);
  ASSERT_EQ(stop().code, 0);
  ASSERT_NO_FATAL_FAILURE(damage("damaged words"));
  EXPECT_EQ(run({"huying", "serve", "--no-gateway", "--data", data}).code, 5);

  const auto before = bytes_in(data);
  ASSERT_NO_FATAL_FAILURE(start({"--read-only"}));
  EXPECT_FALSE(endpoint.starts_with("ipc://" + data)) << "a socket would be a name in the folder";
  EXPECT_THAT(server->out(), HasSubstr("只读启动"));
  EXPECT_THAT(server->out(), HasSubstr("no host is let in, so no clock fires"));
  EXPECT_THAT(server->out(), HasSubstr("缺失 missing: batch"));

  const auto status = client({"status"}, "administrator");
  EXPECT_EQ(status.code, 0) << status.err;
  EXPECT_THAT(status.out, HasSubstr("只读 read-only"));
  EXPECT_THAT(status.out, HasSubstr("缺失 missing: batch"));
  EXPECT_THAT(status.err, HasSubstr("服务为只读"));
  EXPECT_THAT(client({"status", "--json"}, "administrator").out, HasSubstr(R"("read_only":true)"));

  const auto refused = client({"publish"}, "hotline-12345", requests_of_shiqiao(3, 3));
  EXPECT_NE(refused.code, 0);
  EXPECT_THAT(refused.out + refused.err, HasSubstr("5015"));
  const auto seen = client({"subscribe", "configuration.>", "--from", "start", "--count", "1"}, "street.supervisor-1");
  EXPECT_EQ(seen.code, 0) << seen.err;
  EXPECT_THAT(seen.err, HasSubstr("missing: batch"));
  const auto held = run({"huying", "serve", "--no-gateway", "--data", data, "--directory", WENYUAN});
  EXPECT_EQ(held.code, 3) << "no broker begins to write beside it";
  EXPECT_THAT(held.err, HasSubstr("E5001"));

  const auto ended = stop();
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_EQ(bytes_in(data), before);
  EXPECT_FALSE(fs::exists(fs::path(endpoint.substr(6)).parent_path())) << "its own folder is gone";
}

TEST_F(ReadOnlyTest, BesideABrokerItIsRefusedAndAHostIsNotLetIn) {
  ASSERT_NO_FATAL_FAILURE(start({"--directory", WENYUAN, "--hosts", "0"}));
  const auto beside = run({"huying", "broker", "--data", data, "--read-only"});
  EXPECT_EQ(beside.code, 3);
  EXPECT_THAT(beside.err, HasSubstr("E5001"));
  const auto inside = run({"huying", "broker", "--data", data, "--read-only", "--endpoint", "ipc://" + data + "/other.sock"});
  EXPECT_EQ(inside.code, 2) << inside.err;
  ASSERT_EQ(stop().code, 0);

  ASSERT_NO_FATAL_FAILURE(start({"--read-only", "--hosts", "2"}));
  EXPECT_THAT(server->out(), HasSubstr("nothing is missing"));
  Spawned worker({"huying", "worker", "--endpoint", endpoint, "--as", "host-2"});
  EXPECT_TRUE(client::wait_until([&] { return worker.err().find("5015") != std::string::npos; })) << worker.err();
  const auto status = client({"status"}, "administrator");
  EXPECT_THAT(status.out, HasSubstr("缺失 missing: 无 nothing"));
  worker.signal(SIGTERM);
  (void)worker.wait();
}

TEST_F(ReadOnlyTest, OldSegmentsGoIntoAnArchiveAndBack) {
  constexpr int requests = 80;
  std::vector<std::string> numbers;
  {
    broker::BrokerOptions options{.data_folder = data, .directory_folder = WENYUAN};
    options.segment_bytes = 64 * 1024;
    broker::Broker small(options);
    const auto started = small.start();
    ASSERT_TRUE(started) << started.error().detail;
    endpoint = small.endpoint();
    std::thread serves([&] { EXPECT_TRUE(small.run()); });
    for (int n = 1; n <= requests; n += 4) {
      const auto published = client({"publish"}, "hotline-12345", requests_of_shiqiao(n, n + 3));
      EXPECT_EQ(published.code, 0) << published.err;
      for (auto& number : numbers_in(published.out)) numbers.push_back(number);
    }
    small.stop();
    serves.join();
  }
  ASSERT_EQ(numbers.size(), static_cast<std::size_t>(requests));
  const auto inside = run({"huying", "journal", "archive", "--data", data, "--to", data + "/old", "--before", "2"});
  EXPECT_THAT(inside.err, HasSubstr("E5013"));
  EXPECT_EQ(run({"huying", "journal", "archive", "--data", data, "--to", archive, "--before", "yesterday"}).code, 2);
  const auto much = run({"huying", "journal", "archive", "--data", data, "--to", archive, "--before", "9999"});
  EXPECT_THAT(much.err, HasSubstr("E5012"));
  const auto at = much.err.find("at most --before ");
  ASSERT_NE(at, std::string::npos) << much.err;
  const auto last = std::to_string(std::stoi(much.err.substr(at + 17)));
  const auto done = run({"huying", "journal", "archive", "--data", data, "--to", archive, "--before", last});
  ASSERT_EQ(done.code, 0) << done.err;
  EXPECT_THAT(done.out, HasSubstr("已归档日志段 1 至"));
  EXPECT_EQ(run({"huying", "journal", "verify", "--data", data}).code, 0) << "it is read through";

  ASSERT_NO_FATAL_FAILURE(start({}));
  const auto again = client({"publish"}, "hotline-12345", requests_of_shiqiao(1, requests));
  EXPECT_EQ(again.code, 0) << again.err;
  EXPECT_EQ(numbers_in(again.out), numbers);
  EXPECT_THAT(again.out, Not(HasSubstr(R"("known":false)")));
  const auto old = client({"subscribe", "case.>", "--from", "start", "--count", "1"}, "street.supervisor-1");
  EXPECT_EQ(old.code, 3);
  EXPECT_THAT(old.err, HasSubstr("E5009 ARCHIVED"));
  EXPECT_THAT(old.err, HasSubstr("huying journal unarchive --data " + data + " --from " + archive));
  ASSERT_EQ(stop().code, 0);

  fs::rename(archive, archive + "-elsewhere");
  for (const auto& words : {std::vector<std::string>{"huying", "serve", "--no-gateway", "--data", data},
                            {"huying", "journal", "verify", "--data", data},
                            {"huying", "journal", "export", "--data", data, "--output", folder.path() + "/all.pb"}}) {
    const auto refused = run(words);
    EXPECT_EQ(refused.code, 3) << words[1] << refused.out;
    EXPECT_THAT(refused.err, HasSubstr("E5009 ARCHIVED"));
    EXPECT_THAT(refused.err, HasSubstr("huying journal unarchive"));
  }
  ASSERT_NO_FATAL_FAILURE(start({"--read-only", "--allow-plain-contacts"}));
  EXPECT_THAT(server->out(), HasSubstr("缺失 missing: batches 1 to"));
  ASSERT_EQ(stop().code, 0);

  const auto back = run({"huying", "journal", "unarchive", "--data", data, "--from", archive + "-elsewhere"});
  EXPECT_EQ(back.code, 0) << back.err;
  EXPECT_EQ(run({"huying", "journal", "verify", "--data", data}).code, 0);
  ASSERT_NO_FATAL_FAILURE(start({}));
  EXPECT_EQ(client({"subscribe", "case.>", "--from", "start", "--count", "1"}, "street.supervisor-1").code, 0);
}

}  // namespace
}  // namespace huying::programs
