#pragma once

#include "shared/domain/visit.h"
#include "shared/storage/blob_files.h"
#include "sync/server/organisation_store.h"

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <vector>

/// The live visit log (O01): which visits there are, newest first, without opening them.
namespace aftercare::office {

/// What the log is narrowed to; empty members narrow nothing.
struct VisitFilter {
  std::optional<Instant> from = {};   // started at or after
  std::optional<Instant> until = {};  // started before
  std::optional<domain::UserId> technician = {};
  std::optional<domain::VisitKind> kind = {};
  std::optional<domain::CustomerId> customer = {};
  std::optional<domain::VisitId> id = {};
  std::string state = {};  // open, signed, refused, absent
  std::string words = {};  // every one must begin a word of number, customer, asset or serial
};

/// One line of the log.
struct VisitLine {
  domain::VisitId id;
  std::string number;
  std::string kind;
  domain::CustomerId customer_id;
  std::string customer;
  std::string customer_number;
  std::string site;
  std::string asset;
  std::optional<domain::UserId> technician_id;
  std::string technician;
  Instant started_at{};
  std::string zone;
  std::string state;  // open, signed, refused, absent
  std::string seal;   // a SealState; empty while it is open
  std::int64_t photo_count = 0;
  std::int64_t price_minor = 0;
  std::string currency;                    // empty: no price
  std::optional<std::int64_t> stars = {};  // of the newest rating
  std::int64_t lost_count = 0;  // operations on the visit or its order that lost a merge, or made one lose
  std::optional<Instant> received_at = {};
  std::vector<Hash> missing_blobs = {};  // named by the visit, not here yet
};

struct VisitPage {
  std::vector<VisitLine> visits;        // newest first
  std::optional<domain::VisitId> next;  // ask again after this one; nothing at the end
  std::optional<std::int64_t> count;    // how many there are in all; only on the first page
};

inline constexpr std::size_t kVisitPageMax = 200;

/// NotFound when `after` is no visit.
[[nodiscard]] Result<VisitPage> list_visits(server::OrganisationStore& store, const storage::BlobFiles& blobs,
                                            const VisitFilter& filter,
                                            const std::optional<domain::VisitId>& after,
                                            std::size_t count_max);

[[nodiscard]] nlohmann::json to_json(const VisitLine& line);
[[nodiscard]] nlohmann::json to_json(const VisitPage& page);

}  // namespace aftercare::office
