// A case's story as the pages show it (docs/api.md, Sentence): the events that the reader may read, in sentences of words/story,
// with the words of persons where the reader may see them. One thread, the gateway's.
#pragma once
#include <functional>
#include <memory>
#include <string>

#include "gateway/shell/directory_view.h"
#include "gateway/shell/router.h"
#include "huying/v1/session.pb.h"

namespace huying::gateway {

class Gateway;

struct Story {
  Json sentences;                          // oldest first
  std::string returned_from, better_cell;  // of its last return to the desk; empty: none, or none was named
};
void tell_story(Gateway& gateway, const std::string& person, const std::string& case_number,
                std::shared_ptr<const DirectoryView> directory, std::function<void(Result<Story>)> told);

// Which step's words are asked for, ?cell=&sequence=. FIELD_MISSING, FIELD_INVALID.
Result<void> fill_step(const Call& call, v1::Fetch& fetch);

}  // namespace huying::gateway
