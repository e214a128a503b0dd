#include "tests/simulation/disk.h"

#include "tests/simulation/disk_state.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <fstream>

namespace aftercare::simulation {
namespace {

constexpr std::uint64_t kSector = 512;

constexpr std::array<std::string_view, static_cast<std::size_t>(DiskFault::Count)> kFaultNames{
    "none", "power cut", "disk full", "disk error", "read error"};

/// Puts one write onto the file, or takes it back.
void put(const std::filesystem::path& path, std::uint64_t offset, const std::string& bytes) {
  std::fstream file{path, std::ios::binary | std::ios::in | std::ios::out};
  file.seekp(static_cast<std::streamoff>(offset));
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

void cut_to(const std::filesystem::path& path, std::uint64_t size) {
  std::error_code gone;
  if (std::filesystem::exists(path, gone)) std::filesystem::resize_file(path, size, gone);
}

/// A write as the disk may have it after the power was cut: some of its sectors.
void put_torn(const std::filesystem::path& path, const Change& change, Chance& chance) {
  for (std::uint64_t at = 0; at < change.bytes.size();) {
    const auto end =
        std::min<std::uint64_t>(change.bytes.size(), at + kSector - (change.offset + at) % kSector);
    if (chance.is_one_in(2)) put(path, change.offset + at, change.bytes.substr(at, end - at));
    at = end;
  }
}

void redo(const std::filesystem::path& path, const Change& change, Chance& chance) {
  const auto luck = chance.below(4);
  if (luck == 0) return;
  if (change.is_cut) {
    cut_to(path, change.size_after);
  } else if (luck == 1) {
    put_torn(path, change, chance);
  } else {
    put(path, change.offset, change.bytes);
  }
}

/// Each file: back to what was synced, then forward by what happened to reach the disk.
void settle_contents(Disk::State& state, Chance& chance) {
  for (auto& [inode, file] : state.files) {
    if (file.changes.empty()) continue;
    const auto& path = file.path;
    std::error_code gone;
    if (!std::filesystem::exists(path, gone)) continue;
    const bool keeps_all = chance.is_one_in(4);
    const bool keeps_none = !keeps_all && chance.is_one_in(3);
    if (keeps_all) continue;
    for (auto change = file.changes.rbegin(); change != file.changes.rend(); ++change) {
      if (!change->before.empty()) put(path, change->offset, change->before);
      cut_to(path, change->size_before);
    }
    if (keeps_none) continue;
    for (const auto& change : file.changes) redo(path, change, chance);
  }
}

void undo(Disk::State& state, const NameChange& change) {
  std::error_code ignored;
  switch (change.kind) {
    case NameChange::Kind::Made: std::filesystem::remove_all(change.path, ignored); break;
    case NameChange::Kind::Moved:
      std::filesystem::rename(change.path, change.from, ignored);
      state.rename_paths(change.path, change.from);
      if (!change.kept.empty()) std::filesystem::rename(change.kept, change.path, ignored);
      break;
    case NameChange::Kind::TakenAway: std::filesystem::rename(change.kept, change.path, ignored); break;
  }
}

void settle_names(Disk::State& state, Chance& chance) {
  const auto kept_count = chance.is_one_in(3) ? state.names.size() : chance.below(state.names.size() + 1);
  while (state.names.size() > kept_count) {
    // What was synced on its own account stays where it is.
    undo(state, state.names.back());
    state.names.pop_back();
  }
}

}  // namespace

std::string_view name_of(DiskFault fault) { return kFaultNames[static_cast<std::size_t>(fault)]; }

Disk::Disk(std::filesystem::path folder) : state_(std::make_unique<State>()) {
  std::filesystem::create_directories(folder);
  state_->folder = std::filesystem::canonical(folder);
  state_->limbo = state_->folder.parent_path() / (state_->folder.filename().string() + ".limbo");
  std::filesystem::create_directories(state_->limbo);
  watch(*state_);
}

Disk::~Disk() { unwatch(*state_); }

const std::filesystem::path& Disk::folder() const { return state_->folder; }

void Disk::plan(DiskFault fault, std::uint64_t after, std::uint64_t luck) {
  state_->plan = {.fault = fault, .left = after, .luck = luck, .has_happened = false};
}

bool Disk::take_back() {
  const bool happened = state_->plan.has_happened;
  state_->plan = {};
  return happened;
}

bool Disk::has_happened() const { return state_->plan.has_happened; }
DiskFault Disk::planned() const { return state_->plan.fault; }
bool Disk::is_down() const { return state_->is_down; }
void Disk::cut_power() { state_->is_down = true; }

void Disk::restart(Chance& chance) {
  assert(state_->open_count == 0 && "something is still open on a machine without power");
  if (state_->is_down) {
    settle_contents(*state_, chance);
    settle_names(*state_, chance);
  }
  sync_everything();
  std::error_code ignored;
  // Shared memory lives only as long as the machine runs.
  for (const auto& entry : std::filesystem::recursive_directory_iterator(state_->folder, ignored)) {
    if (entry.path().string().ends_with("-shm")) std::filesystem::remove(entry.path(), ignored);
  }
  state_->is_down = false;
  state_->plan = {};
}

void Disk::sync_everything() {
  state_->files.clear();
  state_->names.clear();
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(state_->limbo, ignored))
    std::filesystem::remove_all(entry.path(), ignored);
}

}  // namespace aftercare::simulation
