#pragma once

#include "sync/engine/ports.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <vector>

/// What goes into one run of the sync, and what comes out of it.
namespace aftercare::sync {

/// Who has to do something about a failure, and so how soon to try again.
enum class FailureClass {
  Network,    // nobody, or somebody else, answered: the next network will do
  SignIn,     // the server does not know this device (any more): people must act
  Operation,  // this one request fails however often it is made; the others go on
  Server,     // our server is busy, broken, or talks nonsense: later
  Device,     // the disk here is full, damaged, or in use by another program
};

struct Failure {
  FailureClass what = FailureClass::Network;
  Error error;
};

/// A token and how long it serves. The caller keeps it from run to run, so that a run with nothing to
/// do costs one round trip. Its life is counted on the clock that nobody sets.
struct Session {
  std::string token;
  std::string boot_id;
  std::int64_t good_until_ms = 0;  // monotonic
  bool is_revoked = false;
  std::optional<protocol::Unsent> told = std::nullopt;  // what the server knows that we hold
  /// What we had to hand back after a restore did not fit when our feed stood here.
  std::optional<std::uint64_t> unplaced_at_seq = std::nullopt;
};

/// A blob that could not be moved, and why. The others went on.
struct BlobTrouble {
  Hash sha256{};
  Error error;
};

/// A rescue file that could not be handed in now. It is kept.
struct RescueTrouble {
  Hash id{};
  Error error;
};

/// What one run did, so that somebody can be told in plain words.
struct RunReport {
  // What moved
  std::uint64_t operation_sent_count = 0;      // newly held by the server, by its signed word
  std::uint64_t operation_received_count = 0;  // of others, stored here
  std::uint64_t record_taken_in_count = 0;     // that came as they stand, not by the feed
  std::uint64_t record_repaired_count = 0;     // that differed from the server's, and do no more
  bool is_compared = false;                    // our records with the server's, by their checksums
  std::uint64_t feed_item_count = 0;           // of the feed, those out of our reach included
  std::vector<protocol::PushAnswer::SetAside> set_aside;
  std::uint64_t blob_sent_count = 0;
  std::uint64_t blob_sent_byte_count = 0;
  std::uint64_t blob_known_count = 0;  // the server already had them
  std::uint64_t blob_fetched_count = 0;
  std::uint64_t blob_fetched_byte_count = 0;
  bool is_room_low = false;                 // photos of others were left at the server for want of room here
  std::uint64_t blob_absent_count = 0;      // named by records, not handed in yet by whoever took them
  std::uint64_t blob_asked_back_count = 0;  // the server once had them and lost them; sent again
  std::vector<BlobTrouble> blob_troubles;
  std::uint64_t rescue_delivered_count = 0;  // files of other devices that the server is done with
  std::uint64_t rescue_operation_count = 0;  // that these files brought and nobody else had, in all
  std::uint64_t rescue_blob_count = 0;
  std::uint64_t rescue_damaged_count = 0;      // pieces that nobody can read any more
  std::vector<RescueTrouble> rescue_troubles;  // files that are kept for later, and why

  std::uint64_t item_handed_back_count = 0;  // of a feed that a restore cut off

  // What was found out
  std::optional<Behind> behind;      // the server held less than it once said, or something else
  std::optional<EpochId> new_epoch;  // the server was restored from a backup
  bool is_copy = false;              // another copy of this device's folder has written, too
  bool is_revoked = false;           // nothing was pulled; our work was handed in
  bool is_stopped = false;           // the caller asked for an early end

  // What is left
  std::uint64_t operation_waiting_count = 0;
  bool has_blobs_to_send = false;
  bool has_more_to_pull = false;
  bool is_settled = false;  // nothing of ours waits, and we read the feed to its end

  std::optional<Failure> failure;  // the first one; an `Operation` does not end the run
  std::optional<std::chrono::seconds> retry_after;
};

/// "3 of 7 visits, photo 12 of 40". A total is 0 where nobody knows it yet, or nothing of the kind is to
/// move.
struct Progress {
  enum class Stage { SigningIn, Sending, Receiving, SendingBlobs, FetchingBlobs, CarryingRescue };
  Stage stage = Stage::SigningIn;
  std::uint64_t done_count = 0;
  std::uint64_t total_count = 0;
  // Of what was recorded here, in this run: visits that the server has whole, photos included, and photos.
  std::uint64_t visit_done_count = 0;
  std::uint64_t visit_total_count = 0;
  std::uint64_t photo_done_count = 0;
  std::uint64_t photo_total_count = 0;
};

/// The bounds of one run. What is left over waits for the next one.
struct RunLimits {
  std::size_t push_operation_count_max = protocol::kLimits.push_operation_count_max;
  // The server counts the whole message; leave room for what encloses the operations.
  std::size_t push_byte_count_max = protocol::kLimits.push_byte_count_max - (32 << 10);
  std::size_t push_round_count_max = 1'000;
  std::size_t pull_page_count_max = 1'000;
  std::size_t behind_count_max = 4;
  std::size_t epoch_count_max = 2;
  std::size_t blob_question_count_max = protocol::kLimits.blob_question_count_max;
  std::size_t blob_part_byte_count_max = 1 << 20;  // what a bad connection has to say twice
  std::size_t blob_fetch_part_byte_count_max = 1 << 20;
  std::size_t blob_byte_count_max = protocol::kLimits.blob_byte_count_max;
  std::size_t blob_resume_count_max = 4;  // how often one blob may go on from elsewhere
  std::size_t blob_send_count_max = 5'000;
  std::size_t blob_fetch_count_max = 5'000;
  std::size_t blob_ask_again_count_max = 2'000;
  std::size_t rescue_resume_count_max =
      4;  // how often the server may ask for earlier parts of blobs of one file
  std::chrono::seconds token_margin{30};  // a token that is about to end is not begun with
};

struct RunOptions {
  RunLimits limits{};
  std::chrono::seconds wait{0};  // how long the server may hold back an empty answer (long poll)
  bool compares_now = false;     // compare our records with the server's, however long ago that was done last
  std::function<void(const Progress&)> on_progress = {};
  std::stop_token stop = {};  // looked at between calls
};

}  // namespace aftercare::sync
