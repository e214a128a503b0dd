#pragma once

#include "sync/protocol/erasure.h"
#include "sync/server/accepting.h"

#include <map>
#include <string>
#include <vector>

namespace aftercare::server {

/// What an erasure did, to be told to whoever asked for it.
struct ErasureReport {
  std::size_t operation_count = 0;            // whose bodies were destroyed
  std::map<std::string, std::size_t> erased;  // by kind of record
  std::vector<Hash> blobs;                    // whose files must go
  std::string kept;                           // what stays, and why
};

/// Destroys a customer's personal data by law (F03): the bodies of every operation on records about
/// them, the personal columns, the decisions' lost values. Headers, hashes and sealed lists stay, so
/// that every chain and the remaining groups of a sealed record still verify. Written into the feed,
/// so that every device does the same. NotFound when nobody has this number.
[[nodiscard]] Result<ErasureReport> erase_customer(OrganisationStore& store, const UserId& by,
                                                   std::string_view number);

/// After a restore, what an erasure of before had destroyed stands there again: destroys it once more.
[[nodiscard]] Done erase_again(OrganisationStore& store, const std::vector<protocol::ErasedRecord>& records);

/// What may be kept of an edit whose writer had not heard that the record was erased: the same operation with
/// the personal and unknown fields taken out. Nothing when there is no reason to take anything out.
[[nodiscard]] Result<std::optional<PreparedOperation>> kept_of_late_edit(storage::Database& db,
                                                                         const PreparedOperation& operation);

}  // namespace aftercare::server
