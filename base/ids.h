// Strong ids: a stream number is not a sequence.
#pragma once
#include <compare>
#include <cstdint>
#include <functional>

namespace huying {

template <class Tag, class Value>
struct StrongId {
  Value value{};
  constexpr StrongId() = default;
  constexpr explicit StrongId(Value v) : value(v) {}
  friend constexpr auto operator<=>(const StrongId&, const StrongId&) = default;
  template <typename H>
  friend H AbslHashValue(H h, const StrongId& id) {
    return H::combine(std::move(h), id.value);
  }
};

// A cell's number in its partition; 0 is the partition's own stream, 1 the desk. Assigned by the directory, never reused.
using StreamId = StrongId<struct StreamTag, std::uint32_t>;
// Counts every record of a stream, contiguous from 1.
using Sequence = StrongId<struct SequenceTag, std::uint64_t>;
// Where a record lies in a partition's journal; opaque to all but the journal, increasing, comparable in one partition.
using Position = StrongId<struct PositionTag, std::uint64_t>;
// A broker's claim on a partition; greater fences less.
using Term = StrongId<struct TermTag, std::uint32_t>;

inline constexpr StreamId partition_stream{0};
inline constexpr StreamId desk_stream{1};

// What fences a host on a cell.
struct EpochId {
  std::uint32_t term = 0;
  std::uint32_t grant = 0;
  friend constexpr auto operator<=>(const EpochId&, const EpochId&) = default;
};

}  // namespace huying

template <class Tag, class Value>
struct std::hash<huying::StrongId<Tag, Value>> {
  std::size_t operator()(const huying::StrongId<Tag, Value>& id) const noexcept { return std::hash<Value>{}(id.value); }
};
