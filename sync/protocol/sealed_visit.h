#pragma once

#include "shared/domain/ready_to_leave.h"
#include "sync/protocol/seal.h"
#include "sync/protocol/statement.h"

/// What is inside the groups of a sealed visit. The names and contents are part of the format: see
/// README.md.
namespace aftercare::protocol {

/// How the signature was drawn, beside the strokes themselves (a blob of their own).
struct StrokeFacts {
  domain::BlobRef blob;
  std::string digitiser;  // "finger", "pen", "mouse"
  std::int64_t width_px = 0;
  std::int64_t height_px = 0;
  std::int64_t stroke_count = 0;
};

/// Everything that is sealed, gathered at the moment of signing.
struct SealedVisit {
  domain::VisitFile file;
  domain::SignOff sign_off;
  domain::Customer customer;
  std::optional<domain::Site> site;
  std::optional<domain::Asset> asset;
  std::optional<domain::Product> product;
  std::string work_order_number;
  std::string technician_name;
  std::string summary;  // the exact text that was shown, in sign_off.language
  std::optional<StrokeFacts> strokes;
  domain::VisitEvent signing_moment;     // its three clocks; kind has no meaning here
  std::optional<Signed> root_statement;  // the newest that the device knew: "not before"
  std::string app_version;
  std::string device_prefix;
};

/// The groups, each with a fresh salt, in the order of the format.
[[nodiscard]] std::vector<Group> seal_groups(const SealedVisit& visit, Random& random);

/// What `verify` and lists tell about a record, read back from the groups that are there.
struct SealedFacts {
  std::string number;
  std::string kind;
  std::string outcome;
  std::optional<Instant> signed_at;
  std::optional<Signed> root_statement;
  std::vector<Hash> photos;
  std::optional<Hash> strokes;
  std::string summary;
  std::string summary_language;
};
/// Reads what it can; a group of another shape is left out.
[[nodiscard]] SealedFacts facts_of(const std::vector<Group>& groups);

}  // namespace aftercare::protocol
