// A limit on everything from outside, each with its arithmetic, related by static_assert.
#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace huying::limits {

inline constexpr std::size_t KiB = 1024, MiB = 1024 * KiB;

// Wire and records.
inline constexpr std::size_t frame_bytes_max = 1 * MiB;
inline constexpr std::size_t record_bytes_max = 256 * KiB;
inline constexpr std::size_t batch_bytes_max = 4 * MiB;
inline constexpr std::size_t batch_records_max = 16384;
inline constexpr std::size_t configuration_part_bytes = 192 * KiB;
inline constexpr std::size_t upload_part_bytes = 512 * KiB;
static_assert(record_bytes_max * 2 <= frame_bytes_max, "a record fits into a frame with room for its envelope");
static_assert(configuration_part_bytes < record_bytes_max);
static_assert(upload_part_bytes * 2 <= frame_bytes_max);
static_assert(frame_bytes_max * 2 <= batch_bytes_max);

// Requests and actions.
inline constexpr std::size_t source_id_bytes_max = 128;
inline constexpr std::size_t action_id_bytes_max = 64;
inline constexpr std::size_t code_bytes_max = 64;
inline constexpr std::size_t street_bytes_max = 32;
inline constexpr std::size_t case_number_bytes_max = 32;
inline constexpr std::size_t address_bytes_max = 512;
inline constexpr std::size_t words_bytes_max = 8192;
inline constexpr std::size_t sealed_bytes_max = 12288;
inline constexpr std::size_t name_bytes_max = 128;
inline constexpr std::size_t telephone_bytes_max = 32;
inline constexpr std::size_t attachments_max = 9;
inline constexpr std::uint64_t attachment_bytes_max = 20 * MiB;
inline constexpr std::size_t targets_max = 16;
inline constexpr std::size_t publish_batch_max = 512;
static_assert(words_bytes_max * 4 < record_bytes_max);

// Commits.
inline constexpr std::size_t commit_events_max = 64;
inline constexpr std::size_t commit_sends_max = 16;
inline constexpr std::size_t commit_effects_max = 64;

// Sessions.
inline constexpr std::size_t sessions_max = 10'000;
inline constexpr std::uint32_t publish_window = 4096;  // unanswered requests and actions of a session
inline constexpr std::size_t round_frames_max = 512;   // frames taken before a batch is sealed (facts.md: 64 halves the rate)
inline constexpr std::chrono::milliseconds heartbeat_interval{500};
inline constexpr std::chrono::milliseconds session_silence_max{3000};
inline constexpr std::chrono::milliseconds lease_ttl{3000};
inline constexpr std::chrono::milliseconds wake_promise_max{4000};
inline constexpr std::chrono::milliseconds wake_grace{2000};
inline constexpr std::chrono::milliseconds undecided_max{5000};
inline constexpr std::chrono::milliseconds takeover_max{10000};
static_assert(heartbeat_interval * 4 < session_silence_max);
static_assert(wake_promise_max + wake_grace + lease_ttl < takeover_max);

// Subscriptions.
inline constexpr std::size_t subscriptions_max = 4096;
inline constexpr std::size_t subjects_max = 32;
inline constexpr std::size_t subject_bytes_max = 256;
inline constexpr std::size_t subject_tokens_max = 16;
inline constexpr std::chrono::milliseconds cursor_save_interval{1000};

// Directory.
inline constexpr std::size_t geojson_bytes_max = 64 * MiB;
inline constexpr std::size_t csv_bytes_max = 16 * MiB;
inline constexpr std::size_t text_file_bytes_max = 1 * MiB;
inline constexpr std::size_t directory_files_bytes_max = geojson_bytes_max + 2 * csv_bytes_max + 2 * text_file_bytes_max;
inline constexpr std::size_t findings_max = 100;
inline constexpr std::size_t cells_max = 200'000;

// Disk.
inline constexpr std::size_t segment_bytes = 64 * MiB;
inline constexpr std::uint64_t free_bytes_first_watermark = 1024 * MiB;  // requests are refused below it
inline constexpr std::uint64_t free_bytes_second_watermark = 256 * MiB;  // commits and actions too
static_assert(free_bytes_second_watermark >= 2 * segment_bytes + batch_bytes_max);

}  // namespace huying::limits
