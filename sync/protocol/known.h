#pragma once

#include "sync/protocol/decision.h"

/// What a program knows of the numbers on the wire. New ones are only ever added at the end, so the last of
/// each says it all. What is well-formed and not known is carried along, never guessed at.
namespace aftercare::protocol {

struct Known {
  std::uint8_t type_last = domain::kEntityTypeLast;
  std::uint8_t verb_last = kVerbLast;
  std::uint8_t ruling_last = kRulingLast;
  std::uint8_t reason_last = kReasonLast;
};

[[nodiscard]] inline bool is_known(const Header& header, const Known& known = {}) {
  return static_cast<std::uint8_t>(header.type) <= known.type_last &&
         static_cast<std::uint8_t>(header.verb) <= known.verb_last;
}
[[nodiscard]] inline bool is_known(Ruling ruling, const Known& known = {}) {
  return static_cast<std::uint8_t>(ruling) <= known.ruling_last;
}
[[nodiscard]] inline bool is_known(SetAsideReason reason, const Known& known = {}) {
  return static_cast<std::uint8_t>(reason) <= known.reason_last;
}

}  // namespace aftercare::protocol
