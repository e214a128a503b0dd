#include "shared/storage/data_folder.h"

#include "shared/base/hash.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <optional>
#include <utility>

namespace aftercare::storage {
namespace {

class File {
 public:
  File(const std::filesystem::path& path, int flags)
      : handle_(::open(path.c_str(), flags | O_CLOEXEC, 0600)) {}
  ~File() {
    if (handle_ >= 0) ::close(handle_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  [[nodiscard]] int handle() const { return handle_; }
  [[nodiscard]] bool is_open() const { return handle_ >= 0; }

 private:
  int handle_;
};

Error system_error(std::string_view what, const std::filesystem::path& path) {
  const int code = errno;
  if (code == ENOSPC || code == EDQUOT)
    return {ErrorKind::Full, "the disk is full: nothing was written; free some space and try again"};
  return {code == ENOENT ? ErrorKind::NotFound : ErrorKind::Refused,
          fmt::format("{} {}: {}", what, path.string(), std::strerror(code))};
}

Done write_all(int handle, std::string_view bytes, const std::filesystem::path& path) {
  while (!bytes.empty()) {
    const auto written = ::write(handle, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return system_error("cannot write", path);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return done();
}

/// What tells the folder's key from another one, without telling the key.
Hash check_of(const Hash& key) { return sha256({"aftercare/key check/1", view(key)}); }

/// The key is made once. Where it is missing or another one, everything it locked stays as it is.
Done check_key(const std::filesystem::path& path, const std::optional<Hash>& key) {
  const auto check_path = std::filesystem::path{path.string() + ".check"};
  const auto check = read_file(check_path, 64);
  if (!check) {
    if (check.error().kind != ErrorKind::NotFound) return check.error();
    return key ? write_file_whole(check_path, view(check_of(*key))) : done();
  }
  if (key && check.value() == view(check_of(*key))) return done();
  return Error{ErrorKind::Refused,
               fmt::format("{} is {}: put back the copy of the key; without it the data here cannot be read. "
                           "Nothing was changed",
                           path.string(), key ? "not the key of this folder" : "missing")};
}

Result<Hash> load_or_make_key(const std::filesystem::path& path, Random& random) {
  struct stat facts {};
  if (::stat(path.c_str(), &facts) != 0) {
    if (errno != ENOENT) return system_error("cannot look at", path);
    if (const auto missing = check_key(path, std::nullopt); !missing) return missing.error();
  } else {
    if ((facts.st_mode & 077) != 0) {
      return Error{ErrorKind::Refused,
                   fmt::format("{} can be read by others: run chmod 600 on it", path.string())};
    }
    const auto bytes = read_file(path, 64);
    if (!bytes) return bytes.error();
    const auto key = hash_of_bytes(bytes.value());
    if (!key)
      return Error{
          ErrorKind::Corrupt,
          fmt::format("{} is damaged: put back the copy of the key; without it the data cannot be read",
                      path.string())};
    if (const auto checked = check_key(path, key.value()); !checked) return checked.error();
    return key.value();
  }
  Hash key{};
  random.fill(key);
  if (const auto written = write_file_whole(path, view(key)); !written) return written.error();
  if (const auto checked = check_key(path, key); !checked) return checked.error();
  return key;
}

}  // namespace

Result<DataFolder> DataFolder::open(const std::filesystem::path& path, Random& random) {
  ::umask(077);  // of the whole program: whatever it writes from here on is its user's alone
  std::error_code failed;
  const bool is_new = std::filesystem::create_directories(path, failed);
  if (failed)
    return Error{ErrorKind::Refused,
                 fmt::format("cannot make the folder {}: {}", path.string(), failed.message())};
  if (is_new) ::chmod(path.c_str(), 0700);

  const auto lock_path = path / "lock";
  const int lock = ::open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock < 0) return system_error("cannot use the folder: cannot open", lock_path);
  DataFolder folder{std::filesystem::absolute(path), lock};
  if (::flock(lock, LOCK_EX | LOCK_NB) != 0) {
    return Error{ErrorKind::Busy,
                 fmt::format("another Aftercare program is using {}: close it first, nothing was changed",
                             path.string())};
  }
  auto key = load_or_make_key(folder.path_ / "key", random);
  if (!key) return key.error();
  folder.key_ = key.value();
  return folder;
}

DataFolder::DataFolder(DataFolder&& other) noexcept
    : path_(std::move(other.path_)), lock_(std::exchange(other.lock_, -1)), key_(other.key_) {}

DataFolder::~DataFolder() {
  if (lock_ >= 0) ::close(lock_);
}

Done write_file_whole(const std::filesystem::path& path, std::string_view bytes) {
  const auto temporary = std::filesystem::path{path.string() + ".new"};
  {
    const File file{temporary, O_WRONLY | O_CREAT | O_TRUNC};
    if (!file.is_open()) return system_error("cannot write", temporary);
    auto written = write_all(file.handle(), bytes, temporary);
    if (written && ::fsync(file.handle()) != 0) written = system_error("cannot write", temporary);
    if (!written) {
      ::unlink(temporary.c_str());
      return written;
    }
  }
  if (::rename(temporary.c_str(), path.c_str()) != 0) {
    const auto failed = system_error("cannot name", path);
    ::unlink(temporary.c_str());
    return failed;
  }
  const File folder{path.parent_path().empty() ? "." : path.parent_path(), O_RDONLY | O_DIRECTORY};
  if (folder.is_open()) ::fsync(folder.handle());
  return done();
}

Result<Bytes> read_file(const std::filesystem::path& path, std::size_t byte_count_max) {
  const File file{path, O_RDONLY | O_NONBLOCK};  // a pipe that nobody writes to must not hold us
  if (!file.is_open()) return system_error("cannot open", path);
  struct stat facts {};
  if (::fstat(file.handle(), &facts) != 0) return system_error("cannot read", path);
  if (!S_ISREG(facts.st_mode)) return Error{ErrorKind::Invalid, fmt::format("{} is no file", path.string())};
  if (static_cast<std::uint64_t>(facts.st_size) > byte_count_max) {
    return Error{ErrorKind::Invalid, fmt::format("{} has {} bytes; at most {} are taken", path.string(),
                                                 facts.st_size, byte_count_max)};
  }
  Bytes bytes(static_cast<std::size_t>(facts.st_size), '\0');
  std::size_t size = 0;
  while (size < bytes.size()) {
    const auto count = ::read(file.handle(), bytes.data() + size, bytes.size() - size);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return system_error("cannot read", path);
    if (count == 0) break;
    size += static_cast<std::size_t>(count);
  }
  bytes.resize(size);
  return bytes;
}

}  // namespace aftercare::storage
