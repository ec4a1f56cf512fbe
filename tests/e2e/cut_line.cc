#include "tests/e2e/cut_line.h"

#include <array>
#include <asio/io_context.hpp>
#include <asio/local/stream_protocol.hpp>
#include <asio/post.hpp>
#include <asio/write.hpp>
#include <set>
#include <thread>

namespace huying::e2e {
namespace {

using Local = asio::local::stream_protocol;

// One client's connection and its continuation to the broker.
class Joint : public std::enable_shared_from_this<Joint> {
 public:
  Joint(Local::socket client, Local::socket broker) : client_(std::move(client)), broker_(std::move(broker)) {}

  void start() {
    pass_on(client_, broker_, up_);
    pass_on(broker_, client_, down_);
  }
  void close() {
    asio::error_code ignored;
    client_.close(ignored);
    broker_.close(ignored);
  }
  bool is_open() const { return client_.is_open(); }

 private:
  using Piece = std::array<char, 16'384>;

  void pass_on(Local::socket& from, Local::socket& to, Piece& piece) {
    const auto self = shared_from_this();
    from.async_read_some(asio::buffer(piece), [this, self, &from, &to, &piece](auto error, std::size_t bytes) {
      if (error) return close();
      asio::async_write(to, asio::buffer(piece.data(), bytes), [this, self, &from, &to, &piece](auto failed, auto) {
        if (failed) return close();
        pass_on(from, to, piece);
      });
    });
  }

  Local::socket client_, broker_;
  Piece up_, down_;
};

}  // namespace

class CutLine::Relay {
 public:
  Relay(const std::string& clients, const std::string& broker)
      : broker_(broker), acceptor_(context_, Local::endpoint(clients)), thread_([this] { run(); }) {}
  ~Relay() {
    context_.stop();
    thread_.join();
  }

  void cut() {
    asio::post(context_, [this] {
      for (const auto& joint : joints_) joint->close();
      joints_.clear();
    });
  }

 private:
  void run() {
    accept();
    context_.run();
  }

  void accept() {
    acceptor_.async_accept([this](auto error, Local::socket client) {
      if (error) return;
      std::erase_if(joints_, [](const auto& joint) { return !joint->is_open(); });
      Local::socket broker(context_);
      asio::error_code nobody_listens;
      broker.connect(broker_, nobody_listens);
      if (!nobody_listens) {
        const auto joint = std::make_shared<Joint>(std::move(client), std::move(broker));
        joints_.insert(joint);
        joint->start();
      }
      accept();
    });
  }

  const Local::endpoint broker_;
  asio::io_context context_;
  Local::acceptor acceptor_;
  std::set<std::shared_ptr<Joint>> joints_;
  std::thread thread_;
};

CutLine::CutLine(const std::string& clients, const std::string& broker)
    : relay_(std::make_unique<Relay>(clients, broker)) {}
CutLine::~CutLine() = default;
void CutLine::cut() { relay_->cut(); }

}  // namespace huying::e2e
