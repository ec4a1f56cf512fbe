// On a real SQLite file. Hashes are not argon2id's here: what is checked elsewhere takes its time there.
#include "gateway/accounts/accounts.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "gateway/accounts/token.h"
#include "proto/errors.h"

namespace huying::accounts {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

class AccountsTest : public testing::Test {
 protected:
  AccountsTest() { open(); }
  ~AccountsTest() override { std::filesystem::remove_all(folder_); }

  void open() {
    accounts_.reset();
    auto opened = Accounts::open(path_, options_);
    ASSERT_TRUE(opened) << opened.error().detail;
    accounts_ = std::move(*opened);
  }
  // Empty: refused.
  std::string log_in(const std::string& person, bool rightly, Instant at, const std::string& from = "here") {
    const auto attempt = accounts_->begin_login(person, from, at);
    if (!attempt) return last_error_ = attempt.error().code, "";
    const auto made = accounts_->end_login(*attempt, rightly, at);
    if (!made) return last_error_ = made.error().code, "";
    return made->token;
  }
  bool stands(const std::string& token, Instant at) { return accounts_->session(token, at)->has_value(); }

  const std::string folder_ = [] {
    std::string path = "/tmp/huying-accounts-XXXXXX";
    return std::string(::mkdtemp(path.data()));
  }();
  const std::string path_ = folder_ + "/accounts.sqlite";
  const Instant noon_ = instant(1'795'000'000'000);
  AccountsOptions options_;
  std::unique_ptr<Accounts> accounts_;
  std::uint32_t last_error_ = 0;
};

TEST_F(AccountsTest, ALoginIsASessionThatOutlivesTheProcess) {
  ASSERT_TRUE(accounts_->set_password_hash("a.worker", "hash"));
  EXPECT_EQ(*accounts_->count(), 1u);
  EXPECT_TRUE(*accounts_->has_account("a.worker"));
  const auto attempt = accounts_->begin_login("a.worker", "here", noon_);
  EXPECT_EQ(attempt->hash, "hash");
  const auto made = accounts_->end_login(*attempt, true, noon_);
  ASSERT_TRUE(made);
  EXPECT_EQ(made->token.size(), 43u);
  open();
  const auto session = accounts_->session(made->token, noon_ + hours(1));
  ASSERT_TRUE(session->has_value());
  EXPECT_EQ((*session)->person, "a.worker");
  EXPECT_EQ((*session)->csrf, made->csrf);
  EXPECT_NE(made->csrf, made->token);
  EXPECT_FALSE(stands(made->csrf, noon_)) << "it is no token";
  EXPECT_FALSE(stands("", noon_));
}

TEST_F(AccountsTest, TheFileTellsNoTokenAndIsTheirsAlone) {
  ASSERT_TRUE(accounts_->set_password_hash("a.worker", "hash"));
  const auto token = log_in("a.worker", true, noon_);
  accounts_.reset();  // its write-ahead log is in the file now
  std::ifstream file(path_, std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(file)), {});
  EXPECT_NE(bytes.find("a.worker"), std::string::npos);
  EXPECT_EQ(bytes.find(token), std::string::npos);
  struct stat status {};
  ASSERT_EQ(::stat(path_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
}

TEST_F(AccountsTest, WhoeverIsUnknownIsRefusedLikeAWrongPassword) {
  ASSERT_TRUE(accounts_->set_password_hash("a.worker", "hash"));
  EXPECT_EQ(log_in("nobody", true, noon_), "");
  EXPECT_EQ(last_error_, static_cast<std::uint32_t>(v1::ERROR_CODE_LOGIN_FAILED));
  EXPECT_EQ(log_in("a.worker", false, noon_), "");
  EXPECT_EQ(last_error_, static_cast<std::uint32_t>(v1::ERROR_CODE_LOGIN_FAILED));
  EXPECT_FALSE(accounts_->begin_login("nobody", "here", noon_)->hash.empty()) << "it takes as long";
  EXPECT_EQ(log_in("' OR 1=1 --", true, noon_), "");
}

TEST_F(AccountsTest, WrongPasswordsMakeTheNextTryWaitLongerAndLonger) {
  ASSERT_TRUE(accounts_->set_password_hash("a.worker", "hash"));
  const auto before = log_in("a.worker", true, noon_);
  for (const std::string person : {"a.worker", "nobody"}) {
    Instant at = noon_;
    for (int i = 0; i < 5; ++i) {
      log_in(person, false, at);
      EXPECT_EQ(last_error_, static_cast<std::uint32_t>(v1::ERROR_CODE_LOGIN_FAILED)) << person << " " << i;
    }
    for (const auto wait : {minutes(1), minutes(2), minutes(4), minutes(8), minutes(15), minutes(15)}) {
      open();
      EXPECT_EQ(log_in(person, true, at + wait - Milliseconds(1)), "") << "the right one waits as well";
      EXPECT_EQ(last_error_, static_cast<std::uint32_t>(v1::ERROR_CODE_LOGIN_LOCKED)) << person;
      at += wait;
      log_in(person, false, at);
      EXPECT_EQ(last_error_, static_cast<std::uint32_t>(v1::ERROR_CODE_LOGIN_FAILED)) << person;
    }
  }
  EXPECT_TRUE(stands(before, noon_ + hours(1))) << "who is in stays in";
  EXPECT_NE(log_in("a.worker", true, noon_ + hours(3)), "");
  EXPECT_EQ(log_in("a.worker", false, noon_ + hours(3)), "");
  EXPECT_EQ(last_error_, static_cast<std::uint32_t>(v1::ERROR_CODE_LOGIN_FAILED)) << "counted from the beginning";
}

TEST_F(AccountsTest, AStrangerKeepsNobodyOutOfWhereTheyLogInFrom) {
  ASSERT_TRUE(accounts_->set_password_hash("a.worker", "hash"));
  EXPECT_FALSE(*accounts_->knows_place("a.worker", "here"));
  EXPECT_NE(log_in("a.worker", true, noon_), "");
  EXPECT_TRUE(*accounts_->knows_place("a.worker", "here"));
  for (int i = 0; i < 6; ++i) log_in("a.worker", false, noon_, "a stranger's");
  EXPECT_FALSE(*accounts_->knows_place("a.worker", "a stranger's"));
  EXPECT_FALSE(*accounts_->knows_place("nobody", "here"));
  EXPECT_EQ(last_error_, static_cast<std::uint32_t>(v1::ERROR_CODE_LOGIN_LOCKED)) << "from there";
  EXPECT_NE(log_in("a.worker", true, noon_, "a new phone's"), "") << "elsewhere nobody waits yet";
  for (int i = 0; i < 99; ++i) log_in("a.worker", false, noon_, "one of many " + std::to_string(i));
  EXPECT_EQ(log_in("a.worker", true, noon_, "another new one's"), "") << "so many together make every strange place wait";
  EXPECT_EQ(last_error_, static_cast<std::uint32_t>(v1::ERROR_CODE_LOGIN_LOCKED));
  open();
  EXPECT_NE(log_in("a.worker", true, noon_), "");
  EXPECT_NE(log_in("a.worker", true, noon_, "a new phone's"), "");
  EXPECT_EQ(log_in("a.worker", true, noon_ + minutes(1) - Milliseconds(1), "another new one's"), "") << "theirs did not end it";
  EXPECT_NE(log_in("a.worker", true, noon_ + minutes(1), "another new one's"), "");
  for (int i = 0; i < 6; ++i) log_in("a.worker", false, noon_);
  EXPECT_EQ(last_error_, static_cast<std::uint32_t>(v1::ERROR_CODE_LOGIN_LOCKED)) << "a known place is no leave to guess";
}

TEST_F(AccountsTest, WhereSomebodyLoggedInFromIsForgottenAndNeverTold) {
  ASSERT_TRUE(accounts_->set_password_hash("a.worker", "hash"));
  EXPECT_NE(log_in("a.worker", true, noon_, "203.0.113.7"), "");
  ASSERT_TRUE(accounts_->forget_old(noon_ + hours(24 * 31)));
  for (int i = 0; i < 101; ++i) log_in("a.worker", false, noon_ + hours(24 * 31), "one of many " + std::to_string(i));
  EXPECT_EQ(log_in("a.worker", true, noon_ + hours(24 * 31), "203.0.113.7"), "") << "it is a strange place again";
  accounts_.reset();
  std::ifstream file(path_, std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(file)), {});
  EXPECT_EQ(bytes.find("203.0.113.7"), std::string::npos);
}

TEST_F(AccountsTest, TriesAtTheSameTimeAreCountedBeforeTheyAreJudged) {
  ASSERT_TRUE(accounts_->set_password_hash("a.worker", "hash"));
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(accounts_->begin_login("a.worker", "here", noon_));
  EXPECT_EQ(accounts_->begin_login("a.worker", "here", noon_).error().code, static_cast<std::uint32_t>(v1::ERROR_CODE_LOGIN_LOCKED));
  EXPECT_EQ(accounts_->begin_login("a.worker", "here", noon_).error().detail, "60 s");
}

TEST_F(AccountsTest, ASessionEndsUnusedAndInAnyCase) {
  ASSERT_TRUE(accounts_->set_password_hash("a.worker", "hash"));
  const auto unused = log_in("a.worker", true, noon_), used = log_in("a.worker", true, noon_);
  EXPECT_TRUE(stands(unused, noon_ + hours(12)));
  EXPECT_FALSE(stands(unused, noon_ + hours(25)));
  Instant at = noon_;
  for (; at <= noon_ + hours(24 * 7); at += hours(11)) EXPECT_TRUE(stands(used, at));
  EXPECT_FALSE(stands(used, noon_ + hours(24 * 7) + minutes(1)));
  ASSERT_TRUE(accounts_->forget_old(at));
  EXPECT_FALSE(stands(used, noon_)) << "it is gone, whatever the clock says later";
}

TEST_F(AccountsTest, ANewPasswordALogoutAndARemovalEndSessions) {
  ASSERT_TRUE(accounts_->set_password_hash("a.worker", "hash"));
  ASSERT_TRUE(accounts_->set_password_hash("b.worker", "hash"));
  const auto one = log_in("a.worker", true, noon_), two = log_in("a.worker", true, noon_), b = log_in("b.worker", true, noon_);
  ASSERT_TRUE(accounts_->log_out(one));
  EXPECT_FALSE(stands(one, noon_));
  EXPECT_TRUE(stands(two, noon_));
  const auto under_way = accounts_->begin_login("a.worker", "here", noon_);
  ASSERT_TRUE(accounts_->set_password_hash("a.worker", "another"));
  EXPECT_FALSE(stands(two, noon_));
  EXPECT_FALSE(accounts_->end_login(*under_way, true, noon_)) << "it was the old password";
  EXPECT_TRUE(*accounts_->remove("a.worker"));
  EXPECT_FALSE(*accounts_->remove("a.worker"));
  EXPECT_EQ(log_in("a.worker", true, noon_), "");
  EXPECT_TRUE(stands(b, noon_));
  ASSERT_TRUE(accounts_->end_sessions_of("b.worker"));
  EXPECT_FALSE(stands(b, noon_));
}

TEST_F(AccountsTest, OneTooManyEndsThePersonsOldest) {
  options_.sessions_a_person = 2;
  open();
  ASSERT_TRUE(accounts_->set_password_hash("a.worker", "hash"));
  const auto first = log_in("a.worker", true, noon_), second = log_in("a.worker", true, noon_ + minutes(1)),
             third = log_in("a.worker", true, noon_ + minutes(2));
  EXPECT_FALSE(stands(first, noon_ + minutes(2)));
  EXPECT_TRUE(stands(second, noon_ + minutes(2)));
  EXPECT_TRUE(stands(third, noon_ + minutes(2)));
}

TEST_F(AccountsTest, AFileThatIsNoneIsSaidAndNotTouched) {
  const std::string other = folder_ + "/other";
  std::ofstream(other) << std::string(5'000, 'x');
  const auto opened = Accounts::open(other);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, static_cast<std::uint32_t>(v1::ERROR_CODE_STORE_FAILED));
  EXPECT_EQ(std::filesystem::file_size(other), 5'000u);
  EXPECT_FALSE(Accounts::open(folder_ + "/absent/accounts.sqlite"));
}

TEST(Token, IsLongAndNeverTheSame) {
  const auto one = random_token(), two = random_token();
  EXPECT_EQ(one.size(), 43u);
  EXPECT_NE(one, two);
  EXPECT_EQ(one.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"), std::string::npos);
  EXPECT_TRUE(same_token(one, one));
  EXPECT_FALSE(same_token(one, two));
  EXPECT_FALSE(same_token(one, one.substr(1)));
}

}  // namespace
}  // namespace huying::accounts
