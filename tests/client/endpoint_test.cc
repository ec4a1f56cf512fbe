#include "client/endpoint.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <asio/io_context.hpp>
#include <asio/local/stream_protocol.hpp>
#include <cerrno>
#include <fstream>

#include "proto/errors.h"
#include "tests/client/scripted_broker.h"

namespace huying::client {
namespace {

std::uint32_t code_of(const std::string& endpoint) {
  const auto checked = check_endpoint(endpoint);
  return checked ? 0 : checked.error().code;
}

TEST(Endpoint, LoopbackIsPrivate) {
  EXPECT_EQ(code_of("tcp://127.0.0.1:5570"), 0u);
  EXPECT_EQ(code_of("tcp://127.8.9.1:*"), 0u);
  EXPECT_EQ(code_of("tcp://[::1]:5570"), 0u);
  EXPECT_EQ(code_of("tcp://[::ffff:127.0.0.1]:5570"), 0u) << "as ZeroMQ names an IPv4 endpoint that it bound";
}

TEST(Endpoint, EverythingElseOnTheNetworkIsRefused) {
  for (const auto* endpoint : {"tcp://0.0.0.0:5570", "tcp://*:5570", "tcp://192.168.1.4:5570", "tcp://eth0:5570",
                               "tcp://localhost:5570", "tcp://127.0.0.1", "tcp://127.0.0.1:70000", "tcp://127.0.0.1:5x",
                               "tcp://[::]:5570", "tcp://[::ffff:192.168.1.4]:5570", "udp://127.0.0.1:5570", "inproc://a", "127.0.0.1:5570", ""})
    EXPECT_EQ(code_of(endpoint), static_cast<std::uint32_t>(v1::ERROR_CODE_ENDPOINT_NOT_PRIVATE)) << endpoint;
}

TEST(Endpoint, IpcNeedsAFolderOfMode0700) {
  const PrivateFolder folder;
  EXPECT_EQ(code_of(folder.endpoint()), 0u);
  ASSERT_EQ(::chmod(folder.path().c_str(), 0750), 0);
  EXPECT_EQ(code_of(folder.endpoint()), static_cast<std::uint32_t>(v1::ERROR_CODE_ENDPOINT_NOT_PRIVATE));
  EXPECT_NE(check_endpoint(folder.endpoint()).error().detail.find("0750"), std::string::npos);
  EXPECT_NE(code_of("ipc://@abstract"), 0u);
  EXPECT_NE(code_of("ipc://"), 0u);
}

TEST(Endpoint, AFolderThatIsNoneIsAWrongPathAndNotUnsafe) {
  const PrivateFolder folder;
  std::ofstream(folder.path() + "/file") << "x";
  for (const auto* path : {"/absent/broker.sock", "/file/broker.sock"}) {
    const auto checked = check_endpoint("ipc://" + folder.path() + path);
    ASSERT_FALSE(checked);
    EXPECT_EQ(checked.error().code, static_cast<std::uint32_t>(v1::ERROR_CODE_USAGE)) << path;
  }
  EXPECT_NE(check_endpoint("ipc://" + folder.path() + "/absent/broker.sock").error().detail.find("No such file"),
            std::string::npos);
}

TEST(Endpoint, WhatCouldNotBeBoundIsSaidAsItIs) {
  const PrivateFolder folder;
  EXPECT_EQ(why_not_bound("tcp://127.0.0.1:5570", EADDRINUSE), "tcp://127.0.0.1:5570: Address already in use");
  EXPECT_EQ(why_not_bound(folder.endpoint(), EADDRINUSE), folder.endpoint() + ": Address already in use");
  EXPECT_EQ(why_not_bound("ipc://" + folder.path(), EADDRINUSE), folder.path() + " is a folder, no place for a socket");
  EXPECT_EQ(why_not_bound("ipc://" + folder.path() + "/absent/s", EADDRINUSE),
            "no socket can be made in " + folder.path() + "/absent: No such file or directory");
}

// ZeroMQ removes what lies where it binds.
TEST(Endpoint, AFileAndTheSocketOfABrokerThatServesAreLeftAlone) {
  const PrivateFolder folder;
  const std::string path = folder.path() + "/place", endpoint = "ipc://" + path;
  EXPECT_TRUE(check_free_to_bind(endpoint)) << "nothing lies there";
  EXPECT_TRUE(check_free_to_bind("tcp://127.0.0.1:5570"));
  std::ofstream(path) << "of somebody";
  EXPECT_EQ(check_free_to_bind(endpoint).error().code, static_cast<std::uint32_t>(v1::ERROR_CODE_USAGE));
  ASSERT_EQ(::unlink(path.c_str()), 0);
  {
    asio::io_context context;
    const asio::local::stream_protocol::acceptor listening(context, asio::local::stream_protocol::endpoint(path));
    const auto taken = check_free_to_bind(endpoint);
    ASSERT_FALSE(taken);
    EXPECT_NE(taken.error().detail.find("another program listens"), std::string::npos);
  }
  EXPECT_TRUE(check_free_to_bind(endpoint)) << "its program is gone, the socket lies there yet";
}

TEST(Endpoint, APathLongerThanASocketMayHaveIsSaidInWords) {
  const auto made = endpoint_in_folder("/tmp/" + std::string(120, 'x'));
  ASSERT_FALSE(made);
  EXPECT_NE(made.error().detail.find("107 bytes"), std::string::npos);
  EXPECT_EQ(endpoint_in_folder("/tmp/data/").value(), "ipc:///tmp/data/broker.sock");
}

}  // namespace
}  // namespace huying::client
