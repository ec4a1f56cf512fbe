// docs/errors.md is made from the catalogue: `huying errors --markdown > docs/errors.md`.
#include <gmock/gmock.h>

#include <fstream>
#include <sstream>

#include "programs/error_page.h"

namespace huying::programs {
namespace {

using testing::HasSubstr;

std::string text_of(const std::string& path) {
  std::ifstream in(path);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

TEST(ErrorsPage, in_docs_is_the_one_that_the_catalogue_gives) {
  EXPECT_EQ(text_of(HUYING_SOURCE_FOLDER "/docs/errors.md"), errors_page())
      << "make it anew: huying errors --markdown > docs/errors.md";
}

TEST(ErrorsPage, explains_a_number_with_its_name_and_remedy) {
  const auto text = error_explained(1006);
  ASSERT_TRUE(text.has_value());
  EXPECT_THAT(*text, HasSubstr("E1006 UNKNOWN_PRINCIPAL"));
  EXPECT_THAT(*text, HasSubstr("people.csv"));
}

TEST(ErrorsPage, does_not_explain_what_is_no_error) {
  EXPECT_FALSE(error_explained(0).has_value());
  EXPECT_FALSE(error_explained(9999).has_value());
}

}  // namespace
}  // namespace huying::programs
