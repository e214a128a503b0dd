#pragma once

#include "shared/base/bytes.h"
#include "shared/base/random.h"

#include <filesystem>

namespace aftercare::storage {

/// The folder in which one program keeps everything: one process at a time, one key, a mode that
/// keeps others out.
class DataFolder {
 public:
  /// Opens or makes it, and holds it until destruction. Busy, in words, when another program holds
  /// it; Refused when the key file is open to others or has another size.
  static Result<DataFolder> open(const std::filesystem::path& path, Random& random);
  DataFolder(DataFolder&& other) noexcept;
  DataFolder& operator=(DataFolder&&) = delete;
  ~DataFolder();

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  /// The one key of this folder; every other key is derived from it. Kept in `key`, mode 0600.
  [[nodiscard]] const Hash& key() const { return key_; }

 private:
  DataFolder(std::filesystem::path path, int lock) : path_(std::move(path)), lock_(lock) {}
  std::filesystem::path path_;
  int lock_ = -1;
  Hash key_{};
};

/// Writes a small file so that after a crash either the old or the new one is there, whole: temporary
/// name, fsync, rename, fsync of the folder. Mode 0600.
[[nodiscard]] Done write_file_whole(const std::filesystem::path& path, std::string_view bytes);
/// Reads a file of at most `byte_count_max` bytes.
[[nodiscard]] Result<Bytes> read_file(const std::filesystem::path& path, std::size_t byte_count_max);

}  // namespace aftercare::storage
