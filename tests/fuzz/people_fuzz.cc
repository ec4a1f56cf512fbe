// Any bytes as people.csv. What is accepted is people with posts, each by a code and clean words.
#include "base/check.h"
#include "broker/directory/people.h"
#include "tests/fuzz/findings_check.h"
#include "tests/fuzz/input.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace huying;
  fuzz::Input input(data, size);
  v1::Directory directory;
  directory.set_time_zone("Asia/Shanghai");
  directory::Findings findings;
  const auto posts = directory::read_people(input.rest(), directory, findings);
  HUYING_CHECK(!fuzz::check_findings(findings.take()) || size != 0, "an empty file names no columns");
  std::size_t posts_of_people = 0;
  for (const auto& person : directory.people()) {
    HUYING_CHECK(is_code(person.code(), limits::code_bytes_max) && is_clean_text(person.title()) && !person.title().empty());
    HUYING_CHECK(person.posts_size() > 0);
    for (const auto& leave : person.leave()) HUYING_CHECK(leave.from_ms() < leave.to_ms());
    posts_of_people += static_cast<std::size_t>(person.posts_size());
  }
  HUYING_CHECK(posts.size() == posts_of_people);
  for (const auto& post : posts) {
    const auto& held = directory.people(post.person).posts(post.post);
    HUYING_CHECK(held.role() != v1::ROLE_UNSPECIFIED && !held.place().empty() && is_clean_text(held.place()) && post.line > 1);
  }
  return 0;
}
