#pragma once

#include "shared/base/clock.h"

#include <chrono>
#include <cstdint>
#include <optional>

/// When a device may free the file of a photo that the server keeps for it, and what it still fetches when
/// its disk fills. What is recorded here (operations, photos, signatures) is never refused before the disk
/// itself refuses it. Pure, so that it can be read and tested as it stands. Operations are not let go of: a
/// year of a technician's journal is a few megabytes, and it is what an older backup is filled up from.
namespace aftercare::protocol {

struct LettingGo {
  std::chrono::days kept_for{30};                           // where backups are made: so long in any case
  std::chrono::days kept_without_backup{90};                // where none are made
  std::uint64_t low_byte_count = std::uint64_t{2} << 30;    // with less room than this, `kept_for` is waived
  std::uint64_t photo_byte_count = std::uint64_t{1} << 30;  // with less, others' photos stay at the server
  std::uint64_t small_byte_count = std::uint64_t{128} << 20;  // … and others' small blobs, too
  std::chrono::days unnamed_for{7};  // a file that no record and no draft came to name
  std::chrono::hours pause{24};      // between two looks, unless there is little room
};
inline constexpr LettingGo kLettingGo{};

/// What the device knows of one photo. Places and times are the server's, never the device's clock.
struct KeptPhoto {
  bool is_of_sealed_visit = false;        // of every visit that names it
  bool is_held = false;                   // the server said that it has it
  std::optional<std::uint64_t> held_seq;  // the end of the feed, as read after the server had it
  std::optional<Instant> held_at;         // the server's time then
};

/// What the device knows of the server.
struct Keeper {
  Instant now{};                               // by the newest root statement
  std::optional<std::uint64_t> backed_up_seq;  // nothing where no backups are made
};

/// Whether a blob of somebody else may be fetched with so much room on the disk.
[[nodiscard]] constexpr bool may_fetch(bool is_small, std::uint64_t free_byte_count,
                                       const LettingGo& rules = kLettingGo) {
  return free_byte_count >= (is_small ? rules.small_byte_count : rules.photo_byte_count);
}

/// A backup that reaches further than the feed did after the photo had arrived was begun after that, and so
/// holds the photo, too.
[[nodiscard]] constexpr bool may_let_go(const KeptPhoto& photo, const Keeper& keeper, bool is_room_low,
                                        const LettingGo& rules = kLettingGo) {
  if (!photo.is_of_sealed_visit || !photo.is_held || !photo.held_seq || !photo.held_at) return false;
  const auto age = keeper.now - *photo.held_at;
  if (!keeper.backed_up_seq) return age >= rules.kept_without_backup;
  if (*keeper.backed_up_seq <= *photo.held_seq) return false;
  return is_room_low || age >= rules.kept_for;
}

/// So many items of the feed that no backup holds a tablet keeps at most, for a server that is restored; the
/// oldest go first. About 30 MB.
inline constexpr std::uint64_t kTailItemCountMax = 20'000;

}  // namespace aftercare::protocol
