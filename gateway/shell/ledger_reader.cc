#include "gateway/shell/ledger_reader.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <asio/post.hpp>
#include <utility>

#include "gateway/ledger/ledger.h"
#include "gateway/shell/problem.h"
#include "proto/errors.h"

namespace huying::gateway {
namespace {

constexpr std::size_t waiting_max = 64;

}  // namespace

LedgerReader::LedgerReader(asio::io_context& context, std::string path) : context_(context), path_(std::move(path)) {}
LedgerReader::~LedgerReader() { stop(); }

void LedgerReader::ask(std::shared_ptr<Call> call, Work work) {
  if (*waiting_ >= waiting_max) return call->reply->send(problem({v1::ERROR_CODE_GATEWAY_BUSY, {}}));
  ++*waiting_;
  asio::post(thread_, [this, call = std::move(call), work = std::move(work)]() mutable {
    auto answer = std::make_shared<Result<http::Response>>(done(work));
    asio::post(context_, [call = std::move(call), answer, waiting = waiting_] {
      --*waiting;
      call->reply->send(*answer ? std::move(**answer) : problem(answer->error()));
    });
  });
}

Result<http::Response> LedgerReader::done(const Work& work) {
  if (database_ == nullptr) {
    auto opened = ledger::open_reader(path_);
    if (!opened) return tl::unexpected(opened.error());
    database_ = std::move(*opened);
  }
  auto answer = work(*database_);
  if (!answer && answer.error().code == v1::ERROR_CODE_STORE_FAILED) database_.reset();
  return answer;
}

void LedgerReader::stop() {
  thread_.stop();
  thread_.join();
}

}  // namespace huying::gateway
