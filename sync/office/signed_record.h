#pragma once

#include "shared/domain/rating.h"
#include "sync/server/house.h"

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <string_view>

/// What a customer may see with nothing but the code that the tablet showed at signing (K12).
namespace aftercare::office {

/// Which record a code is for.
struct SignedRecordName {
  domain::OrganisationId organisation_id;
  domain::SignOffId sign_off_id;
  domain::VisitId visit_id;
};

/// The record whose customer was given this secret (base64url, as the QR code has it); nothing when there is
/// none. Only the hash of a secret is ever kept or compared.
[[nodiscard]] Result<std::optional<SignedRecordName>> find_signed_record(server::House& house,
                                                                         std::string_view secret);

/// Exactly what was signed, in the customer's language, the check of its seal, and what they thought of it.
/// Nothing of anybody else, nothing that was not on the glass.
[[nodiscard]] Result<nlohmann::json> signed_record_json(server::OrganisationStore& store,
                                                        const SignedRecordName& name);

/// What the customer says afterwards, once: saying it again changes it.
struct CustomerRating {
  std::int64_t stars = 0;
  domain::RatingAnswer answer = domain::RatingAnswer::None;  // was the work finished?
  std::string comment = {};
};
/// In a write job.
[[nodiscard]] Done rate_signed_record(server::OrganisationStore& store, const SignedRecordName& name,
                                      const CustomerRating& said);

}  // namespace aftercare::office
