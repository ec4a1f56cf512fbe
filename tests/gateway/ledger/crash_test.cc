// Goal: a gateway that is killed while it takes events loses none and has none twice. Method: a process of its own takes a batch and is
// killed by SIGKILL as it begins its n-th statement, for each n from the first to the last: the statements of the batch, begin and commit
// among them. Then the file is opened again: it is as it was before the batch, with the place in the stream before it; what follows
// from there is taken, and the content is that of a ledger that was never killed. The last n is behind the batch: nobody is killed.
#include <SQLiteCpp/SQLiteCpp.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/gateway/ledger/ledger_folder.h"

namespace huying::ledger {
namespace {

int statements_left = 0;  // of the child

int at_statement(unsigned, void*, void*, void*) {
  if (--statements_left == 0) ::kill(::getpid(), SIGKILL);
  return 0;
}

// SQLite calls it for each connection that is opened.
int watch(sqlite3* database, char**, const sqlite3_api_routines*) {
  return sqlite3_trace_v2(database, SQLITE_TRACE_STMT, at_statement, nullptr);
}

// True: it was killed.
bool take_and_die(const std::string& path, const std::vector<v1::EventDelivery>& batch, int at) {
  const pid_t child = ::fork();
  if (child == 0) {
    statements_left = at;
    sqlite3_auto_extension(reinterpret_cast<void (*)()>(watch));
    auto ledger = Ledger::open(path, "s");
    ::_exit(ledger && (*ledger)->take(batch, "behind the second") ? 0 : 1);
  }
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFSIGNALED(status) || (WIFEXITED(status) && WEXITSTATUS(status) == 0)) << status;
  return WIFSIGNALED(status);
}

class CrashTest : public testing::Test, protected LedgerFolder {};

TEST_F(CrashTest, KilledAtAnyStatementOfABatchItLosesNothing) {
  live("WY-1");
  take();
  const auto before = *ledger_->content();
  const auto token = ledger_->token();
  live("WY-2");
  add_coverage("a-01", v1::Coverage::HOST_LOST);
  const auto batch = waiting_;
  ledger_.reset();
  std::filesystem::copy_file(path_, folder_ + "/before.sqlite");  // closed: the whole of it
  open();
  ASSERT_TRUE(ledger_->take(batch, "behind the second"));
  const auto after = *ledger_->content();
  ASSERT_NE(after, before);
  ledger_.reset();

  int killed = 0;
  for (int at = 1;; ++at) {
    for (const auto* more : {"", "-wal", "-shm"}) std::filesystem::remove(path_ + more);
    std::filesystem::copy_file(folder_ + "/before.sqlite", path_);
    const bool was_killed = take_and_die(path_, batch, at);
    open();
    if (!was_killed) {
      EXPECT_EQ(*ledger_->content(), after);
      EXPECT_EQ(ledger_->token(), "behind the second");
      break;
    }
    ++killed;
    ASSERT_EQ(*ledger_->content(), before) << "statement " << at;
    ASSERT_EQ(ledger_->token(), token) << "statement " << at;
    ASSERT_TRUE(ledger_->take(batch, "behind the second"));
    ASSERT_EQ(*ledger_->content(), after) << "statement " << at;
    ledger_.reset();
  }
  EXPECT_GT(killed, 13 * 3) << "each event costs some statements";
}

}  // namespace
}  // namespace huying::ledger
