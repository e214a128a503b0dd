#pragma once

#include "sync/server/house.h"

#include <filesystem>
#include <map>
#include <string>

namespace aftercare::server {

struct BackupReport {
  std::size_t organisation_count = 0;
  std::size_t blob_count = 0;
  std::uint64_t byte_count = 0;
};

/// Writes everything that the folder holds but its key into one archive (POSIX tar), while the server
/// goes on: a snapshot of each organisation, its blobs, the certificates. All of it is encrypted, so the
/// archive is of use only to whoever also has the key. The file appears when it is whole and on the disk;
/// only then does the server tell devices what this backup holds (receipts, pages of the feed).
[[nodiscard]] Result<BackupReport> back_up(House& house, const std::filesystem::path& to);

struct RestoreReport {
  std::map<std::string, std::uint64_t> organisations;  // name, and how many operations its feed holds
  std::size_t damaged_blob_count = 0;                  // left out; devices that have them send them again
};

/// Makes a new data folder of an archive and the key. Every organisation gets a new epoch, by which
/// devices see that the server may have forgotten something and send it again. Refused when the folder
/// holds anything; a failure leaves no half of a server behind.
[[nodiscard]] Result<RestoreReport> restore(const std::filesystem::path& data,
                                            const std::filesystem::path& from,
                                            const std::filesystem::path& key_file, Clock& clock,
                                            Random& random);

}  // namespace aftercare::server
