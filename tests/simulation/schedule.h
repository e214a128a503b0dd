#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What happens in one simulated week, as data: made from a seed, told as text, cut short when it fails.
namespace aftercare::simulation {

enum class StepKind : std::uint8_t {
  Work,      // somebody at a device records something
  Office,    // somebody at the office does
  Sync,      // a device speaks with the server, under faults or not
  PowerCut,  // of a device, then its restart
  ServerPowerCut,
  ServerRestart,  // in order
  DiskTrouble,    // a device's disk fails at some call of the next step
  ServerDiskTrouble,
  ClockJump,  // somebody sets a device's clock wrong, or right again
  ServerClockJump,
  Pass,         // time goes by
  LateArrives,  // a request that its sender gave up
  Backup,
  Restore,
  Clone,    // a device's folder is copied to another machine
  OldDisk,  // a device goes on from an older image of its disk
  Image,    // of a device's disk, for that
  Revoke,
  Erase,
  NewDevice,  // a device is enrolled, and its first sync does not go well
  Scope,      // the office gives a device every customer, or those that its technician needs
  Count
};
[[nodiscard]] std::string_view name_of(StepKind kind);

struct Step {
  StepKind kind = StepKind::Pass;
  std::uint32_t who = 0;   // which device, modulo how many there are
  std::uint64_t luck = 0;  // everything else that is left to chance in it
};

struct Schedule {
  std::uint64_t seed = 0;
  std::uint32_t tablet_count = 1;
  bool has_kiosk = false;
  std::vector<Step> steps;
};

[[nodiscard]] Schedule make_schedule(std::uint64_t seed);
/// "12:sync/0/3f…", what `--steps` reads again.
[[nodiscard]] std::string to_text(const Schedule& schedule);
[[nodiscard]] std::optional<Schedule> schedule_of_text(std::string_view text);

}  // namespace aftercare::simulation
