#pragma once

#include "shared/base/bytes.h"
#include "shared/domain/entity.h"
#include "sync/protocol/operation.h"

#include <array>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

/// What the schedules have been through: which kind of operation came to which end (a merge rule, a reason to
/// set it aside) after which fault hit which step of the sync that carried it; and what of all that could be
/// they have not.
namespace aftercare::simulation {

enum class Axis : std::uint8_t {
  Kind,    // "photo create"
  End,     // "lost: latest", "set aside: sealed"
  Ruling,  // the end without its rule or reason: "lost"
  Fault,
  Step,
  Count
};
inline constexpr std::size_t kAxisCount = static_cast<std::size_t>(Axis::Count);

/// Everything that an axis has, from the enumerations of the program and of this simulation.
[[nodiscard]] const std::vector<std::string>& domain_of(Axis axis);

[[nodiscard]] std::string kind_name(domain::EntityType type, protocol::Verb verb);
[[nodiscard]] std::string name_of(domain::Merge merge);
inline constexpr std::string_view kAtTheServer = "server ";  // begins the name of a fault of its disk
inline constexpr std::string_view kSaving = "save";          // the step before any sync
inline constexpr std::string_view kNoFault = "none";
inline constexpr std::string_view kTakenInLater = "set aside, then taken in";
inline constexpr std::string_view kLeftOut = "set aside, then left out";

/// A value for each axis; empty where it does not matter.
using Cell = std::array<std::string, kAxisCount>;

class Coverage {
 public:
  /// The operation, or the word on it, was on its way while this happened to a sync.
  void note_trouble(const Hash& operation, std::string_view fault, std::string_view step);
  /// How it ended at the server: "accepted", "lost: latest", "set aside: sealed" …
  void note_end(const Hash& operation, std::string_view kind, std::string_view end);
  void add(const Coverage& other);

  [[nodiscard]] const std::map<Cell, std::uint64_t>& cells() const { return cells_; }

 private:
  std::map<Hash, std::set<std::pair<std::string, std::string>>> troubles_;
  std::map<Cell, std::uint64_t> cells_;
};

/// Cells that cannot be, and why. For each axis: nothing where it does not matter; else a pattern that the
/// cell's value fits, with at most one `*`.
struct Impossible {
  Cell patterns;
  std::string_view why;
};
[[nodiscard]] const std::vector<Impossible>& impossible();

/// One table that is to be full: all combinations of these axes.
struct Table {
  std::string_view name;
  std::vector<Axis> axes;
};
[[nodiscard]] const std::vector<Table>& tables();

struct Tally {
  std::string_view table;
  std::uint64_t cell_count = 0;
  std::uint64_t full_count = 0;
  std::uint64_t impossible_count = 0;
  std::vector<Cell> empty = {};         // and not listed as impossible
  std::vector<Cell> contradicted = {};  // listed as impossible, and yet it was
};
[[nodiscard]] std::vector<Tally> tally(const Coverage& coverage);
[[nodiscard]] std::string to_text(const Cell& cell);

}  // namespace aftercare::simulation
