#include "tests/simulation/coverage.h"

namespace aftercare::simulation {

void Coverage::note_trouble(const Hash& operation, std::string_view fault, std::string_view step) {
  troubles_[operation].emplace(fault, step);
}

void Coverage::note_end(const Hash& operation, const std::string& kind, const std::string& rule) {
  const auto found = troubles_.find(operation);
  if (found == troubles_.end()) {
    ++cells_[{kind, rule, "none", "any"}];
    return;
  }
  for (const auto& [fault, step] : found->second) ++cells_[{kind, rule, fault, step}];
}

void Coverage::add(const Coverage& other) {
  for (const auto& [cell, count] : other.cells_) cells_[cell] += count;
}

}  // namespace aftercare::simulation
