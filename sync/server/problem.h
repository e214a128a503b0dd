#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace aftercare::server {

/// Everything that can stand in the way of a request. The name is the code that clients read in
/// `type: urn:aftercare:problem:<code>`; a released one never changes its meaning.
enum class Problem {
  BadRequest,
  NotSignedIn,
  TokenExpired,
  CodeNeeded,
  Forbidden,
  TotpNeeded,
  Revoked,
  NotFound,
  MethodNotAllowed,
  Behind,
  OtherEpoch,
  OffsetMismatch,
  Conflict,
  CodeUsed,
  CodeExpired,
  LengthRequired,
  TooLarge,
  UnsupportedMedia,
  Unreadable,
  WrongHash,
  TooOld,
  TooNew,
  TooMany,
  HeaderTooLarge,
  ServerError,
  Busy,
  DiskFull,
};

struct ProblemKind {
  Problem code;
  std::string_view name;  // snake_case, in the URN
  int status;
  std::string_view title;   // the same for every occurrence
  std::string_view advice;  // what the client, or who wrote it, can do
};

/// The one table, in the order of the enumeration. Answers and `/openapi.json` are made from it.
[[nodiscard]] std::span<const ProblemKind> problem_kinds();
[[nodiscard]] const ProblemKind& kind_of(Problem code);
[[nodiscard]] inline std::string_view name_of(Problem code) { return kind_of(code).name; }
[[nodiscard]] std::optional<Problem> problem_named(std::string_view name);

}  // namespace aftercare::server
