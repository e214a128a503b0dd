#pragma once

#include "tests/simulation/disk.h"

#include <map>
#include <vector>

/// What a simulated disk knows about what is not synced. For disk.cpp and disk_calls.cpp only.
namespace aftercare::simulation {

/// One write, or one cut, that its file was not synced after.
struct Change {
  std::uint64_t offset = 0;
  std::string bytes;   // written
  std::string before;  // what stood there, as far as the file reached
  std::uint64_t size_before = 0;
  std::uint64_t size_after = 0;
  bool is_cut = false;
};

struct FileState {
  std::filesystem::path path;
  std::vector<Change> changes;
};

/// A name that its folder was not synced after.
struct NameChange {
  enum class Kind { Made, Moved, TakenAway };
  Kind kind = Kind::Made;
  std::filesystem::path path;
  std::filesystem::path from = {};  // of a move
  std::filesystem::path kept = {};  // what the name stood for before, out of sight
};

struct Disk::State {
  std::filesystem::path folder;
  std::filesystem::path limbo;
  struct Plan {
    DiskFault fault = DiskFault::None;
    std::uint64_t left = 0;
    std::uint64_t luck = 0;
    bool has_happened = false;
  };
  Plan plan;
  bool is_down = false;
  std::uint64_t kept_count = 0;
  int open_count = 0;
  std::map<std::uint64_t, FileState> files;  // by inode
  std::vector<NameChange> names;

  void rename_paths(const std::filesystem::path& from, const std::filesystem::path& to) {
    for (auto& [inode, file] : files) {
      if (file.path == from) file.path = to;
    }
  }
};

void watch(Disk::State& state);
void unwatch(Disk::State& state);

}  // namespace aftercare::simulation
