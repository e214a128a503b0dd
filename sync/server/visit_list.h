#pragma once

#include "shared/storage/blob_files.h"
#include "sync/server/organisation_store.h"

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <vector>

namespace aftercare::server {

/// One line of the visit log: what the office sees of a visit without opening it.
struct VisitLine {
  domain::VisitId id;
  std::string number;
  std::string kind;
  std::string customer;
  std::string customer_number;
  std::string technician;
  Instant started_at{};
  std::string zone;
  std::string state;  // open, signed, refused, absent
  std::string seal;   // a SealState; empty while it is open
  std::int64_t photo_count = 0;
  std::vector<Hash> missing_blobs;  // named by the visit, not here yet
};

struct VisitPage {
  std::vector<VisitLine> visits;        // newest first
  std::optional<domain::VisitId> next;  // ask again after this one; nothing at the end
};

inline constexpr std::size_t kVisitPageMax = 200;

/// NotFound when `after` is no visit.
[[nodiscard]] Result<VisitPage> list_visits(OrganisationStore& store, const storage::BlobFiles& blobs,
                                            const std::optional<domain::VisitId>& after,
                                            std::size_t count_max);

[[nodiscard]] nlohmann::json to_json(const VisitLine& line);
[[nodiscard]] nlohmann::json to_json(const VisitPage& page);

/// Everything about one visit; nothing when there is none.
[[nodiscard]] Result<std::optional<nlohmann::json>> visit_detail(OrganisationStore& store,
                                                                 const storage::BlobFiles& blobs,
                                                                 const domain::VisitId& id);

}  // namespace aftercare::server
