#include "shared/storage/framed_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace aftercare::storage {
namespace {

constexpr std::size_t kLengthBytes = 4;
constexpr std::size_t kTailBytes = kLengthBytes + sizeof(Hash);
constexpr std::size_t kChunkBytes = 1 << 20;

Error system_error(std::string_view what, const std::filesystem::path& path) {
  const int code = errno;
  if (code == ENOSPC || code == EDQUOT || code == EFBIG) {
    return {ErrorKind::Full,
            fmt::format("there is no room for {}: nothing was written; free some space there, "
                        "or choose another disk or stick",
                        path.string())};
  }
  return {code == ENOENT ? ErrorKind::NotFound : ErrorKind::Refused,
          fmt::format("{} {}: {}", what, path.string(), std::strerror(code))};
}

std::string length_text(std::size_t length) {
  std::string text;
  for (int shift = 24; shift >= 0; shift -= 8) text += static_cast<char>((length >> shift) & 0xff);
  return text;
}

Result<Bytes> read_at(int handle, std::uint64_t offset, std::size_t count,
                      const std::filesystem::path& path) {
  Bytes bytes(count, '\0');
  std::size_t size = 0;
  while (size < count) {
    const auto got = ::pread(handle, bytes.data() + size, count - size, static_cast<off_t>(offset + size));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_error("cannot read", path);
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  bytes.resize(size);
  return bytes;
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

/// On the disk for good under its own name, or still under its passing one.
Done give_name(int handle, const std::filesystem::path& temporary, const std::filesystem::path& path) {
  if (::fsync(handle) != 0) return system_error("cannot write", temporary);
  if (::rename(temporary.c_str(), path.c_str()) != 0) return system_error("cannot name", path);
  const auto folder = path.parent_path().empty() ? std::filesystem::path{"."} : path.parent_path();
  const int names = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool is_kept = names >= 0 && ::fsync(names) == 0;
  const auto failed = system_error("cannot write the folder", folder);
  if (names >= 0) ::close(names);
  return is_kept ? done() : Done{failed};
}

std::filesystem::path temporary_of(const std::filesystem::path& path) { return path.string() + ".new"; }

}  // namespace

// ---- Writing ----------------------------------------------------------------------------------------

FramedWriter::FramedWriter(std::filesystem::path path, int handle)
    : path_(std::move(path)), temporary_(temporary_of(path_)), handle_(handle) {}

FramedWriter::FramedWriter(FramedWriter&& other) noexcept
    : path_(std::move(other.path_)),
      temporary_(std::move(other.temporary_)),
      handle_(std::exchange(other.handle_, -1)),
      byte_count_(other.byte_count_),
      hash_(std::move(other.hash_)) {}

FramedWriter::~FramedWriter() {
  if (handle_ < 0) return;
  ::close(handle_);
  ::unlink(temporary_.c_str());
}

Result<FramedWriter> FramedWriter::create(const std::filesystem::path& path, std::string_view magic) {
  struct stat facts {};
  if (::lstat(path.c_str(), &facts) == 0) {
    return Error{
        ErrorKind::Refused,
        fmt::format("{} exists already: choose another name, nothing was overwritten", path.string())};
  }
  const auto temporary = temporary_of(path);
  const int handle = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (handle < 0) return system_error("cannot write", temporary);
  FramedWriter writer{path, handle};
  if (const auto begun = writer.write(magic); !begun) return begun.error();
  return writer;
}

Done FramedWriter::write(std::string_view bytes) {
  hash_.add(bytes);
  byte_count_ += bytes.size();
  return write_all(handle_, bytes, path_);
}

Done FramedWriter::add(std::string_view frame) {
  if (const auto begun = write(length_text(frame.size())); !begun) return begun;
  return write(frame);
}

Done FramedWriter::finish() {
  const auto hash = hash_.finish();
  byte_count_ += kTailBytes;
  if (auto ended = write_all(handle_, length_text(0) + std::string{view(hash)}, path_); !ended) return ended;
  if (auto named = give_name(handle_, temporary_, path_); !named) return named;
  ::close(std::exchange(handle_, -1));
  return done();
}

// ---- Reading ----------------------------------------------------------------------------------------

FramedFile::FramedFile(FramedFile&& other) noexcept
    : path_(std::move(other.path_)),
      handle_(std::exchange(other.handle_, -1)),
      byte_count_(other.byte_count_),
      end_(other.end_),
      frames_(std::move(other.frames_)) {}

FramedFile& FramedFile::operator=(FramedFile&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(handle_, other.handle_);
  std::swap(byte_count_, other.byte_count_);
  std::swap(end_, other.end_);
  std::swap(frames_, other.frames_);
  return *this;
}

FramedFile::~FramedFile() {
  if (handle_ >= 0) ::close(handle_);
}

Result<FramedFile> FramedFile::open(const std::filesystem::path& path, std::string_view magic,
                                    const FramedLimits& limits) {
  const int handle = ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);  // a pipe must not hold us
  if (handle < 0) return system_error("cannot open", path);
  FramedFile file{path, handle};
  struct stat facts {};
  if (::fstat(handle, &facts) != 0) return system_error("cannot read", path);
  const auto begin = S_ISREG(facts.st_mode) ? read_at(handle, 0, magic.size(), path) : Result<Bytes>{Bytes{}};
  if (!begin) return begin.error();
  if (begin.value() != magic)
    return Error{ErrorKind::Invalid,
                 fmt::format("{} is no such file: nothing was taken from it", path.string())};

  file.byte_count_ = static_cast<std::uint64_t>(facts.st_size);
  file.end_ = magic.size();
  while (file.frames_.size() < limits.frame_count_max) {
    const auto length = read_at(handle, file.end_, kLengthBytes, path);
    if (!length) return length.error();
    if (length.value().size() < kLengthBytes) break;
    std::size_t size = 0;
    for (const char byte : length.value()) size = size << 8 | static_cast<std::uint8_t>(byte);
    const auto at = file.end_ + kLengthBytes;
    if (size == 0 || size > limits.frame_byte_count_max || at + size > file.byte_count_) break;
    file.frames_.push_back({at, size});
    file.end_ = at + size;
  }
  return file;
}

Result<Bytes> FramedFile::read(std::size_t at) const {
  if (at >= frames_.size()) return Error{ErrorKind::NotFound, "the file has no such part"};
  auto bytes = read_at(handle_, frames_[at].at, frames_[at].size, path_);
  if (bytes && bytes.value().size() != frames_[at].size)
    return Error{ErrorKind::Corrupt, fmt::format("{} became shorter", path_.string())};
  return bytes;
}

Result<bool> FramedFile::is_whole() const {
  if (end_ + kTailBytes != byte_count_) return false;
  Sha256 hash;
  for (std::uint64_t at = 0; at < end_;) {
    const auto chunk = read_at(
        handle_, at, static_cast<std::size_t>(std::min<std::uint64_t>(kChunkBytes, end_ - at)), path_);
    if (!chunk) return chunk.error();
    if (chunk.value().empty()) return false;
    hash.add(chunk.value());
    at += chunk.value().size();
  }
  const auto tail = read_at(handle_, end_, kTailBytes, path_);
  if (!tail) return tail.error();
  return tail.value() == length_text(0) + std::string{view(hash.finish())};
}

Done copy_file_whole(const std::filesystem::path& from, const std::filesystem::path& to,
                     std::uint64_t room_byte_count) {
  std::error_code failed;
  const auto size = std::filesystem::file_size(from, failed);
  const auto room = failed ? std::filesystem::space_info{} : std::filesystem::space(to.parent_path(), failed);
  if (!failed && room.available < size + room_byte_count) {
    return Error{ErrorKind::Full,
                 fmt::format("this device has no room for the {} bytes of {}: nothing was written; free some "
                             "space, or use another device",
                             size, from.string())};
  }
  const int source = ::open(from.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  if (source < 0) return system_error("cannot open", from);
  const auto temporary = temporary_of(to);
  const int target = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  auto copied = target < 0 ? Done{system_error("cannot write", temporary)} : done();
  for (std::uint64_t at = 0; copied;) {
    const auto chunk = read_at(source, at, kChunkBytes, from);
    if (!chunk) copied = chunk.error();
    if (!chunk || chunk.value().empty()) break;
    copied = write_all(target, chunk.value(), temporary);
    at += chunk.value().size();
  }
  if (copied) copied = give_name(target, temporary, to);
  if (!copied) ::unlink(temporary.c_str());
  ::close(source);
  if (target >= 0) ::close(target);
  return copied;
}

}  // namespace aftercare::storage
