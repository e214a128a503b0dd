#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// Which versions of the protocol a program speaks, and how two programs of different age agree on one.
namespace aftercare::protocol {

/// History. A change that an older program would misread makes a new version; what it can carry along
/// (a kind of record, a field, a word, a reason: known.h) does not.
///
///   1  2026-11  The first: operations, push, pull, blobs, enrolment, receipts, sealed records. Pages tell
///               what the backup holds; a device comes back by its certificate after a restore.
inline constexpr std::uint32_t kVersion = 1;
/// The oldest that is still read. Recorded conversations of every version from here on lie in
/// tests/fixtures/wire and are replayed against this program.
inline constexpr std::uint32_t kVersionOldest = 1;

/// Said in both directions on every request: by a client all that it speaks, `2` or `1-2`; by the server the
/// one in which it answers. Bodies begin with the version of their own form; a client sends forms that the
/// server's last answer allowed, and before the first answer the oldest it knows.
inline constexpr const char* kVersionHeader = "Aftercare-Version";

struct Versions {
  std::uint32_t oldest = kVersionOldest;
  std::uint32_t newest = kVersion;
  bool operator==(const Versions&) const = default;
};
inline constexpr Versions kVersions{};

/// `2` or `1-2`; nothing when it is neither.
[[nodiscard]] std::optional<Versions> versions_of_text(std::string_view text);
[[nodiscard]] std::string to_text(const Versions& versions);

enum class Meeting {
  Understood,
  TooOld,  // they must be updated
  TooNew,  // we must be
};
struct Agreement {
  Meeting meeting = Meeting::Understood;
  std::uint32_t version = kVersion;  // the newest that both speak; ours when there is none
};
[[nodiscard]] Agreement agree(const Versions& ours, const Versions& theirs);

}  // namespace aftercare::protocol
