#pragma once

#include <string>
#include <string_view>

namespace aftercare {

/// Text of strangers for a terminal: control characters other than line ends and tabs, and marks that turn
/// the direction of writing, become a visible sign, so that no name can clear a screen or forge a verdict.
[[nodiscard]] std::string printable(std::string_view text);

}  // namespace aftercare
