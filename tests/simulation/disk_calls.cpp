#include "tests/simulation/disk_state.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdarg>
#include <unordered_map>

// The linker sends the calls of the program and of its static libraries here (--wrap); `__real_…` is the C
// library's.
extern "C" {
int __real_open(const char* path, int flags, mode_t mode);
int __real_open64(const char* path, int flags, mode_t mode);
int __real_close(int fd);
ssize_t __real_write(int fd, const void* bytes, size_t count);
ssize_t __real_pwrite(int fd, const void* bytes, size_t count, off_t offset);
ssize_t __real_pwrite64(int fd, const void* bytes, size_t count, off_t offset);
ssize_t __real_read(int fd, void* bytes, size_t count);
ssize_t __real_pread(int fd, void* bytes, size_t count, off_t offset);
ssize_t __real_pread64(int fd, void* bytes, size_t count, off_t offset);
int __real_ftruncate(int fd, off_t size);
int __real_ftruncate64(int fd, off_t size);
int __real_fsync(int fd);
int __real_fdatasync(int fd);
int __real_rename(const char* from, const char* to);
int __real_unlink(const char* path);
int __real_mkdir(const char* path, mode_t mode);
}

namespace aftercare::simulation {
namespace {

struct Open {
  Disk::State* state = nullptr;
  std::uint64_t inode = 0;
  std::filesystem::path path;
  bool is_folder = false;
};

std::vector<Disk::State*>& watched() {
  static std::vector<Disk::State*> states;
  return states;
}
std::unordered_map<int, Open>& open_files() {
  static std::unordered_map<int, Open> files;
  return files;
}

Disk::State* state_of(const std::filesystem::path& path) {
  const auto& text = path.native();
  if (text.ends_with("-shm")) return nullptr;  // memory under a file's name
  for (auto* state : watched()) {
    const auto& folder = state->folder.native();
    if (text.starts_with(folder) && (text.size() == folder.size() || text[folder.size()] == '/'))
      return state;
  }
  return nullptr;
}

Open* open_of(int fd) {
  const auto found = open_files().find(fd);
  return found == open_files().end() ? nullptr : &found->second;
}

int refuse(int code) {
  errno = code;
  return -1;
}

enum class Growth { No, Yes };

int checking_count = 0;

/// One call that changes the disk. An errno when it fails, 0 when it may be carried out.
int change_call(Disk::State& state, Growth growth) {
  if (state.is_down) return EIO;
  if (checking_count > 0) return 0;
  auto& plan = state.plan;
  switch (plan.fault) {
    case DiskFault::PowerCut:
    case DiskFault::IoError:
      if (plan.has_happened) return 0;
      if (plan.left > 0) {
        --plan.left;
        return 0;
      }
      plan.has_happened = true;
      state.is_down = plan.fault == DiskFault::PowerCut;
      return EIO;
    case DiskFault::Full:
      if (growth == Growth::No) return 0;
      if (plan.left > 0) {
        --plan.left;
        return 0;
      }
      plan.has_happened = true;
      if (plan.luck == 0) return 0;  // somebody made room
      --plan.luck;
      return ENOSPC;
    case DiskFault::ReadError:
    case DiskFault::Count:
    case DiskFault::None: break;
  }
  return 0;
}

int read_call(Disk::State& state) {
  if (state.is_down) return EIO;
  if (checking_count > 0) return 0;
  auto& plan = state.plan;
  if (plan.fault != DiskFault::ReadError || plan.has_happened) return 0;
  if (plan.left > 0) {
    --plan.left;
    return 0;
  }
  plan.has_happened = true;
  return EIO;
}

std::uint64_t size_of(int fd) {
  struct stat facts {};
  return ::fstat(fd, &facts) == 0 ? static_cast<std::uint64_t>(facts.st_size) : 0;
}

std::string bytes_at(int fd, std::uint64_t offset, std::uint64_t count) {
  std::string bytes(count, '\0');
  const auto got = __real_pread(fd, bytes.data(), count, static_cast<off_t>(offset));
  bytes.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
  return bytes;
}

/// Reading back needs a file that is open for reading; a blob's file is written once and never read
/// meanwhile.
Change change_of(int fd, std::uint64_t offset, std::string_view bytes) {
  const auto size = size_of(fd);
  Change change;
  change.offset = offset;
  change.bytes = bytes;
  change.size_before = size;
  change.size_after = std::max<std::uint64_t>(size, offset + bytes.size());
  if (offset < size)
    change.before = bytes_at(fd, offset, std::min<std::uint64_t>(bytes.size(), size - offset));
  return change;
}

void note(Open& file, Change change) {
  auto& known = file.state->files[file.inode];
  known.path = file.path;
  known.changes.push_back(std::move(change));
}

/// The call in which the power goes may have reached the disk in part: it is noted like one that was not
/// synced.
ssize_t write_at(int fd, Open& file, const void* bytes, size_t count, std::uint64_t offset) {
  auto change = change_of(fd, offset, {static_cast<const char*>(bytes), count});
  const auto growth = change.size_after > change.size_before ? Growth::Yes : Growth::No;
  const bool was_down = file.state->is_down;
  const int failed = change_call(*file.state, growth);
  const bool is_last = failed != 0 && !was_down && file.state->is_down;
  if (failed != 0 && !is_last) return refuse(failed);
  const auto written = __real_pwrite(fd, bytes, count, static_cast<off_t>(offset));
  note(file, std::move(change));
  return is_last ? refuse(failed) : written;
}

int cut(int fd, off_t size) {
  auto* file = open_of(fd);
  if (file == nullptr) return __real_ftruncate(fd, size);
  if (const int failed = change_call(*file->state, Growth::No)) return refuse(failed);
  const auto now = size_of(fd);
  const auto wanted = static_cast<std::uint64_t>(size);
  Change change;
  change.is_cut = true;
  change.offset = std::min(now, wanted);
  change.before = now > wanted ? bytes_at(fd, wanted, now - wanted) : std::string{};
  change.size_before = now;
  change.size_after = wanted;
  note(*file, std::move(change));
  return __real_ftruncate(fd, size);
}

void forget_kept(const NameChange& change) {
  std::error_code ignored;
  if (!change.kept.empty()) std::filesystem::remove_all(change.kept, ignored);
}

/// With the name a file was made under, what its folder went through before that is on the disk, too. SQLite
/// relies on it: it does not look whether the folder of a new log could be synced.
void keep_made_name(Disk::State& state, const std::filesystem::path& path) {
  const auto made = std::find_if(state.names.rbegin(), state.names.rend(), [&](const NameChange& change) {
    return change.kind == NameChange::Kind::Made && change.path == path;
  });
  if (made == state.names.rend()) return;
  const auto end = made.base();
  const auto kept = std::remove_if(state.names.begin(), end, [&](const NameChange& change) {
    if (change.path.parent_path() != path.parent_path()) return false;
    forget_kept(change);
    return true;
  });
  state.names.erase(kept, end);
}

int sync(int fd) {
  auto* file = open_of(fd);
  if (file == nullptr) return __real_fsync(fd);
  auto& state = *file->state;
  if (const int failed = change_call(state, Growth::No)) return refuse(failed);
  if (file->is_folder) {
    std::erase_if(state.names, [&](const NameChange& change) {
      if (change.path.parent_path() != file->path) return false;
      forget_kept(change);
      return true;
    });
  } else {
    state.files.erase(file->inode);
    keep_made_name(state, file->path);
  }
  return 0;  // nothing is ever synced for real: the machine does not lose its own power
}

std::filesystem::path keep_aside(Disk::State& state, const std::filesystem::path& path) {
  const auto kept = state.limbo / fmt::format("{}", ++state.kept_count);
  if (__real_rename(path.c_str(), kept.c_str()) == 0) state.rename_paths(path, kept);
  return kept;
}

template <class Real>
int open_file(const Real& real, const char* path, int flags, mode_t mode) {
  auto* state = state_of(path);
  if (state == nullptr) return real(path, flags, mode);
  if (state->is_down) return refuse(EIO);
  struct stat facts {};
  const bool was_there = ::stat(path, &facts) == 0;
  const bool is_made = (flags & O_CREAT) != 0 && !was_there;
  if (is_made) {
    if (const int failed = change_call(*state, Growth::Yes)) return refuse(failed);
  }
  // Written as an undo needs it: open for reading, too.
  if ((flags & O_ACCMODE) == O_WRONLY) flags = (flags & ~O_ACCMODE) | O_RDWR;
  const int fd = real(path, flags & ~O_TRUNC, mode);
  if (fd < 0) return fd;
  ::fstat(fd, &facts);
  open_files()[fd] = {state, facts.st_ino, path, S_ISDIR(facts.st_mode)};
  ++state->open_count;
  if (is_made) {
    state->files.erase(facts.st_ino);  // the number of a file that is gone
    state->names.push_back({.kind = NameChange::Kind::Made, .path = path});
  }
  if ((flags & O_TRUNC) != 0 && facts.st_size > 0 && cut(fd, 0) != 0) {
    ::close(fd);
    return refuse(EIO);
  }
  return fd;
}

}  // namespace

NoTrouble::NoTrouble() { ++checking_count; }
NoTrouble::~NoTrouble() { --checking_count; }

void watch(Disk::State& state) { watched().push_back(&state); }
void unwatch(Disk::State& state) { std::erase(watched(), &state); }

}  // namespace aftercare::simulation

using namespace aftercare::simulation;

extern "C" {

int __wrap_open(const char* path, int flags, ...) {
  va_list more;
  va_start(more, flags);
  const mode_t mode = (flags & O_CREAT) != 0 ? va_arg(more, mode_t) : 0;
  va_end(more);
  return open_file(__real_open, path, flags, mode);
}

int __wrap_open64(const char* path, int flags, ...) {
  va_list more;
  va_start(more, flags);
  const mode_t mode = (flags & O_CREAT) != 0 ? va_arg(more, mode_t) : 0;
  va_end(more);
  return open_file(__real_open64, path, flags, mode);
}

int __wrap_close(int fd) {
  if (auto* file = open_of(fd)) {
    --file->state->open_count;
    open_files().erase(fd);
  }
  return __real_close(fd);
}

ssize_t __wrap_write(int fd, const void* bytes, size_t count) {
  auto* file = open_of(fd);
  if (file == nullptr) return __real_write(fd, bytes, count);
  const auto offset = ::lseek(fd, 0, SEEK_CUR);
  const auto written = write_at(fd, *file, bytes, count, static_cast<std::uint64_t>(offset));
  if (written > 0) ::lseek(fd, offset + written, SEEK_SET);
  return written;
}

ssize_t __wrap_pwrite(int fd, const void* bytes, size_t count, off_t offset) {
  auto* file = open_of(fd);
  return file == nullptr ? __real_pwrite(fd, bytes, count, offset)
                         : write_at(fd, *file, bytes, count, static_cast<std::uint64_t>(offset));
}

ssize_t __wrap_pwrite64(int fd, const void* bytes, size_t count, off_t offset) {
  return __wrap_pwrite(fd, bytes, count, offset);
}

ssize_t __wrap_read(int fd, void* bytes, size_t count) {
  if (auto* file = open_of(fd)) {
    if (const int failed = read_call(*file->state)) return refuse(failed);
  }
  return __real_read(fd, bytes, count);
}

ssize_t __wrap_pread(int fd, void* bytes, size_t count, off_t offset) {
  if (auto* file = open_of(fd)) {
    if (const int failed = read_call(*file->state)) return refuse(failed);
  }
  return __real_pread(fd, bytes, count, offset);
}

ssize_t __wrap_pread64(int fd, void* bytes, size_t count, off_t offset) {
  return __wrap_pread(fd, bytes, count, offset);
}

int __wrap_ftruncate(int fd, off_t size) { return cut(fd, size); }
int __wrap_ftruncate64(int fd, off_t size) { return cut(fd, size); }
int __wrap_fsync(int fd) { return sync(fd); }
int __wrap_fdatasync(int fd) { return sync(fd); }

int __wrap_rename(const char* from, const char* to) {
  auto* state = state_of(to);
  if (state == nullptr) return __real_rename(from, to);
  if (const int failed = change_call(*state, Growth::No)) return refuse(failed);
  NameChange change{.kind = NameChange::Kind::Moved, .path = to, .from = from};
  struct stat facts {};
  if (::stat(to, &facts) == 0) change.kept = keep_aside(*state, to);
  if (__real_rename(from, to) != 0) return -1;
  state->rename_paths(from, to);
  state->names.push_back(std::move(change));
  return 0;
}

int __wrap_unlink(const char* path) {
  auto* state = state_of(path);
  if (state == nullptr) return __real_unlink(path);
  struct stat facts {};
  if (::stat(path, &facts) != 0) return -1;
  if (const int failed = change_call(*state, Growth::No)) return refuse(failed);
  const auto kept = keep_aside(*state, path);
  state->names.push_back({.kind = NameChange::Kind::TakenAway, .path = path, .from = {}, .kept = kept});
  return 0;
}

int __wrap_mkdir(const char* path, mode_t mode) {
  auto* state = state_of(path);
  if (state == nullptr) return __real_mkdir(path, mode);
  struct stat facts {};
  if (::stat(path, &facts) == 0) return refuse(EEXIST);
  if (const int failed = change_call(*state, Growth::Yes)) return refuse(failed);
  if (__real_mkdir(path, mode) != 0) return -1;
  state->names.push_back({.kind = NameChange::Kind::Made, .path = path});
  return 0;
}

}  // extern "C"
