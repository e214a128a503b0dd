#include "tests/simulation/coverage.h"

#include "sync/protocol/decision.h"
#include "tests/simulation/disk.h"
#include "tests/simulation/network.h"

#include <fmt/format.h>

#include <algorithm>
#include <ranges>

namespace aftercare::simulation {
namespace {

constexpr std::array<std::string_view, 5> kMergeNames{"once", "latest", "office", "field", "state"};
constexpr std::array<std::string_view, protocol::kVerbLast + 1> kVerbNames{"",       "create", "change",
                                                                           "append", "delete", "seal"};

template <class Enum>
std::vector<std::string> names_of(std::size_t first, std::size_t end) {
  std::vector<std::string> names;
  for (auto i = first; i < end; ++i) names.emplace_back(name_of(static_cast<Enum>(i)));
  return names;
}

std::vector<std::string> all_kinds() {
  std::vector<std::string> kinds;
  for (std::uint8_t type = 1; type <= domain::kEntityTypeLast; ++type) {
    for (std::uint8_t verb = 1; verb <= protocol::kVerbLast; ++verb)
      kinds.push_back(kind_name(static_cast<domain::EntityType>(type), static_cast<protocol::Verb>(verb)));
  }
  return kinds;
}

std::vector<std::string> all_ends() {
  std::vector<std::string> ends{"accepted"};
  for (const auto merge : kMergeNames) ends.push_back(fmt::format("lost: {}", merge));
  for (const auto merge : kMergeNames) ends.push_back(fmt::format("replaced: {}", merge));
  for (std::uint8_t reason = 1; reason <= protocol::kReasonLast; ++reason)
    ends.push_back(
        fmt::format("set aside: {}", domain::name_of(static_cast<protocol::SetAsideReason>(reason))));
  ends.emplace_back(kTakenInLater);
  ends.emplace_back(kLeftOut);
  return ends;
}

/// "lost" of "lost: latest"; what was settled later was set aside first.
std::string ruling_of(std::string_view end) { return std::string{end.substr(0, end.find_first_of(":,"))}; }

std::vector<std::string> all_rulings() {
  std::set<std::string> rulings;
  for (const auto& end : all_ends()) rulings.insert(ruling_of(end));
  return {rulings.begin(), rulings.end()};
}

std::vector<std::string> all_faults() {
  std::vector<std::string> faults;
  for (const auto fault : kNetFaults) faults.emplace_back(name_of(fault));
  for (const auto& fault : names_of<DiskFault>(1, static_cast<std::size_t>(DiskFault::Count))) {
    faults.push_back(fault);
    faults.push_back(std::string{kAtTheServer} + fault);
  }
  return faults;
}

std::vector<std::string> all_steps() {
  auto steps = names_of<SyncStep>(0, static_cast<std::size_t>(SyncStep::Count));
  steps.emplace_back(kSaving);
  return steps;
}

bool fits(std::string_view pattern, std::string_view value) {
  const auto star = pattern.find('*');
  if (star == std::string_view::npos) return pattern == value;
  return value.size() + 1 >= pattern.size() && value.starts_with(pattern.substr(0, star)) &&
         value.ends_with(pattern.substr(star + 1));
}

bool is_impossible(const Cell& cell) {
  return std::ranges::any_of(impossible(), [&](const Impossible& one) {
    for (std::size_t axis = 0; axis < kAxisCount; ++axis) {
      const auto& pattern = one.patterns[axis];
      if (!pattern.empty() && (cell[axis].empty() || !fits(pattern, cell[axis]))) return false;
    }
    return true;
  });
}

/// A cell by the axes of a table alone.
Cell seen_by(const Table& table, const Cell& cell) {
  Cell part;
  for (const auto axis : table.axes)
    part[static_cast<std::size_t>(axis)] = cell[static_cast<std::size_t>(axis)];
  return part;
}

std::vector<Cell> all_cells(const Table& table) {
  std::vector<Cell> cells(1);
  for (const auto axis : table.axes) {
    std::vector<Cell> longer;
    for (const auto& cell : cells) {
      for (const auto& value : domain_of(axis)) {
        longer.push_back(cell);
        longer.back()[static_cast<std::size_t>(axis)] = value;
      }
    }
    cells = std::move(longer);
  }
  return cells;
}

}  // namespace

std::string kind_name(domain::EntityType type, protocol::Verb verb) {
  return fmt::format("{} {}", domain::table_of(type), kVerbNames[static_cast<std::size_t>(verb)]);
}

std::string name_of(domain::Merge merge) { return std::string{kMergeNames[static_cast<std::size_t>(merge)]}; }

const std::vector<std::string>& domain_of(Axis axis) {
  static const std::array<std::vector<std::string>, kAxisCount> kDomains{
      all_kinds(), all_ends(), all_rulings(), all_faults(), all_steps()};
  return kDomains[static_cast<std::size_t>(axis)];
}

const std::vector<Table>& tables() {
  using enum Axis;
  static const std::vector<Table> kTables{
      {"kind × end", {Kind, End}},       {"kind × fault", {Kind, Fault}},
      {"kind × step", {Kind, Step}},     {"ruling × fault", {Ruling, Fault}},
      {"ruling × step", {Ruling, Step}}, {"fault × step", {Fault, Step}}};
  return kTables;
}

void Coverage::note_trouble(const Hash& operation, std::string_view fault, std::string_view step) {
  troubles_[operation].emplace(fault, step);
}

void Coverage::note_end(const Hash& operation, std::string_view kind, std::string_view end) {
  const auto note = [&](std::string_view fault, std::string_view step) {
    ++cells_[{std::string{kind}, std::string{end}, ruling_of(end), std::string{fault}, std::string{step}}];
  };
  const auto found = troubles_.find(operation);
  if (found == troubles_.end()) return note(kNoFault, "");
  for (const auto& [fault, step] : found->second) note(fault, step);
}

void Coverage::add(const Coverage& other) {
  for (const auto& [cell, count] : other.cells_) cells_[cell] += count;
}

std::vector<Tally> tally(const Coverage& coverage) {
  std::vector<Tally> tallies;
  for (const auto& table : tables()) {
    std::set<Cell> seen;
    for (const auto& [cell, count] : coverage.cells()) seen.insert(seen_by(table, cell));
    Tally one{.table = table.name};
    for (const auto& cell : all_cells(table)) {
      ++one.cell_count;
      const bool is_full = seen.contains(cell);
      const bool cannot_be = is_impossible(cell);
      one.full_count += is_full ? 1 : 0;
      one.impossible_count += cannot_be ? 1 : 0;
      if (is_full && cannot_be) one.contradicted.push_back(cell);
      if (!is_full && !cannot_be) one.empty.push_back(cell);
    }
    tallies.push_back(std::move(one));
  }
  return tallies;
}

std::string to_text(const Cell& cell) {
  return fmt::format("{}", fmt::join(cell | std::views::transform([](const std::string& value) {
                                       return value.empty() ? std::string{"*"} : value;
                                     }),
                                     " | "));
}

}  // namespace aftercare::simulation
