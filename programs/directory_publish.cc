// huying directory publish: the administrator's files into a running broker. And the group `huying directory`.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>

#include "broker/directory/directory_files.h"
#include "client/directory_upload.h"
#include "programs/connection.h"
#include "programs/json_lines.h"
#include "programs/program.h"
#include "proto/errors.h"

namespace huying::programs {
namespace {

struct PublishDirectoryOptions {
  ConnectOptions connect;
  std::string folder;
  bool check_only = false;
};

void print_reply(const v1::PublishDirectoryReply& reply) {
  for (const auto& finding : reply.findings()) fmt::print(stderr, "{}\n", finding);
  if (reply.error() != 0) return print_error(Error{reply.error(), "nothing was changed"});
  if (reply.unchanged())
    fmt::print("名录未变，仍是第 {} 版 (unchanged: version {} is in force)\n", reply.version(), reply.version());
  else if (reply.version() != 0)
    fmt::print("名录第 {} 版已生效 (version {} is in force)\n", reply.version(), reply.version());
  else
    fmt::print("名录可用 (the directory is good)\n");
}

ExitCode publish_directory(const PublishDirectoryOptions& options) {
  const auto files = directory::read_folder(options.folder);
  if (!files) {
    print_error(files.error());
    return ExitCode::refused;
  }
  Connection connection(options.connect, {v1::ROLE_ADMINISTRATOR});
  const auto done = [&](const v1::PublishDirectoryReply& reply) {
    if (options.connect.json)
      fmt::print("{}\n", message_line(reply));
    else
      print_reply(reply);
    connection.finish(reply.error() == 0 ? ExitCode::done : ExitCode::refused);
  };
  const auto part = [](std::uint32_t received, std::uint32_t parts) {
    if (parts > 1 && ::isatty(STDERR_FILENO) != 0) fmt::print(stderr, "\r{} / {}{}", received, parts, received == parts ? "\n" : "");
  };
  client::DirectoryUpload upload(
      connection, *files, options.check_only ? client::UploadMode::check_only : client::UploadMode::publish, done, part);
  connection.attach(upload);
  return connection.run();
}

}  // namespace

void add_directory_publish(CLI::App& directory, Chosen& chosen) {
  auto options = std::make_shared<PublishDirectoryOptions>();
  options->connect.wait_seconds = 30;
  auto* app = directory.add_subcommand(
      "publish", "Send a directory to a running broker, which checks it and puts it in force as a new version, or refuses "
                 "it with file and line; a broken directory never replaces a good one.");
  add_connect_options(*app, options->connect, "administrator");
  app->add_option("--directory", options->folder,
                  "Folder with directory.txtpb, cells.geojson, people.csv, places.csv, policy.txtpb")
      ->required();
  app->add_flag("--check-only", options->check_only, "Only let the broker check it, against what is in force");
  app->footer(footer_with_exit_codes("Example:\n  huying directory publish --endpoint ipc:///tmp/wenyuan/broker.sock "
                                     "--directory deploy/wenyuan\n"));
  app->callback([options, &chosen] { chosen = [options] { return publish_directory(*options); }; });
}

}  // namespace huying::programs
