#pragma once

#include "shared/storage/blob_files.h"
#include "sync/server/organisation_store.h"

namespace aftercare::server {

/// What a server found when it looked over everything it holds of one organisation.
struct Checked {
  std::uint64_t operation_count = 0;
  std::uint64_t lineage_count = 0;
  std::uint64_t sealed_count = 0;
  std::uint64_t blob_count = 0;
  std::uint64_t blob_awaited_count = 0;  // named by records, not handed in yet
  std::vector<Hash> damaged_blobs;       // whose bytes are not those of their name
  std::vector<std::string> complaints;   // in words, about everything else; empty when all is well
};

/// Follows the feed and its root from the first number to the last, every journal along its chain, every
/// seal and every photo. Changes nothing. An Error means that the check itself could not be made.
[[nodiscard]] Result<Checked> check_organisation(OrganisationStore& store, const storage::BlobFiles& blobs);

}  // namespace aftercare::server
