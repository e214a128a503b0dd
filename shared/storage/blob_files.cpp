#include "shared/storage/blob_files.h"

#include "shared/base/hash.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sodium.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <utility>
#include <vector>

namespace aftercare::storage {
namespace {

constexpr std::string_view kMagic{"ACB\x01", 4};
constexpr std::size_t kChunkBytes = 64 * 1024;
constexpr std::size_t kSealBytes = crypto_secretstream_xchacha20poly1305_ABYTES;
constexpr std::size_t kStreamHeaderBytes = crypto_secretstream_xchacha20poly1305_HEADERBYTES;
constexpr std::size_t kHeadBytes = kMagic.size() + kStreamHeaderBytes;

constexpr std::size_t kLengthBytes = 4;
constexpr std::size_t kNonceBytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kTagBytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr std::size_t kSegmentHeadBytes = kLengthBytes + kNonceBytes;
constexpr std::size_t kSegmentBytesMax = std::size_t{64} << 20;

const unsigned char* in(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}
unsigned char* out(Bytes& bytes) { return reinterpret_cast<unsigned char*>(bytes.data()); }

// ---- Files ------------------------------------------------------------------------------------------

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
  switch (code) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      return {ErrorKind::Full, "the disk is full: nothing was written; free some space and try again"};
    case ENOENT: return {ErrorKind::NotFound, fmt::format("{} {}: it is not there", what, path.string())};
    case EIO:
      return {ErrorKind::Corrupt,
              fmt::format("{} {}: the disk reports an error; copy the folder to another disk", what,
                          path.string())};
    default: return {ErrorKind::Refused, fmt::format("{} {}: {}", what, path.string(), std::strerror(code))};
  }
}

Error damaged(const std::filesystem::path& path) {
  return {ErrorKind::Corrupt,
          fmt::format("{} is damaged: put it back from a backup, or fetch it again from where it came",
                      path.string())};
}

Done write_all(const File& file, std::string_view bytes, const std::filesystem::path& path) {
  while (!bytes.empty()) {
    const auto written = ::write(file.handle(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return system_error("cannot write", path);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return done();
}

/// Up to `count` bytes from `offset`; fewer only at the end of the file.
Result<Bytes> read_at(const File& file, std::uint64_t offset, std::size_t count,
                      const std::filesystem::path& path) {
  Bytes bytes(count, '\0');
  std::size_t size = 0;
  while (size < count) {
    const auto got =
        ::pread(file.handle(), bytes.data() + size, count - size, static_cast<off_t>(offset + size));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_error("cannot read", path);
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  bytes.resize(size);
  return bytes;
}

Result<std::uint64_t> length_of(const File& file, const std::filesystem::path& path) {
  struct stat facts {};
  if (::fstat(file.handle(), &facts) != 0) return system_error("cannot read", path);
  return static_cast<std::uint64_t>(facts.st_size);
}

/// A new name, or a name that is gone, outlives a power cut only once its folder is on the disk.
Done keep_names(const std::filesystem::path& folder) {
  const File file{folder, O_RDONLY | O_DIRECTORY};
  if (!file.is_open() || ::fsync(file.handle()) != 0) return system_error("cannot write the folder", folder);
  return done();
}

Done make_folder(const std::filesystem::path& folder) {
  if (::mkdir(folder.c_str(), 0700) == 0) return keep_names(folder.parent_path());
  if (errno == EEXIST) return done();
  return system_error("cannot make the folder", folder);
}

Done remove_file(const std::filesystem::path& path) {
  if (::unlink(path.c_str()) == 0) return keep_names(path.parent_path());
  return errno == ENOENT ? done() : Done{system_error("cannot remove", path)};
}

// ---- Whole blobs ------------------------------------------------------------------------------------

Bytes seal(const Hash& key, const Hash& name, std::string_view bytes) {
  Bytes sealed{kMagic};
  sealed.resize(kHeadBytes);
  crypto_secretstream_xchacha20poly1305_state state;
  crypto_secretstream_xchacha20poly1305_init_push(&state, out(sealed) + kMagic.size(), key.data());
  sealed.reserve(kHeadBytes + bytes.size() + (bytes.size() / kChunkBytes + 1) * kSealBytes);
  bool is_last = false;
  while (!is_last) {
    const auto chunk = bytes.substr(0, kChunkBytes);
    bytes.remove_prefix(chunk.size());
    is_last = bytes.empty();
    const auto place = sealed.size();
    sealed.resize(place + chunk.size() + kSealBytes);
    crypto_secretstream_xchacha20poly1305_push(&state, out(sealed) + place, nullptr, in(chunk), chunk.size(),
                                               name.data(), name.size(),
                                               is_last ? crypto_secretstream_xchacha20poly1305_TAG_FINAL
                                                       : crypto_secretstream_xchacha20poly1305_TAG_MESSAGE);
  }
  sodium_memzero(&state, sizeof state);
  return sealed;
}

/// The plain size that a file of this length holds, were it in order.
std::optional<std::uint64_t> plain_size(std::uint64_t length) {
  if (length < kHeadBytes + kSealBytes) return std::nullopt;
  const auto body = length - kHeadBytes;
  const auto chunks = (body + kChunkBytes + kSealBytes - 1) / (kChunkBytes + kSealBytes);
  if (body < chunks * kSealBytes) return std::nullopt;
  return body - chunks * kSealBytes;
}

/// Takes a sealed file apart, chunk by chunk: the stream can only be read from its beginning.
class Unsealing {
 public:
  Unsealing(const Hash& key, const Hash& name, const std::filesystem::path& path)
      : key_(key), name_(name), path_(path), file_(path, O_RDONLY) {}
  ~Unsealing() { sodium_memzero(&state_, sizeof state_); }
  Unsealing(const Unsealing&) = delete;
  Unsealing& operator=(const Unsealing&) = delete;

  Done begin() {
    if (!file_.is_open()) return system_error("cannot read the photo or file", path_);
    const auto head = read_at(file_, 0, kHeadBytes, path_);
    if (!head) return head.error();
    const std::string_view bytes = head.value();
    if (bytes.size() != kHeadBytes || !bytes.starts_with(kMagic) ||
        crypto_secretstream_xchacha20poly1305_init_pull(&state_, in(bytes.substr(kMagic.size())),
                                                        key_.data()) != 0) {
      return damaged(path_);
    }
    return done();
  }

  [[nodiscard]] bool is_at_end() const { return is_final_; }

  Result<Bytes> next() {
    const auto sealed = read_at(file_, place_, kChunkBytes + kSealBytes, path_);
    if (!sealed) return sealed.error();
    const std::string_view bytes = sealed.value();
    if (bytes.size() < kSealBytes) return damaged(path_);
    place_ += bytes.size();
    Bytes plain(bytes.size() - kSealBytes, '\0');
    unsigned char tag = 0;
    if (crypto_secretstream_xchacha20poly1305_pull(&state_, out(plain), nullptr, &tag, in(bytes),
                                                   bytes.size(), name_.data(), name_.size()) != 0) {
      return damaged(path_);
    }
    is_final_ = tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL;
    if (is_final_) {
      const auto length = length_of(file_, path_);
      if (!length) return length.error();
      if (length.value() != place_) return damaged(path_);  // something was added behind the end
    }
    return plain;
  }

 private:
  const Hash& key_;
  const Hash& name_;
  const std::filesystem::path& path_;
  const File file_;
  std::uint64_t place_ = kHeadBytes;
  crypto_secretstream_xchacha20poly1305_state state_{};
  bool is_final_ = false;
};

// ---- Uploads under way ------------------------------------------------------------------------------

/// What a segment is bound to, so that one cannot stand in another's place or under another name.
Bytes place_of(const Hash& name, std::uint64_t offset) {
  Bytes place{view(name)};
  for (int i = 0; i < 8; ++i) place += static_cast<char>((offset >> (8 * i)) & 0xff);
  return place;
}

Bytes seal_segment(const Hash& key, const Hash& name, std::uint64_t offset, std::string_view bytes) {
  const auto size = bytes.size() + kTagBytes;
  Bytes segment(kSegmentHeadBytes + size, '\0');
  for (std::size_t i = 0; i < kLengthBytes; ++i) segment[i] = static_cast<char>((size >> (8 * i)) & 0xff);
  auto* nonce = out(segment) + kLengthBytes;
  randombytes_buf(nonce, kNonceBytes);
  const auto place = place_of(name, offset);
  crypto_aead_xchacha20poly1305_ietf_encrypt(out(segment) + kSegmentHeadBytes, nullptr, in(bytes),
                                             bytes.size(), in(place), place.size(), nullptr, nonce,
                                             key.data());
  return segment;
}

struct Segment {
  std::uint64_t at = 0;      // in the file, of its ciphertext
  std::size_t size = 0;      // of its ciphertext
  std::uint64_t offset = 0;  // of its plain bytes in the blob
  Bytes nonce;
  [[nodiscard]] std::uint64_t begin() const { return at - kSegmentHeadBytes; }
  [[nodiscard]] std::uint64_t end() const { return at + size; }
  [[nodiscard]] std::uint64_t offset_end() const { return offset + size - kTagBytes; }
};

/// The segments that stand whole in the file, by their lengths alone.
Result<std::vector<Segment>> segments_of(const File& file, const std::filesystem::path& path) {
  const auto length = length_of(file, path);
  if (!length) return length.error();
  std::vector<Segment> segments;
  std::uint64_t at = 0;
  std::uint64_t offset = 0;
  while (at + kSegmentHeadBytes <= length.value()) {
    const auto head = read_at(file, at, kSegmentHeadBytes, path);
    if (!head) return head.error();
    if (head.value().size() != kSegmentHeadBytes) break;
    std::size_t size = 0;
    for (std::size_t i = kLengthBytes; i-- > 0;)
      size = size << 8 | static_cast<std::uint8_t>(head.value()[i]);
    const Segment segment{at + kSegmentHeadBytes, size, offset, head.value().substr(kLengthBytes)};
    if (size <= kTagBytes || size > kSegmentBytesMax + kTagBytes || segment.end() > length.value()) break;
    at = segment.end();
    offset = segment.offset_end();
    segments.push_back(segment);
  }
  return segments;
}

/// Empty when the segment is not what was once written there.
Result<std::optional<Bytes>> open_segment(const File& file, const Segment& segment, const Hash& key,
                                          const Hash& name, const std::filesystem::path& path) {
  const auto sealed = read_at(file, segment.at, segment.size, path);
  if (!sealed) return sealed.error();
  if (sealed.value().size() != segment.size) return std::optional<Bytes>{};
  Bytes plain(segment.size - kTagBytes, '\0');
  const auto place = place_of(name, segment.offset);
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(out(plain), nullptr, nullptr, in(sealed.value()),
                                                 segment.size, in(place), place.size(), in(segment.nonce),
                                                 key.data()) != 0) {
    return std::optional<Bytes>{};
  }
  return std::optional<Bytes>{std::move(plain)};
}

/// Cuts off what a crash tore: an unfinished segment, or one whose length reached the disk before its
/// bytes did. Says where the upload stands.
Result<std::uint64_t> settle(const File& file, const Hash& key, const Hash& name,
                             const std::filesystem::path& path) {
  auto found = segments_of(file, path);
  if (!found) return found.error();
  auto& segments = found.value();
  while (!segments.empty()) {
    const auto plain = open_segment(file, segments.back(), key, name, path);
    if (!plain) return plain.error();
    if (plain.value()) break;
    segments.pop_back();
  }
  const auto end = segments.empty() ? 0 : segments.back().end();
  const auto length = length_of(file, path);
  if (!length) return length.error();
  if (length.value() != end &&
      (::ftruncate(file.handle(), static_cast<off_t>(end)) != 0 || ::fsync(file.handle()) != 0)) {
    return system_error("cannot write", path);
  }
  return segments.empty() ? 0 : segments.back().offset_end();
}

Done hold(const File& file, const std::filesystem::path& path) {
  if (::flock(file.handle(), LOCK_EX | LOCK_NB) == 0) return done();
  if (errno == EWOULDBLOCK)
    return Error{ErrorKind::Busy, "this file is being uploaded at this very moment: try again in a second"};
  return system_error("cannot use", path);
}

}  // namespace

BlobFiles::~BlobFiles() { sodium_memzero(key_.data(), key_.size()); }

std::filesystem::path BlobFiles::path_of(const Hash& sha256) const {
  const auto name = to_hex(sha256);
  return folder_ / name.substr(0, 2) / name;
}

std::filesystem::path BlobFiles::part_path_of(const Hash& sha256) const {
  return folder_ / "part" / to_hex(sha256);
}

std::filesystem::path BlobFiles::damaged_path_of(const Hash& sha256) const {
  return folder_ / "damaged" / to_hex(sha256);
}

Result<BlobFiles> BlobFiles::open(const std::filesystem::path& folder, const Hash& key) {
  if (sodium_init() < 0)
    return Error{ErrorKind::Refused, "the system gives no random numbers: nothing can be encrypted"};
  std::error_code failed;
  const auto path = std::filesystem::absolute(folder, failed);
  std::filesystem::create_directories(path.parent_path(), failed);
  if (failed)
    return Error{ErrorKind::Refused,
                 fmt::format("cannot make the folder {}: {}", path.parent_path().string(), failed.message())};
  for (const auto& part : {path, path / "part", path / "new", path / "damaged"}) {
    if (const auto made = make_folder(part); !made) return made.error();
  }
  for (const auto& leftover : std::filesystem::directory_iterator(path / "new", failed))
    ::unlink(leftover.path().c_str());
  if (failed)
    return Error{ErrorKind::Refused,
                 fmt::format("cannot read the folder {}: {}", path.string(), failed.message())};
  return BlobFiles{path, key};
}

Done BlobFiles::save(const Hash& sha256, std::string_view bytes) {
  if (aftercare::sha256(bytes) != sha256) {
    return Error{ErrorKind::Invalid, "the bytes are not those that their name promises: send them again"};
  }
  const bool is_there = has(sha256) && read_all(sha256, bytes.size());
  if (!is_there) {
    if (const auto written = write_file(sha256, bytes); !written) return written;
  }
  return remove_file(damaged_path_of(sha256));
}

Done BlobFiles::write_file(const Hash& sha256, std::string_view bytes) {
  const auto path = path_of(sha256);
  std::array<char, 8> random{};
  randombytes_buf(random.data(), random.size());
  const auto temporary = folder_ / "new" / (to_hex(sha256) + "." + to_hex({random.data(), random.size()}));
  const auto written = [&]() -> Done {
    const File file{temporary, O_WRONLY | O_CREAT | O_EXCL};
    if (!file.is_open()) return system_error("cannot write", temporary);
    if (auto all = write_all(file, seal(key_, sha256, bytes), temporary); !all) return all;
    if (::fsync(file.handle()) != 0) return system_error("cannot write", temporary);
    bool is_named = ::rename(temporary.c_str(), path.c_str()) == 0;
    if (!is_named && errno == ENOENT) {  // one of its folder's first
      if (const auto made = make_folder(path.parent_path()); !made) return made;
      is_named = ::rename(temporary.c_str(), path.c_str()) == 0;
    }
    return is_named ? keep_names(path.parent_path()) : Done{system_error("cannot name", path)};
  }();
  if (!written) ::unlink(temporary.c_str());
  return written;
}

Result<Bytes> BlobFiles::read(const Hash& sha256, std::uint64_t offset, std::size_t count_max) const {
  const auto path = path_of(sha256);
  Unsealing stream{key_, sha256, path};
  if (const auto begun = stream.begin(); !begun) return begun.error();
  Bytes bytes;
  std::uint64_t skip = offset;
  while (!stream.is_at_end() && bytes.size() < count_max) {
    const auto chunk = stream.next();
    if (!chunk) return chunk.error();
    const auto skipped = std::min<std::uint64_t>(skip, chunk.value().size());
    skip -= skipped;
    bytes.append(chunk.value(), skipped, count_max - bytes.size());
  }
  return bytes;
}

Result<Bytes> BlobFiles::read_all(const Hash& sha256, std::size_t byte_count_max) const {
  const auto expected = size(sha256);
  if (!expected) return expected.error();
  if (expected.value() > byte_count_max) {
    return Error{ErrorKind::Refused, fmt::format("the file has {} bytes; at most {} are taken here",
                                                 expected.value(), byte_count_max)};
  }
  auto bytes = read(sha256, 0, static_cast<std::size_t>(expected.value()) + 1);  // one more, to see the end
  if (!bytes) return bytes;
  if (aftercare::sha256(bytes.value()) != sha256) return damaged(path_of(sha256));
  return bytes;
}

Result<Bytes> BlobFiles::read_or_put_aside(const Hash& sha256, std::size_t byte_count_max) {
  auto bytes = read_all(sha256, byte_count_max);
  if (bytes || bytes.error().kind != ErrorKind::Corrupt) return bytes;
  bytes = read_all(sha256, byte_count_max);
  if (bytes || bytes.error().kind != ErrorKind::Corrupt) return bytes;
  const auto path = path_of(sha256);
  if (::rename(path.c_str(), damaged_path_of(sha256).c_str()) != 0 && errno != ENOENT)
    return system_error("cannot put aside", path);
  if (const auto kept = keep_names(folder_ / "damaged"); !kept) return kept.error();
  if (const auto kept = keep_names(path.parent_path()); !kept) return kept.error();
  return bytes;
}

bool BlobFiles::has(const Hash& sha256) const { return ::access(path_of(sha256).c_str(), F_OK) == 0; }

Result<std::uint64_t> BlobFiles::size(const Hash& sha256) const {
  const auto path = path_of(sha256);
  struct stat facts {};
  if (::stat(path.c_str(), &facts) != 0) return system_error("cannot read", path);
  const auto bytes = plain_size(static_cast<std::uint64_t>(facts.st_size));
  if (!bytes) return damaged(path);
  return *bytes;
}

Done BlobFiles::remove(const Hash& sha256) {
  if (const auto removed = remove_part(sha256); !removed) return removed;
  if (const auto removed = remove_file(damaged_path_of(sha256)); !removed) return removed;
  return remove_file(path_of(sha256));
}

Result<std::uint64_t> BlobFiles::part_offset(const Hash& sha256) {
  const auto path = part_path_of(sha256);
  const File file{path, O_RDWR};
  if (!file.is_open() && errno == ENOENT) return std::uint64_t{0};
  if (!file.is_open()) return system_error("cannot read", path);
  if (const auto held = hold(file, path); !held) return held.error();
  return settle(file, key_, sha256, path);
}

Result<std::uint64_t> BlobFiles::append_part(const Hash& sha256, std::uint64_t offset,
                                             std::string_view bytes) {
  if (bytes.size() > kSegmentBytesMax)
    return Error{ErrorKind::Invalid, "the part is too large: send it in smaller ones"};
  const auto path = part_path_of(sha256);
  const bool is_new = ::access(path.c_str(), F_OK) != 0;
  if (is_new && offset != 0)
    return Error{ErrorKind::Conflict, "no upload of this file is under way: begin at byte 0"};
  const File file{path, O_RDWR | O_APPEND | O_CREAT};
  if (!file.is_open()) return system_error("cannot write", path);
  if (const auto held = hold(file, path); !held) return held.error();
  if (is_new) {
    if (const auto kept = keep_names(path.parent_path()); !kept) return kept.error();
  }
  const auto stands = settle(file, key_, sha256, path);
  if (!stands) return stands;
  if (stands.value() != offset) {
    return Error{ErrorKind::Conflict, fmt::format("the upload stands at byte {}, not at {}: go on from there",
                                                  stands.value(), offset)};
  }
  if (bytes.empty()) return offset;

  const auto before = length_of(file, path);
  if (!before) return before.error();
  auto written = write_all(file, seal_segment(key_, sha256, offset, bytes), path);
  if (written && ::fsync(file.handle()) != 0) written = system_error("cannot write", path);
  if (!written) {
    // Should this fail too, the next call cuts the torn segment off.
    if (::ftruncate(file.handle(), static_cast<off_t>(before.value())) == 0) ::fsync(file.handle());
    return written.error();
  }
  return offset + bytes.size();
}

Done BlobFiles::finish_part(const Hash& sha256, std::size_t byte_count_max) {
  const auto path = part_path_of(sha256);
  const File file{path, O_RDWR};
  if (!file.is_open()) {
    if (errno != ENOENT) return system_error("cannot read", path);
    if (has(sha256)) return done();  // finished before, and the answer was lost
    return Error{ErrorKind::NotFound, "no upload of this file is under way: begin at byte 0"};
  }
  if (const auto held = hold(file, path); !held) return held;
  const auto refuse = [&](Error why) -> Done {
    if (const auto removed = remove_part(sha256); !removed) return removed;
    return why;
  };

  const auto stands = settle(file, key_, sha256, path);
  if (!stands) return stands.error();
  if (stands.value() > byte_count_max) {
    return refuse({ErrorKind::Invalid, fmt::format("the upload has {} bytes; at most {} are taken",
                                                   stands.value(), byte_count_max)});
  }
  const auto segments = segments_of(file, path);
  if (!segments) return segments.error();
  Bytes bytes;
  bytes.reserve(static_cast<std::size_t>(stands.value()));
  for (const auto& segment : segments.value()) {
    const auto plain = open_segment(file, segment, key_, sha256, path);
    if (!plain) return plain.error();
    if (!plain.value()) {
      return refuse(
          {ErrorKind::Corrupt,
           "the disk changed a part of this upload: it was thrown away; send the file again from the beginning"});
    }
    bytes += *plain.value();
  }
  if (aftercare::sha256(bytes) != sha256) {
    return refuse(
        {ErrorKind::Invalid,
         "the upload does not have the bytes that its name promises: it was thrown away; send the file again from the beginning"});
  }
  if (const auto saved = save(sha256, bytes); !saved) return saved;
  return remove_part(sha256);
}

Result<std::vector<Hash>> BlobFiles::parts() const {
  std::vector<Hash> names;
  std::error_code failed;
  for (const auto& entry : std::filesystem::directory_iterator(folder_ / "part", failed)) {
    const auto bytes = from_hex(entry.path().filename().string());
    const auto name = bytes ? hash_of_bytes(bytes.value()) : Result<Hash>{bytes.error()};
    if (name) names.push_back(name.value());
  }
  if (failed)
    return Error{ErrorKind::Refused,
                 fmt::format("cannot read the folder {}: {}", folder_.string(), failed.message())};
  return names;
}

Done BlobFiles::remove_part(const Hash& sha256) { return remove_file(part_path_of(sha256)); }

}  // namespace aftercare::storage
