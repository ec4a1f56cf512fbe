#include "tests/sim/world.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/digest.h"

namespace huying::sim {
namespace {
constexpr std::size_t lines_kept = 60;
}  // namespace

std::uint64_t Dice::next() {
  std::uint64_t z = (state_ += 0x9e3779b97f4a7c15);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

Span Dice::between(Span least, Span most) {
  const auto width = static_cast<std::uint64_t>((most - least).count()) + 1;
  return least + Span{static_cast<std::int64_t>((*this)(width))};
}

void World::at(SteadyInstant when, std::function<void()> what) {
  things_.push_back({std::max(when, now_), put_down_++, std::move(what)});
  std::push_heap(things_.begin(), things_.end(), Later{});
}

bool World::step() {
  if (things_.empty()) return false;
  std::pop_heap(things_.begin(), things_.end(), Later{});
  const Thing next = std::move(things_.back());
  things_.pop_back();
  now_ = next.when;
  next.what();
  return true;
}

void World::note(std::string_view line) {
  const auto us = std::chrono::duration_cast<std::chrono::microseconds>(now_.time_since_epoch()).count();
  std::string text = fmt::format("{:>9}.{:06} {}", us / 1'000'000, us % 1'000'000, line);
  digest_ = chain_digest(digest_, text);
  ++lines_;
  last_lines_.push_back(std::move(text));
  if (last_lines_.size() > lines_kept) last_lines_.pop_front();
}

void World::note_bytes(std::string_view bytes) { digest_ = chain_digest(digest_, bytes); }

}  // namespace huying::sim
