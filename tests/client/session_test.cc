// Goal: a session stands, is lost and stands again by itself, and no frame is left lying behind ZeroMQ's edge-triggered
// descriptor. Method: a scripted ROUTER on a thread of its own. Arithmetic of the burst: 10,000 frames each way are 40
// drains of 256 and more than half of a peer's queue (16,384), so the budget, the wait and the queue are all used.
#include "client/session.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <mutex>
#include <set>

#include "proto/errors.h"
#include "tests/client/scripted_broker.h"

namespace huying::client {
namespace {

// Long: a test that stood still for a second must not take it for the broker's silence.
constexpr Milliseconds never_silent{60'000};
// What is looked for is what happens after it.
constexpr Milliseconds soon_silent{2'000};

SessionOptions options_for(const PrivateFolder& folder, Milliseconds silence_max = never_silent) {
  SessionOptions options;
  options.endpoint = folder.endpoint();
  options.principal = "hotline-12345";
  options.role = v1::ROLE_PUBLISHER;
  options.silence_max = silence_max;
  options.heartbeat_interval = Milliseconds(50);
  options.redial_first = Milliseconds(5);
  options.redial_max = Milliseconds(20);
  return options;
}

void refuse(const ScriptedBroker::Peer& peer, v1::ErrorCode error) {
  v1::BrokerFrame frame;
  frame.mutable_refusal()->set_error(error);
  frame.mutable_refusal()->set_session_over(true);
  peer.send(frame);
}

TEST(Session, SaysHelloAndIsWelcomed) {
  const PrivateFolder folder;
  const ScriptedBroker broker(folder.endpoint(), [](const auto& frame, const auto& peer) {
    if (frame.has_hello()) peer.welcome();
  });
  asio::io_context context;
  Session session(context, options_for(folder));
  EXPECT_FALSE(session.send({})) << "nothing goes out before Welcome";
  ASSERT_TRUE(session.start());
  ASSERT_TRUE(run_until(context, [&] { return session.welcomed(); }));
  const auto hello = broker.received().front().hello();
  EXPECT_EQ(hello.protocol_version(), 1u);
  EXPECT_EQ(hello.principal(), "hotline-12345");
  EXPECT_EQ(hello.role(), v1::ROLE_PUBLISHER);
  EXPECT_NE(hello.session_nonce(), 0u);
  EXPECT_EQ(session.broker_now_ms(), 1'000);
}

TEST(Session, SaysHeartbeatsWhenThereIsNothingElseToSay) {
  const PrivateFolder folder;
  const ScriptedBroker broker(folder.endpoint(), [](const auto& frame, const auto& peer) {
    if (frame.has_hello()) peer.welcome(20);
  });
  asio::io_context context;
  Session session(context, options_for(folder));
  ASSERT_TRUE(session.start());
  ASSERT_TRUE(run_until(context, [&] { return broker.count(v1::ClientFrame::kHeartbeat) >= 5; }));
  EXPECT_EQ(broker.count(v1::ClientFrame::kHello), 1u);
}

TEST(Session, GoesOnDiallingWhenForAWhileNoDescriptorIsFree) {
#if defined(__SANITIZE_ADDRESS__)
  GTEST_SKIP() << "UBSan asks a pipe whether an object can be read: without descriptors it finds what is not there";
#endif
  const PrivateFolder folder;
  asio::io_context context;
  std::vector<Lost> losses;
  Session session(context, options_for(folder, soon_silent),
                  {.on_welcome = {}, .on_frame = {}, .on_lost = [&](const Lost& lost) { losses.push_back(lost); }});
  ASSERT_TRUE(session.start());  // nobody listens
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  const auto has_no_descriptor = [&] {
    return !losses.empty() && losses.back().error.detail.find("open files") != std::string::npos;
  };
  rlimit none = before;
  none.rlim_cur = 3;
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
  const bool noticed = run_until(context, has_no_descriptor);
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
  ASSERT_TRUE(noticed);
  const ScriptedBroker broker(folder.endpoint(), [](const auto& frame, const auto& peer) {
    if (frame.has_hello()) peer.welcome();
  });
  EXPECT_TRUE(run_until(context, [&] { return session.welcomed(); }));
}

TEST(Session, DialsAnewWithANewNonceAfterSilence) {
  const PrivateFolder folder;
  ScriptedBroker broker(folder.endpoint(), [](const auto& frame, const auto& peer) {
    if (frame.has_hello()) peer.welcome();
  });
  asio::io_context context;
  std::vector<Lost> losses;
  int welcomes = 0;
  Session session(context, options_for(folder, soon_silent),
                  {.on_welcome = [&](const auto&) { ++welcomes; },
                   .on_frame = {},
                   .on_lost = [&](const Lost& lost) { losses.push_back(lost); }});
  broker.say_heartbeats(false);
  ASSERT_TRUE(session.start());
  ASSERT_TRUE(run_until(context, [&] { return welcomes >= 3; }));
  ASSERT_GE(losses.size(), 2u);
  EXPECT_TRUE(losses[0].was_welcomed);
  EXPECT_EQ(losses[0].error.code, v1::ERROR_CODE_NOT_CONNECTED);
  std::set<std::uint64_t> nonces;
  std::size_t hellos = 0;
  for (const auto& frame : broker.received()) {
    if (!frame.has_hello()) continue;
    ++hellos;
    nonces.insert(frame.hello().session_nonce());
  }
  EXPECT_EQ(nonces.size(), hellos);
}

TEST(Session, SaysHelloAgainAfterARefusalThatEndsIt) {
  const PrivateFolder folder;
  int hellos = 0;
  const ScriptedBroker broker(folder.endpoint(), [&](const auto& frame, const auto& peer) {
    if (!frame.has_hello()) return;
    if (++hellos == 1) return refuse(peer, v1::ERROR_CODE_NO_CONFIGURATION);
    peer.welcome();
    if (hellos == 2) refuse(peer, v1::ERROR_CODE_SESSION_FENCED);
  });
  asio::io_context context;
  std::vector<Lost> losses;
  Session session(context, options_for(folder),
                  {.on_welcome = {}, .on_frame = {}, .on_lost = [&](const Lost& lost) { losses.push_back(lost); }});
  ASSERT_TRUE(session.start());
  ASSERT_TRUE(run_until(context, [&] { return losses.size() == 2 && session.welcomed(); }));
  EXPECT_FALSE(losses[0].was_welcomed);
  EXPECT_EQ(losses[0].error.code, v1::ERROR_CODE_NO_CONFIGURATION);
  EXPECT_TRUE(losses[1].was_welcomed);
  EXPECT_EQ(losses[1].error.code, v1::ERROR_CODE_SESSION_FENCED);
  EXPECT_EQ(session.dials(), 3u);
}

TEST(Session, DialsNotBeforeTheTimeThatARefusalGives) {
  constexpr Milliseconds told{300};  // much more than its own pauses
  const PrivateFolder folder;
  std::mutex mutex;
  std::vector<SteadyInstant> hellos;
  const ScriptedBroker broker(folder.endpoint(), [&](const auto& frame, const auto& peer) {
    if (!frame.has_hello()) return;
    const std::lock_guard lock(mutex);
    hellos.push_back(SteadyInstant::clock::now());
    v1::BrokerFrame over;
    over.mutable_refusal()->set_error(v1::ERROR_CODE_TOO_MANY_SESSIONS);
    over.mutable_refusal()->set_session_over(true);
    over.mutable_refusal()->set_retry_after_ms(static_cast<std::uint32_t>(told.count()));
    peer.send(over);
  });
  asio::io_context context;
  Session session(context, options_for(folder));
  ASSERT_TRUE(session.start());
  ASSERT_TRUE(run_until(context, [&] { return broker.count(v1::ClientFrame::kHello) >= 2; }));
  const std::lock_guard lock(mutex);
  EXPECT_GE(hellos.at(1) - hellos.at(0), told);
}

TEST(Session, FindsABrokerThatStartsLater) {
  const PrivateFolder folder;
  asio::io_context context;
  Session session(context, options_for(folder, soon_silent));
  ASSERT_TRUE(session.start());
  ASSERT_TRUE(run_until(context, [&] { return session.dials() >= 2; }));
  const ScriptedBroker broker(folder.endpoint(), [](const auto& frame, const auto& peer) {
    if (frame.has_hello()) peer.welcome();
  });
  EXPECT_TRUE(run_until(context, [&] { return session.welcomed(); }));
}

TEST(Session, StopsPolitelyAndIsSilentAfterwards) {
  const PrivateFolder folder;
  const ScriptedBroker broker(folder.endpoint(), [](const auto& frame, const auto& peer) {
    if (frame.has_hello()) peer.welcome();
  });
  asio::io_context context;
  int losses = 0;
  Session session(context, options_for(folder), {.on_welcome = {}, .on_frame = {}, .on_lost = [&](const auto&) { ++losses; }});
  ASSERT_TRUE(session.start());
  ASSERT_TRUE(run_until(context, [&] { return session.welcomed(); }));
  std::thread([&] { session.stop(); }).join();
  context.restart();
  context.run();  // returns: nothing is waited for any more
  EXPECT_TRUE(wait_until([&] { return broker.count(v1::ClientFrame::kGoodbye) == 1; }));
  EXPECT_EQ(losses, 0);
}

TEST(Session, DoesNotStallInABurstOfTenThousandFramesBothWays) {
  constexpr int burst = 10'000;
  const PrivateFolder folder;
  const ScriptedBroker broker(folder.endpoint(), [](const auto& frame, const auto& peer) {
    if (frame.has_hello()) peer.welcome();
    if (!frame.has_publish()) return;
    v1::BrokerFrame answer;
    answer.mutable_publish_acks()->add_acks()->set_tag(frame.publish().tag());
    peer.send(answer);
  });
  asio::io_context context;
  int answers = 0;
  std::uint64_t last = 0;
  bool in_order = true;
  Session session(context, options_for(folder), {.on_welcome = {},
                                                 .on_frame =
                                                     [&](const v1::BrokerFrame& frame) {
                                                       const auto tag = frame.publish_acks().acks(0).tag();
                                                       in_order = in_order && tag == last + 1;
                                                       last = tag;
                                                       ++answers;
                                                     },
                                                 .on_lost = {}});
  ASSERT_TRUE(session.start());
  ASSERT_TRUE(run_until(context, [&] { return session.welcomed(); }));
  v1::ClientFrame frame;
  for (int i = 1; i <= burst; ++i) {
    frame.mutable_publish()->set_tag(static_cast<std::uint64_t>(i));
    ASSERT_TRUE(session.send(frame));
  }
  EXPECT_TRUE(run_until(context, [&] { return answers == burst; })) << answers;
  EXPECT_TRUE(in_order);
  EXPECT_EQ(session.dials(), 1u);
}

// The trap itself: an answer comes while the thread sends, and the send swallows the descriptor's edge.
TEST(Session, SeesAnswersThatCameWhileItWasSending) {
  constexpr int rounds = 2'000;
  const PrivateFolder folder;
  const ScriptedBroker broker(folder.endpoint(), [](const auto& frame, const auto& peer) {
    if (frame.has_hello()) peer.welcome(5'000);
    if (!frame.has_publish()) return;
    v1::BrokerFrame answer;
    answer.mutable_publish_acks();
    peer.send(answer);
  });
  asio::io_context context;
  auto options = options_for(folder);  // no tick may help
  options.heartbeat_interval = Milliseconds(20'000);
  int answers = 0;
  Session session(context, options, {.on_welcome = {}, .on_frame = [&](const auto&) { ++answers; }, .on_lost = {}});
  ASSERT_TRUE(session.start());
  ASSERT_TRUE(run_until(context, [&] { return session.welcomed(); }));
  v1::ClientFrame frame;
  frame.mutable_publish();
  for (int i = 1; i <= rounds; ++i) {
    session.send(frame);
    if (i % 3 == 0) session.send(frame), ++i;
    ASSERT_TRUE(run_until(context, [&] { return answers >= i; })) << "stalled in round " << i;
  }
}

TEST(Session, IsLostOverAFrameThatIsNotOfTheProtocol) {
  const PrivateFolder folder;
  int hellos = 0;
  const ScriptedBroker broker(folder.endpoint(), [&](const auto& frame, const auto& peer) {
    if (!frame.has_hello()) return;
    peer.welcome();
    if (++hellos == 1) peer.send_bytes("\xff\xff\xff");
  });
  asio::io_context context;
  std::vector<Lost> losses;
  Session session(context, options_for(folder),
                  {.on_welcome = {}, .on_frame = {}, .on_lost = [&](const Lost& lost) { losses.push_back(lost); }});
  ASSERT_TRUE(session.start());
  ASSERT_TRUE(run_until(context, [&] { return losses.size() == 1 && session.welcomed(); }));
  EXPECT_EQ(losses[0].error.code, v1::ERROR_CODE_FRAME_UNREADABLE);
}

}  // namespace
}  // namespace huying::client
