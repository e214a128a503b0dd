#pragma once

#include "shared/language/catalogue.h"
#include "tests/simulation/acts.h"
#include "tests/simulation/coverage.h"
#include "tests/simulation/schedule.h"

#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace aftercare::simulation {

/// Something that must never be, by the name of what it breaks.
struct Finding {
  std::string invariant;
  std::string what;
};

/// What one schedule did.
struct Outcome {
  std::optional<Finding> finding;
  std::uint64_t step_count = 0;
  std::map<std::string, std::uint64_t> faults;  // that happened, by kind
  std::map<std::string, std::uint64_t> checks;  // of each invariant
  std::uint64_t operation_count = 0;
  std::uint64_t call_count = 0;
  std::uint64_t restart_count = 0;
  Hash trace{};  // of everything that was said, in order
  std::vector<std::string> said;
  Coverage coverage;
};

struct WorldOptions {
  std::filesystem::path folder;      // emptied before and after
  std::filesystem::path new_device;  // as `prepare_device` made it
  const language::Catalogue* catalogue = nullptr;
  bool keeps_words = false;              // for a trace that people read
  std::set<std::string> unchecked = {};  // invariants that may break
};

/// Plays a schedule: furnishes a server and its devices, takes the steps, then lets the faults stop, brings
/// everybody together and checks what must hold at rest.
[[nodiscard]] Outcome play(const Schedule& schedule, const WorldOptions& options);

}  // namespace aftercare::simulation
