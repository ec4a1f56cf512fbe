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
inline constexpr std::size_t milestones_max = 12;  // of a plan
inline constexpr std::size_t pauses_max = 64;      // of a case; then it is not shelved again
inline constexpr std::size_t publish_batch_max = 512;
static_assert(words_bytes_max * 4 < record_bytes_max);

// Commits.
inline constexpr std::size_t commit_events_max = 64;
inline constexpr std::size_t commit_sends_max = 16;
inline constexpr std::size_t commit_effects_max = 64;

// Sessions.
inline constexpr std::size_t sessions_max = 10'000;
inline constexpr std::size_t sessions_reserved = 256;         // of them for hosts and administrators
inline constexpr std::size_t sessions_a_principal_max = 4'000;
inline constexpr std::uint32_t publish_window = 4096;  // unanswered requests and actions of a session
inline constexpr std::size_t round_frames_max = 512;   // frames taken before a batch is sealed (facts.md: 64 halves the rate)
inline constexpr std::chrono::milliseconds heartbeat_interval{500};
inline constexpr std::chrono::milliseconds session_silence_max{3000};
inline constexpr std::chrono::milliseconds lease_ttl{3000};
inline constexpr std::chrono::milliseconds wake_promise_max{4000};
inline constexpr std::chrono::milliseconds wake_grace{2000};
inline constexpr std::chrono::milliseconds undecided_max{5000};
inline constexpr std::chrono::milliseconds takeover_max{10000};
// A cell in which causes wait is looked at so often. Its host may work and not come to them: after undecided_max the cell goes to
// another that has little to do, and not again for as long as it rests.
inline constexpr std::chrono::milliseconds waiting_look{1250}, slow_cell_rests{30'000};
inline constexpr std::size_t grants_a_tick = 2'000;  // x 20 ticks a second x about 60 bytes of frame
// A host that lost its leases by its own fault is passed over for the first of these, then for twice as long each time; a
// strike is forgotten after a while. Where nobody else has room it is asked all the same, after `last_resort`.
inline constexpr std::chrono::milliseconds host_wait_min{2000}, host_wait_max{60'000};
inline constexpr std::chrono::milliseconds strike_kept{60'000};
inline constexpr std::chrono::milliseconds host_last_resort{2000};
inline constexpr std::chrono::milliseconds host_settles{5000};  // steady for so long, then cells are moved to it
inline constexpr std::chrono::milliseconds cell_retry_min{1000}, cell_retry_max{8000};  // of a cell that fails on its hosts
inline constexpr std::uint32_t cell_failures_announced = 4;     // in a row
inline constexpr std::uint32_t suspect_times_max = 2;  // tried alone so often; the next unclean end sets it aside
inline constexpr std::uint32_t fold_times_max = 4;     // folded on trial so often; the next unclean end parks the cell
inline constexpr std::chrono::milliseconds attentive_gap{1000};  // longer between two rounds: the broker was away
// What was due before a host could fire it, after an outage: 200 firings a second are 400 events at most, of the 500 that a wall
// or a phone is built for; 67 cells with 1,500 overdue clocks are caught up in 8 s. The pause before lets a host fold what it was
// granted, so that the most severe of all its cells comes first.
inline constexpr std::uint32_t catch_up_a_second = 200;
inline constexpr std::chrono::milliseconds catch_up_settles{250};
// Less is what a system's clock is corrected by all day.
inline constexpr std::chrono::milliseconds clock_step_min{2000};
static_assert(cell_retry_max < takeover_max && session_silence_max + host_last_resort + heartbeat_interval * 2 < takeover_max);
static_assert(undecided_max + waiting_look * 3 < takeover_max);  // marked at the first look, judged at the last, moved within a second
static_assert(undecided_max + host_last_resort + cell_retry_min < takeover_max);
static_assert(heartbeat_interval * 4 < session_silence_max);
static_assert(wake_promise_max + wake_grace + lease_ttl < takeover_max);
static_assert(sessions_a_principal_max + sessions_reserved < sessions_max);

// Back-pressure: what one peer, and one round, can make the broker hold.
inline constexpr std::size_t router_frames_max = 1'024;       // in ZeroMQ's queue of one peer, each direction
inline constexpr std::size_t peer_backlog_bytes_max = 4 * MiB;  // behind that queue; beyond it the session is over
inline constexpr std::size_t round_said_bytes_max = 16 * MiB;   // then frames wait for the next round, subscribers read on from disk
inline constexpr std::size_t questions_a_session_max = 64;    // unanswered
inline constexpr std::size_t cells_asked_max = 2'000;         // for one list of the open cases of every cell
inline constexpr std::size_t lists_under_way_max = 32;        // of every cell: x 200 cases of some KiB
inline constexpr std::size_t causes_undecided_max = 500'000;  // accepted and not consumed; then requests are refused
inline constexpr std::size_t causes_reserved = 50'000;       // on top, for actions
inline constexpr std::chrono::milliseconds retry_busy{1'000};
inline constexpr std::chrono::milliseconds retry_disk{10'000};
inline constexpr std::chrono::milliseconds retry_sessions{5'000};
static_assert(round_said_bytes_max >= 2 * (batch_bytes_max + frame_bytes_max));

// Subscriptions.
inline constexpr std::size_t subscriptions_max = 8'192;       // connected or with a cursor
inline constexpr std::size_t subscriptions_a_session_max = 256;
inline constexpr std::size_t names_a_principal_max = 1'024;
inline constexpr std::size_t event_envelope_bytes = 48;       // what an event costs of the credit beside subject and event
// Credit at most, and events sent and not acknowledged at most: 16,384 x about 40 bytes of the broker's memory.
inline constexpr std::int64_t subscription_messages_max = 16'384;
inline constexpr std::int64_t subscription_bytes_max = 8 * MiB;
inline constexpr std::size_t read_bytes_a_turn = 64 * KiB;    // of a subscription behind the head
inline constexpr std::size_t read_bytes_a_round = 256 * KiB;  // of all of them, in turns
inline constexpr std::size_t subjects_max = 32;
inline constexpr std::size_t subject_bytes_max = 256;
inline constexpr std::size_t subject_tokens_max = 16;
inline constexpr std::chrono::milliseconds cursor_save_interval{1000};
static_assert(names_a_principal_max * 4 <= subscriptions_max && subscription_bytes_max >= 4 * std::int64_t{frame_bytes_max});
static_assert(read_bytes_a_turn <= read_bytes_a_round);

// Directory.
inline constexpr std::size_t geojson_bytes_max = 64 * MiB;
inline constexpr std::size_t csv_bytes_max = 16 * MiB;
inline constexpr std::size_t text_file_bytes_max = 1 * MiB;
inline constexpr std::size_t directory_files_bytes_max = geojson_bytes_max + 2 * csv_bytes_max + 3 * text_file_bytes_max;
inline constexpr std::size_t findings_max = 100;
inline constexpr std::size_t cells_max = 200'000;

// Disk.
inline constexpr std::size_t segment_bytes = 64 * MiB;
inline constexpr std::uint64_t free_bytes_first_watermark = 1024 * MiB;  // requests are refused below it
inline constexpr std::uint64_t free_bytes_second_watermark = 256 * MiB;  // commits and actions too
static_assert(free_bytes_second_watermark >= 2 * segment_bytes + batch_bytes_max);
// The journal's own last line, for when something else fills the disk between two looks.
inline constexpr std::uint64_t free_bytes_floor = free_bytes_second_watermark / 2;
static_assert(free_bytes_second_watermark - free_bytes_floor >= segment_bytes + batch_bytes_max);

}  // namespace huying::limits
