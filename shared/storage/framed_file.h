#pragma once

#include "shared/base/bytes.h"
#include "shared/base/hash.h"

#include <cstdint>
#include <filesystem>
#include <vector>

/// A file of frames that travels by stick: written whole or not at all, read frame by frame, and whoever
/// carries it can tell that it arrived as it was written, without understanding a byte of it:
///
///   magic · then each frame as [length, 4 bytes big-endian][bytes] · four zero bytes · SHA-256 of all before
namespace aftercare::storage {

struct FramedLimits {
  std::size_t frame_byte_count_max = 0;
  std::size_t frame_count_max = 0;
};

/// Writes beside its name first (`NAME.new`), so that a full or pulled stick leaves nothing half.
class FramedWriter {
 public:
  /// Refused when there is something of this name: nothing is overwritten.
  static Result<FramedWriter> create(const std::filesystem::path& path, std::string_view magic);
  FramedWriter(FramedWriter&& other) noexcept;
  FramedWriter& operator=(FramedWriter&&) = delete;
  ~FramedWriter();  // what was not finished is taken away

  /// Full, in words, when the disk is.
  [[nodiscard]] Done add(std::string_view frame);
  /// On the disk for good, under its name, when it says so.
  [[nodiscard]] Done finish();
  [[nodiscard]] std::uint64_t byte_count() const { return byte_count_; }

 private:
  FramedWriter(std::filesystem::path path, int handle);
  [[nodiscard]] Done write(std::string_view bytes);

  std::filesystem::path path_;
  std::filesystem::path temporary_;
  int handle_ = -1;
  std::uint64_t byte_count_ = 0;
  Sha256 hash_;
};

/// Reads what may have been cut off or changed: the frames that stand whole in the file are there to be read.
class FramedFile {
 public:
  /// Invalid when it does not begin as such a file does.
  static Result<FramedFile> open(const std::filesystem::path& path, std::string_view magic,
                                 const FramedLimits& limits);
  FramedFile(FramedFile&& other) noexcept;
  FramedFile& operator=(FramedFile&& other) noexcept;
  ~FramedFile();

  [[nodiscard]] std::size_t count() const { return frames_.size(); }
  [[nodiscard]] std::uint64_t byte_count() const { return byte_count_; }
  [[nodiscard]] Result<Bytes> read(std::size_t at) const;
  /// Whether every byte is the one that was written. Reads all of it.
  [[nodiscard]] Result<bool> is_whole() const;

 private:
  struct Frame {
    std::uint64_t at = 0;
    std::size_t size = 0;
  };
  FramedFile(std::filesystem::path path, int handle) : path_(std::move(path)), handle_(handle) {}

  std::filesystem::path path_;
  int handle_ = -1;
  std::uint64_t byte_count_ = 0;
  std::uint64_t end_ = 0;  // of the last whole frame
  std::vector<Frame> frames_;
};

/// Copies a file of any size so that it is there whole or not at all; what had the name `to` is replaced.
/// Full when the disk has no room for it beside `room_byte_count`: then nothing is left of it.
[[nodiscard]] Done copy_file_whole(const std::filesystem::path& from, const std::filesystem::path& to,
                                   std::uint64_t room_byte_count);

}  // namespace aftercare::storage
