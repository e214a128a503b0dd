#pragma once

#include "shared/base/bytes.h"
#include "shared/domain/field.h"

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <tuple>

namespace aftercare::simulation {

/// What the schedules have been through: which kind of operation came to which end (a merge rule, a reason to
/// set it aside) after which fault hit which step of the sync that carried it.
class Coverage {
 public:
  /// The operation was waiting at a device while this happened to its sync.
  void note_trouble(const Hash& operation, std::string_view fault, std::string_view step);
  /// How it ended at the server: "accepted", "lost: latest", "set aside: sealed" …
  void note_end(const Hash& operation, const std::string& kind, const std::string& rule);
  void add(const Coverage& other);

  using Cell = std::tuple<std::string, std::string, std::string, std::string>;  // kind, rule, fault, step
  [[nodiscard]] const std::map<Cell, std::uint64_t>& cells() const { return cells_; }

 private:
  std::map<Hash, std::set<std::pair<std::string, std::string>>> troubles_;
  std::map<Cell, std::uint64_t> cells_;
};

}  // namespace aftercare::simulation
