#pragma once

#include "sync/protocol/checksum.h"
#include "sync/protocol/enrolment_line.h"
#include "sync/protocol/limits.h"
#include "sync/protocol/message.h"
#include "sync/protocol/rescue_file.h"
#include "sync/protocol/snapshot.h"

#include <limits>
#include <optional>
#include <string>
#include <variant>
#include <vector>

/// What the sync engine needs from the disk and from the network. The engine sees nothing else, so
/// all of it runs in a test with neither.
namespace aftercare::sync {

using protocol::DeviceId;
using protocol::EpochId;
using protocol::Head;
using protocol::Operation;
using protocol::OrganisationId;

/// Who this device is, as enrolment left it.
struct Identity {
  OrganisationId organisation_id;
  std::string organisation_name;
  DeviceId device_id;
  SigningKey key;
  std::string prefix;  // of its short numbers
  domain::DeviceRole role = domain::DeviceRole::Tablet;
  std::optional<domain::UserId> user_id;  // who mostly carries it
  protocol::Signed certificate;
  PublicKey organisation_key{};
  Hash box_key{};
  protocol::EnrolmentLine line;  // host, port and pins; its code is spent
};

/// How far this device and the server agree.
struct Bookmark {
  EpochId epoch;
  Hash lineage{};
  Head head;                    // of our own journal
  std::uint64_t held_dseq = 0;  // the last operation that the server said it holds
  std::uint64_t backed_up_dseq = 0;
  std::uint64_t feed_seq = 0;   // the last feed item that is stored here
  Hash root{};                  // the server root at feed_seq, as computed here
  std::uint64_t scope_seq = 0;  // the last change of our scope that is stored here
};

/// A blob that a record names, on its way.
struct BlobTask {
  Hash sha256{};
  std::uint64_t byte_count = 0;
  bool is_small = false;  // signatures go first, in a lane of their own
};

/// Where the taking in of records as they stand goes on.
struct SnapshotPlace {
  std::optional<domain::CustomerId> customer_id;  // whose file; nothing for everything, on a new device
  std::optional<std::uint64_t> at;                // as the first page said
  std::string after;                              // what the page before gave as `next`
};

/// A piece of a blob, as the server sent it.
struct BlobPart {
  Bytes bytes;
  std::uint64_t byte_count = 0;  // of the whole blob
  bool is_cut = false;           // the connection ended in the middle; what came is good
};

/// A rescue file of another device that this one carries, and how far it is handed in.
struct CarriedRescue {
  Hash id{};
  std::uint64_t piece_count = 0;
  std::uint64_t next_piece = 1;     // the server has all before it
  std::uint64_t damaged_count = 0;  // pieces that the server could not read
  /// It was tried in vain when our feed stood here; it is of no use before the feed moves on.
  std::optional<std::uint64_t> waits_since_seq = std::nullopt;
};

/// The device's disk. Each call is one short transaction.
class Store {
 public:
  virtual ~Store() = default;
  virtual Result<std::optional<Identity>> identity() = 0;
  /// Saved once, with the key, before anything is recorded; a second enrolment is refused.
  virtual Done save_identity(const Identity& identity, const EpochId& epoch) = 0;

  virtual Result<Bookmark> bookmark() = 0;
  /// The operations after `dseq`, oldest first, within both limits (at least one, when there is one).
  virtual Result<std::vector<Operation>> operations_after(std::uint64_t dseq, std::size_t count_max,
                                                          std::size_t byte_count_max) = 0;
  /// The hash of our operation `dseq` (the genesis hash for 0), to compare with the server's.
  virtual Result<Hash> hash_at(std::uint64_t dseq) = 0;
  virtual Done note_receipt(const protocol::Receipt& receipt, const protocol::Signed& word,
                            const std::vector<protocol::PushAnswer::SetAside>& set_aside) = 0;
  /// The server holds less than it once said (it was restored), or asks to go on from elsewhere.
  virtual Done note_held(std::uint64_t dseq) = 0;
  /// A new epoch: the feed is read again from the start, our operations are offered again. Nothing
  /// that was recorded here is touched.
  virtual Done note_epoch(const EpochId& epoch) = 0;

  /// Stores a page and moves the feed position in one transaction. Refuses (Corrupt) a page whose
  /// root differs from the one it computes, and stores nothing of it.
  virtual Done apply_page(const protocol::PullAnswer& page, const protocol::RootStatement& statement) = 0;
  /// What is to be taken in as it stands before the feed is read on.
  virtual Result<std::optional<SnapshotPlace>> to_take_in() { return std::optional<SnapshotPlace>{}; }
  /// Stores a page together with the place behind it, in one transaction.
  virtual Done take_in(const SnapshotPlace& /*place*/, const protocol::SnapshotAnswer& /*page*/,
                       const protocol::RootStatement& /*statement*/) {
    return done();
  }
  /// The server offers no snapshot: the feed is read from its beginning.
  virtual Done note_no_snapshot() { return done(); }
  /// Makes some of what was taken in findable by its words; whether there is more to do.
  virtual Result<bool> index_some() { return false; }

  /// Over every record here as the server said it last. Nothing when they were compared not long ago
  /// (unless asked for now), or while files are entering or leaving.
  virtual Result<std::optional<protocol::Checksums>> checksums_to_compare(bool /*is_asked*/) {
    return std::optional<protocol::Checksums>{};
  }
  /// Brings the records of one range to what the server says stands there: all of its rows, read when the
  /// feed stood at `at` here. Returns how many were repaired.
  virtual Result<std::uint64_t> repair(const protocol::RecordRange& /*range*/,
                                       const std::vector<protocol::RecordRow>& /*rows*/,
                                       std::uint64_t /*at*/) {
    return std::uint64_t{0};
  }
  virtual Done note_compared() { return done(); }
  virtual Done note_server_time(Instant server_time, Instant here, std::int64_t monotonic_ms) = 0;

  /// Blobs that our held operations name and that the server has not confirmed, small ones first.
  virtual Result<std::vector<BlobTask>> blobs_to_send(std::size_t count_max) = 0;
  virtual Result<Bytes> read_blob(const Hash& sha256, std::uint64_t offset, std::size_t byte_count_max) = 0;
  virtual Done note_blob_held(const Hash& sha256) = 0;
  /// Blobs here of which the server said so long ago that it has them that it is asked again: its file may
  /// have been damaged since. None where nobody keeps count.
  virtual Result<std::vector<Hash>> blobs_to_ask_about(std::size_t /*count_max*/) {
    return std::vector<Hash>{};
  }
  /// The server's word about them: it has all but the missing, which are sent again.
  virtual Done note_blobs_asked(const std::vector<Hash>& /*asked*/, const std::vector<Hash>& /*missing*/) {
    return done();
  }
  /// Blobs that pulled records name and that are not here yet.
  virtual Result<std::vector<BlobTask>> blobs_to_fetch(std::size_t count_max) = 0;
  /// Checks the hash, encrypts, syncs and names the file, then notes it.
  virtual Done save_blob(const Hash& sha256, std::string_view bytes) = 0;
  /// How much of a blob that comes in parts is on the disk for good; 0 when none began.
  virtual Result<std::uint64_t> blob_part_offset(const Hash& sha256) = 0;
  /// Adds to it where it stands; says where it stands then.
  virtual Result<std::uint64_t> add_blob_part(const Hash& sha256, std::uint64_t offset,
                                              std::string_view bytes) = 0;
  /// All of it is here: as `save_blob`. Invalid or Corrupt when its bytes are others than its name promises;
  /// then nothing is left of it, and it begins anew.
  virtual Done finish_blob(const Hash& sha256) = 0;
  virtual Done drop_blob_part(const Hash& sha256) = 0;
  /// How much room the disk has; a lot, where nobody measures.
  virtual Result<std::uint64_t> free_byte_count() { return std::numeric_limits<std::uint64_t>::max(); }

  /// The server does not have it, either. Matters for one whose file here was damaged.
  virtual Done note_blob_absent(const Hash& /*sha256*/) { return done(); }

  /// What the server told about our place: set when it revoked us.
  virtual Done note_revoked() = 0;

  /// The newest signed words of epochs that a restore ended, until they were told. Kept by `note_epoch`.
  virtual Result<std::vector<protocol::LostWord>> lost_words() { return std::vector<protocol::LostWord>{}; }
  virtual Done note_lost_told() { return done(); }

  /// The next items of a feed that a restore cut off, as they were read here; none where no tail is kept.
  virtual Result<std::optional<protocol::LostItems>> tail_to_hand_back() {
    return std::optional<protocol::LostItems>{};
  }
  virtual Done note_handed_back(const protocol::LostItems& /*items*/, std::uint64_t /*through_seq*/) {
    return done();
  }

  /// After everything is settled: frees what the server keeps for us, by the rules of
  /// sync/protocol/letting_go.h, at most once a day.
  virtual Done let_go() { return done(); }

  /// What is held here only, for the office to see. Nothing where nobody counts.
  virtual Result<std::optional<protocol::Unsent>> unsent() { return std::optional<protocol::Unsent>{}; }

  /// The rescue files that are carried here; none where nobody carries any.
  virtual Result<std::vector<CarriedRescue>> rescues() { return std::vector<CarriedRescue>{}; }
  virtual Result<Bytes> rescue_head(const Hash& /*id*/) { return no_rescue(); }
  /// From 1 to `piece_count`.
  virtual Result<Bytes> rescue_piece(const Hash& /*id*/, std::uint64_t /*number*/) { return no_rescue(); }
  virtual Done note_rescue(const CarriedRescue& /*rescue*/) { return no_rescue(); }
  /// The server is done with it: our copy goes.
  virtual Done drop_rescue(const Hash& /*id*/) { return no_rescue(); }

 private:
  static Error no_rescue() { return {ErrorKind::NotFound, "no rescue file is carried here"}; }
};

/// The server says where it stands when a push does not fit.
struct Behind {
  EpochId epoch;
  Hash lineage{};
  Head head;
};
struct OtherEpoch {
  EpochId epoch;
};

struct PullQuery {
  EpochId epoch;
  Hash lineage{};
  std::uint64_t after = 0;
  std::chrono::seconds wait{0};
  std::uint64_t scope_seq = 0;
};

struct SnapshotQuery {
  EpochId epoch;
  SnapshotPlace place;
  std::optional<protocol::RecordRange> range = std::nullopt;  // of all that we may have, only these
};

struct ChecksumQuery {
  EpochId epoch;
  std::uint64_t at = 0;         // where we stand in the feed
  std::uint64_t scope_seq = 0;  // up to which we know our scope
};

/// What the network can tell about a failure, beyond its kind. Errors of `Server` carry in `kind`:
/// Offline (no word from *our* server, a captive portal's page included), SignIn, Busy (come back
/// after `retry_after`), Refused (this request can never succeed), NotFound (a blob that the server
/// does not have), Conflict (the parts of a blob did not add up; begin it again), Invalid (an answer
/// of ours that makes no sense), Newer (this program is too old).
class Server {
 public:
  virtual ~Server() = default;
  virtual Result<protocol::EnrolAnswer> enrol(const protocol::EnrolRequest& request) = 0;
  virtual Result<Bytes> challenge(const protocol::ChallengeRequest& request) = 0;
  virtual Result<protocol::TokenAnswer> token(const protocol::TokenRequest& request) = 0;
  /// The token for what follows.
  virtual void use_token(std::string token) = 0;

  virtual Result<std::variant<protocol::PushAnswer, Behind, OtherEpoch>> push(
      const protocol::PushRequest& request) = 0;
  virtual Result<std::variant<protocol::PullAnswer, OtherEpoch>> pull(const PullQuery& query) = 0;

  /// Records as they stand. NotFound when the server does not offer them.
  virtual Result<std::variant<protocol::SnapshotAnswer, OtherEpoch>> snapshot(
      const SnapshotQuery& /*query*/) {
    return Error{ErrorKind::NotFound, "this server offers no snapshot"};
  }
  /// Over what we should hold at this place. Conflict when the server stands elsewhere by now; NotFound
  /// when it does not offer them.
  virtual Result<std::variant<protocol::Checksums, OtherEpoch>> checksums(const ChecksumQuery& /*query*/) {
    return Error{ErrorKind::NotFound, "this server offers no checksums"};
  }

  virtual Result<std::vector<Hash>> missing_blobs(const std::vector<Hash>& hashes) = 0;
  /// How many bytes of it the server already has; nothing when it never heard of it.
  virtual Result<std::uint64_t> blob_offset(const Hash& sha256) = 0;
  /// Adds a part at `offset`; `is_last` asks the server to check the hash. Returns the new offset, or
  /// where the server wants to go on instead when it stands elsewhere. With `is_last` the end of the
  /// blob is returned only once the server has checked the hash.
  virtual Result<std::uint64_t> send_blob_part(const Hash& sha256, std::uint64_t offset,
                                               std::string_view part, bool is_last) = 0;
  /// Up to so many bytes from `offset`. Conflict when the server's blob ends before it.
  virtual Result<BlobPart> fetch_blob_part(const Hash& sha256, std::uint64_t offset,
                                           std::size_t byte_count_max) = 0;

  /// After a restore: what this device can show of the epoch that ended.
  virtual Done tell_lost(const std::vector<protocol::LostWord>& /*words*/) { return done(); }
  /// After a restore: what this device had read of the feed that ended.
  virtual Result<protocol::LostItemsAnswer> hand_back(const protocol::LostItems& /*items*/) {
    return Error{ErrorKind::NotFound, "this server takes nothing back"};
  }
  /// Tells what this device still holds. A server that does not ask for it is told nothing.
  virtual Done tell_unsent(const protocol::Unsent& /*unsent*/) { return done(); }

  /// Hands in a piece of a rescue file that we carry for another device.
  virtual Result<protocol::RescueAnswer> hand_in_rescue(const protocol::RescueRequest& /*request*/) {
    return Error{ErrorKind::NotFound, "this server takes no rescue files"};
  }

  /// How long the last refusal asked us to wait.
  [[nodiscard]] virtual std::optional<std::chrono::seconds> retry_after() const = 0;
  /// Whether the last call ended because somebody else stood at our server's address: nothing was
  /// sent, and the next network may lead to the right one.
  [[nodiscard]] virtual bool is_stranger() const { return false; }
};

}  // namespace aftercare::sync
