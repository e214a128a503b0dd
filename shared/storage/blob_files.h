#pragma once

#include "shared/base/bytes.h"

#include <cstdint>
#include <filesystem>
#include <vector>

namespace aftercare::storage {

/// Photos, strokes and reports as encrypted files, on the device and at the server. A blob is named
/// by the SHA-256 of its plain bytes, so it is never changed and never there twice. After a crash at
/// any moment a blob is there whole or not at all.
///
/// At rest (`aa/` stands for the first two digits of the name):
///   aa/<name>      "ACB" 1, the secretstream header, then chunks of 64 KiB (libsodium secretstream,
///                  XChaCha20-Poly1305), the last one tagged as final; the name is bound to each
///   part/<name>    an upload or download that is under way: segments of [length, 4 bytes
///   little-endian][nonce,
///                  24 bytes][ciphertext], XChaCha20-Poly1305, bound to the name and to the place
///   new/           what was being written; emptied at open
///   damaged/<name> a file that no longer has the bytes that its name promises; kept until a good one stands
///   in
///                  its place
///
/// One process uses a folder (DataFolder sees to it); its threads may share one object.
class BlobFiles {
 public:
  /// Makes the folder where it is missing. Throws away what a crash left half written.
  static Result<BlobFiles> open(const std::filesystem::path& folder, const Hash& key);
  BlobFiles(BlobFiles&& other) noexcept = default;
  BlobFiles& operator=(BlobFiles&&) noexcept = default;
  ~BlobFiles();

  /// Invalid when the bytes have another hash. On the disk for good when it says so; Full leaves
  /// nothing behind. A blob that is there and good is kept, one that is damaged is replaced; what was put
  /// aside under its name goes then, and not before.
  [[nodiscard]] Done save(const Hash& sha256, std::string_view bytes);
  /// Up to `count_max` bytes from `offset`; fewer at the end, none behind it. NotFound when there is
  /// no such blob, Corrupt when its file cannot be trusted.
  [[nodiscard]] Result<Bytes> read(const Hash& sha256, std::uint64_t offset, std::size_t count_max) const;
  /// The whole blob, checked against its name. Refused when it is larger than `byte_count_max`.
  [[nodiscard]] Result<Bytes> read_all(const Hash& sha256, std::size_t byte_count_max) const;
  /// The same. A file that cannot be trusted is looked at twice (a disk may misread once) and then renamed
  /// out of the way, so that the blob counts as missing and can come again: Corrupt. It may be the only copy
  /// there is, and is never deleted for being damaged.
  [[nodiscard]] Result<Bytes> read_or_put_aside(const Hash& sha256, std::size_t byte_count_max);
  [[nodiscard]] bool has(const Hash& sha256) const;
  /// Of the plain bytes, as the file's length tells; only reading proves it.
  [[nodiscard]] Result<std::uint64_t> size(const Hash& sha256) const;
  /// Also takes away an upload of the blob, and what was put aside under its name. Done when there was none.
  [[nodiscard]] Done remove(const Hash& sha256);

  /// How many bytes of an upload are on the disk for good; 0 when none began. A segment that a crash
  /// tore is cut off first, so the answer is where the sender goes on.
  [[nodiscard]] Result<std::uint64_t> part_offset(const Hash& sha256);
  /// Adds bytes that begin at `offset` and says where the upload then stands. Conflict when it stands
  /// elsewhere (ask `part_offset`), Busy when another thread is adding to it.
  [[nodiscard]] Result<std::uint64_t> append_part(const Hash& sha256, std::uint64_t offset,
                                                  std::string_view bytes);
  /// Turns the upload into a blob. Invalid when its bytes have another hash or are more than
  /// `byte_count_max`, Corrupt when the disk changed them: then the upload is gone and starts anew.
  /// Done at once when the blob is already there.
  [[nodiscard]] Done finish_part(const Hash& sha256, std::size_t byte_count_max);
  /// Of what parts have come, whole or not.
  [[nodiscard]] Result<std::vector<Hash>> parts() const;
  /// For an upload that its sender gave up.
  [[nodiscard]] Done remove_part(const Hash& sha256);

 private:
  BlobFiles(std::filesystem::path folder, const Hash& key) : folder_(std::move(folder)), key_(key) {}
  [[nodiscard]] std::filesystem::path path_of(const Hash& sha256) const;
  [[nodiscard]] std::filesystem::path part_path_of(const Hash& sha256) const;
  [[nodiscard]] std::filesystem::path damaged_path_of(const Hash& sha256) const;
  [[nodiscard]] Done write_file(const Hash& sha256, std::string_view bytes);

  std::filesystem::path folder_;
  Hash key_{};
};

}  // namespace aftercare::storage
