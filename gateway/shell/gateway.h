// The gateway (docs/gateway.md): HTTP for people's pages in front, one broker behind. It adds nothing to what a person may see
// and do, and takes nothing away: each question goes to the broker on behalf of the person who is logged in.
//
// Owner: a sub-command, which also runs the io_context; everything happens on its one thread but passwords (Logins) and the
// ledger (LedgerThread). start() refuses: STORE_FAILED, USAGE (it cannot listen, no such folder of pages, no address of tiles),
// ENDPOINT_NOT_PRIVATE.
#pragma once
#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>
#include <memory>
#include <optional>
#include <string>

#include "gateway/accounts/accounts.h"
#include "gateway/http/server.h"
#include "gateway/shell/allowance.h"
#include "gateway/shell/attachment_store.h"
#include "gateway/shell/broker_link.h"
#include "gateway/shell/contact_looks.h"
#include "gateway/shell/directory_view.h"
#include "gateway/shell/figures.h"
#include "gateway/shell/ledger_reader.h"
#include "gateway/shell/ledger_thread.h"
#include "gateway/shell/logins.h"
#include "gateway/shell/pages.h"
#include "gateway/shell/query_code.h"
#include "gateway/shell/router.h"
#include "gateway/shell/stories.h"
#include "gateway/shell/streams.h"
#include "gateway/shell/tiles.h"

namespace huying::gateway {

struct GatewayOptions {
  std::string endpoint;                 // of the broker
  std::string principal = "gateway-1";  // a system of the directory in the role gateway
  std::string data_folder;              // accounts, ledger, attachments, keys: mode 0700
  std::string pages_folder;             // empty: no pages, the interface alone
  TileOptions tiles;                    // below the cells of the pages' maps
  http::ServerOptions http;
  StreamsOptions streams;
  LoginsOptions logins = {};
  std::function<void(const DirectoryView&)> on_directory = {};  // of each version that is met
};

class Gateway {
 public:
  Gateway(asio::io_context& context, GatewayOptions options);
  ~Gateway();
  Gateway(const Gateway&) = delete;
  Gateway& operator=(const Gateway&) = delete;

  Result<void> start();
  void stop();  // on the context's thread: no new request; goodbye to the broker
  std::uint16_t port() const { return server_->port(); }

  // ---- For the endpoints (*_endpoints.cc) ------------------------------------------------------------------------
  asio::io_context& context() { return context_; }
  Router& router() { return router_; }
  BrokerLink& broker() { return broker_; }
  const BrokerLink& broker() const { return broker_; }
  accounts::Accounts& accounts() { return *accounts_; }
  Logins& logins() { return *logins_; }
  Stories& stories() { return stories_; }
  Streams& streams() { return *streams_; }
  AttachmentStore& attachments() { return *attachments_; }
  ContactLooks& looks() { return *looks_; }
  QueryCodes& codes() { return *codes_; }
  Tries& wrong_codes() { return wrong_codes_; }
  Remembered& right_codes() { return right_codes_; }  // number and household: others' wrong tries keep these out of nothing
  Tries& citizen_requests() { return citizen_requests_; }
  Tries& citizen_images() { return citizen_images_; }
  Tries& wrong_logins() { return wrong_logins_; }
  Allowance& citizen_notes() { return citizen_notes_; }  // by case
  Figures& figures() { return figures_; }
  const GatewayOptions& options() const { return options_; }
  const Tiles& tiles() const { return tiles_; }
  // The one in force that was fetched last; null before the first.
  const std::shared_ptr<const DirectoryView>& directory() const { return directory_; }
  Instant now() const { return instant(broker_.now_ms()); }
  LedgerReader& ledger_reader() { return *ledger_reader_; }
  LedgerReader& ledger_files() { return *ledger_files_; }  // exports: seconds each, so lists and the wall do not stand behind them
  LedgerState ledger_state() const { return ledger_->state(); }
  std::string ledger_path() const { return options_.data_folder + "/ledger.sqlite"; }
  Figures::Now figures_now() const;
  bool is_loopback() const;

 private:
  class Answer;
  void handle(http::Request request, std::shared_ptr<http::Reply> reply);
  Result<void> admit(Call& call, Access access);
  http::Response without_route(const http::Request& request, const Error& error) const;
  void take_configuration(const v1::Configuration& configuration, std::uint64_t version);
  void add_endpoints();
  Result<void> open_files();
  void look_after_files();

  asio::io_context& context_;
  const GatewayOptions options_;
  BrokerLink broker_;
  Stories stories_;
  asio::steady_timer hourly_;
  std::unique_ptr<accounts::Accounts> accounts_;
  std::unique_ptr<Logins> logins_;
  std::unique_ptr<LedgerThread> ledger_;
  std::unique_ptr<LedgerReader> ledger_reader_, ledger_files_;
  std::unique_ptr<Streams> streams_;
  std::optional<AttachmentStore> attachments_;
  std::optional<ContactLooks> looks_;
  std::optional<QueryCodes> codes_;
  Remembered right_codes_;
  Tries wrong_codes_{{}}, citizen_requests_, citizen_images_, wrong_logins_;
  Allowance citizen_notes_;
  Tiles tiles_;
  Pages pages_;
  Figures figures_;
  std::shared_ptr<const DirectoryView> directory_;
  Router router_;
  std::unique_ptr<http::Server> server_;
  Error told_lost_;
  const std::shared_ptr<Gateway*> self_ = std::make_shared<Gateway*>(this);  // null when it has gone: answers may outlive it
};

}  // namespace huying::gateway
