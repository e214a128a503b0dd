#pragma once

#include "tests/simulation/chance.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

/// The disk of one simulated machine: a real folder, under the shipped file code and SQLite's own file layer.
/// The calls that change it are caught at the C library (disk_calls.cpp), so that power can be lost at each
/// of them.
///
/// What is not synced may be gone after a power cut: each write since the last sync of its file is kept,
/// dropped, or torn at a sector; names that were made, moved or taken away since the last sync of a folder
/// are kept up to some moment and undone after it, in the order of a journaling file system. A sync of a file
/// keeps the name that it was made under, as ext4, XFS and Btrfs do; a move needs its folder's.
namespace aftercare::simulation {

enum class DiskFault : std::uint8_t {
  None,
  PowerCut,   // in the n-th call from now on: that call and everything after it fails until the restart
  Full,       // from the n-th growing call on, for a number of calls
  IoError,    // the n-th call fails once
  ReadError,  // the n-th read fails once
  Count
};
[[nodiscard]] std::string_view name_of(DiskFault fault);

/// While one is there, what was planned waits: who only checks must not meet the trouble.
class NoTrouble {
 public:
  NoTrouble();
  ~NoTrouble();
  NoTrouble(const NoTrouble&) = delete;
  NoTrouble& operator=(const NoTrouble&) = delete;
};

class Disk {
 public:
  /// Takes care of everything below the folder from now on.
  explicit Disk(std::filesystem::path folder);
  ~Disk();
  Disk(const Disk&) = delete;
  Disk& operator=(const Disk&) = delete;

  [[nodiscard]] const std::filesystem::path& folder() const;

  /// `after` calls go well, the next one does not. Counts only calls of the fault's kind.
  void plan(DiskFault fault, std::uint64_t after, std::uint64_t luck);
  /// Takes back what was planned and has not happened. Says whether it had happened.
  bool take_back();
  [[nodiscard]] bool has_happened() const;
  [[nodiscard]] DiskFault planned() const;
  [[nodiscard]] bool is_down() const;
  void cut_power();
  /// What the machine finds when the power is back. Nothing may be open below the folder.
  void restart(Chance& chance);

  /// As if everything had been synced: where a story begins.
  void sync_everything();

  struct State;  // for disk_calls.cpp

 private:
  std::unique_ptr<State> state_;
};

}  // namespace aftercare::simulation
