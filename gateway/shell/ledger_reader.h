// Questions to the ledger's file, on a thread of their own: a search over years keeps no other request waiting. The gateway has one
// for lists and the wall and one for files. The file is opened
// for reading with the first question, and anew after one that failed.
//
// Owned by the gateway; ask() and the answers on the gateway's thread, the work on the reader's: it captures values only.
// GATEWAY_BUSY where too many wait.
#pragma once
#include <asio/io_context.hpp>
#include <asio/thread_pool.hpp>
#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "gateway/http/message.h"
#include "gateway/shell/router.h"

namespace SQLite {
class Database;
}

namespace huying::gateway {

class LedgerReader {
 public:
  using Work = std::function<Result<http::Response>(SQLite::Database&)>;

  LedgerReader(asio::io_context& context, std::string path);
  ~LedgerReader();
  LedgerReader(const LedgerReader&) = delete;
  LedgerReader& operator=(const LedgerReader&) = delete;

  void ask(std::shared_ptr<Call> call, Work work);
  void stop();  // and waits for what is under way

 private:
  Result<http::Response> done(const Work& work);

  asio::io_context& context_;
  const std::string path_;
  std::unique_ptr<SQLite::Database> database_;  // the thread's
  std::shared_ptr<std::size_t> waiting_ = std::make_shared<std::size_t>(0);  // the gateway's thread's; answers may outlive this
  asio::thread_pool thread_{1};
};

}  // namespace huying::gateway
