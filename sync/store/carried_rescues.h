#pragma once

#include "shared/storage/database.h"
#include "shared/storage/framed_file.h"
#include "sync/engine/ports.h"

#include <filesystem>
#include <optional>

namespace aftercare::sync {

/// What a rescue file looks like to those who only carry it.
struct RescueFacts {
  Hash id{};
  protocol::DeviceId device_id;  // whose work it is
  std::string prefix;            // of that device
  Instant made_at{};
  std::uint64_t byte_count = 0;
  std::uint64_t piece_count = 0;
  bool is_whole = false;  // as it was written; else the pieces that can be read are handed on
};

/// The rescue files of other devices that this one carries to the server: sealed copies in a folder of their
/// own, named by their ids, and a row for each that says how far it is handed in. A copy goes only when the
/// server has said that it is done with it; one that a crash left without a row is carried on.
class CarriedRescues {
 public:
  CarriedRescues(storage::Database& db, std::filesystem::path folder) : db_(db), folder_(std::move(folder)) {}

  /// Copies the file here. The same file twice is one; a better copy takes the place of a damaged one.
  /// Invalid when it is no rescue file, Refused when it is of another organisation or of this very device,
  /// Full when there is no room for it.
  Result<RescueFacts> take(const std::filesystem::path& file, const Identity& identity);

  struct Carried {
    RescueFacts facts;
    std::uint64_t next_piece = 1;
    std::uint64_t damaged_count = 0;
    std::optional<std::uint64_t> waits_since_seq;
  };
  [[nodiscard]] Result<std::vector<Carried>> list();
  /// Takes up what lies in the folder without a row.
  Done adopt(const Identity& identity);

  [[nodiscard]] Result<Bytes> head_of(const Hash& id);
  [[nodiscard]] Result<Bytes> piece(const Hash& id, std::uint64_t number);
  [[nodiscard]] Done note(const CarriedRescue& rescue);
  [[nodiscard]] Done drop(const Hash& id);

 private:
  struct Open {
    Hash id{};
    storage::FramedFile file;
  };
  [[nodiscard]] std::filesystem::path path_of(const Hash& id) const { return folder_ / to_hex(id); }
  Result<storage::FramedFile*> open(const Hash& id);
  Done save(const RescueFacts& facts);

  storage::Database& db_;
  std::filesystem::path folder_;
  std::optional<Open> open_;  // the one that is being handed in
};

/// The limits of a rescue file's frames: its head, then its pieces.
[[nodiscard]] Result<storage::FramedFile> open_rescue_file(const std::filesystem::path& file);

}  // namespace aftercare::sync
