// huying gateway: pages and the JSON interface for people, in front of a broker that runs elsewhere on this machine.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <asio/io_context.hpp>
#include <asio/signal_set.hpp>
#include <csignal>

#include "broker/descriptor_limit.h"
#include "gateway/shell/files.h"
#include "programs/connection.h"
#include "programs/gateway_thread.h"
#include "programs/options.h"
#include "programs/program.h"

namespace huying::programs {
namespace {

ExitCode serve_pages(const GatewayThreadOptions& options) {
  if (auto fits = check_gateway_choice(options.choice); !fits) {
    return refused(fits.error());
  }
  broker::raise_descriptor_limit();  // a stream or a browser's connection is one; shells begin with 1,024
  asio::io_context context;
  asio::signal_set signals(context, SIGINT, SIGTERM);
  if (auto made = gateway::make_private_folder(options.data_folder); !made) {
    return refused(made.error());
  }
  auto gateway = GatewayThread::start(options);
  if (!gateway) {
    return refused(gateway.error());
  }
  signals.async_wait([](const asio::error_code&, int) {});
  context.run();
  (*gateway)->stop();
  fmt::print("已停止 stopped\n");
  return ExitCode::done;
}

}  // namespace

void add_gateway(CLI::App& root, Chosen& chosen) {
  auto options = std::make_shared<GatewayThreadOptions>();
  auto* app = root.add_subcommand("gateway", "Pages for people and the JSON interface, in front of a broker. `huying serve` has "
                                             "one inside; this one runs alone. Goes on trying while the broker is away.");
  app->add_option("--endpoint", options->endpoint, "Where the broker listens")->envname("HUYING_ENDPOINT")->required();
  app->add_option("--data", options->data_folder, "Folder of its accounts, ledger and images, in DATA/gateway; the broker's, or "
                                                  "another. Made with mode 0700 if absent")
      ->required();
  add_gateway_options(*app, options->choice, GatewayIn::gateway);
  app->footer(footer_with_exit_codes("Examples:\n"
                                     "  huying gateway --endpoint ipc:///tmp/wenyuan/broker.sock --data /tmp/pages\n"
                                     "  huying account password shiqiao-01.worker --data /tmp/pages\n"));
  app->callback([options, &chosen] { chosen = [options] { return serve_pages(*options); }; });
}

}  // namespace huying::programs
