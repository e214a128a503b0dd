#pragma once

#include "shared/domain/ready_to_leave.h"
#include "shared/language/catalogue.h"
#include "sync/protocol/sealed_visit.h"
#include "sync/store/device_store.h"

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// The steps of a visit, each by the rules of shared/domain and into the journal: what a tap on a screen
/// and a line of a record file come to. All take part in the transaction of the journal they are given.
namespace aftercare::work {

using sync::Journal;

/// What a visit starts from. With a work order, what is left out is taken from it.
struct VisitStart {
  std::optional<domain::WorkOrder> work_order;
  domain::CustomerId customer_id;
  std::optional<domain::SiteId> site_id;
  std::optional<domain::AssetId> asset_id;
  domain::VisitKind kind = domain::VisitKind::Repair;
  domain::UserId technician_id;
  std::optional<domain::FormId> form_id;
  std::string language;
  std::string reason;
  Instant started_at{};
  std::string zone;
};

[[nodiscard]] Result<domain::Visit> start_visit(Journal& journal, const VisitStart& start);

/// Refused when the clock cannot say this next; see domain::can_follow.
[[nodiscard]] Done add_event(Journal& journal, const domain::VisitId& visit_id, domain::VisitEvent event);
/// Empties an answer that was given by mistake; its history stays. Nothing happens where there is none.
[[nodiscard]] Done take_back_answer(Journal& journal, const domain::VisitId& visit_id,
                                    const std::string& question);
/// Sets or replaces the answer. Refused when the form has no such question or the value another shape.
[[nodiscard]] Done set_answer(Journal& journal, const domain::VisitId& visit_id,
                              const domain::FormDefinition& form, const std::string& question,
                              const std::string& value);
/// The blob must be kept already (DeviceStore::keep_blob).
[[nodiscard]] Done add_photo(Journal& journal, domain::Photo photo);
/// What a photo shows, in words. NotFound when the visit has no such photo.
[[nodiscard]] Done caption_photo(Journal& journal, const domain::VisitId& visit_id, const domain::PhotoId& id,
                                 const std::string& caption);
[[nodiscard]] Done add_note(Journal& journal, const domain::VisitId& visit_id, const std::string& text);
/// Result, promises, price, and what the visit turned out to be about: what the technician writes.
[[nodiscard]] Done change_visit(Journal& journal, const domain::Visit& after);

/// How the visit ends, as the customer said it.
struct SignOffWish {
  domain::Outcome outcome = domain::Outcome::Signed;
  domain::OutcomeReason reason = domain::OutcomeReason::None;
  std::string words;
  std::string signer_name;
  domain::SignerRole signer_role = domain::SignerRole::Customer;
  std::optional<protocol::StrokeFacts> strokes;  // their blob is kept already
};

/// A sealed visit, and what the customer takes along.
struct Sealed {
  domain::SignOff sign_off;
  Hash seal{};
  std::string link;  // for the QR code: `https://host:port/c#secret.seal.signature`
};

/// Seals the visit: asks ready-to-leave, makes the summary in the visit's language, writes the groups,
/// the seal and the signature. Refused, naming what is missing, or when it is sealed already.
[[nodiscard]] Result<Sealed> sign_off(Journal& journal, const domain::VisitId& visit_id,
                                      const SignOffWish& wish, const language::Catalogue& catalogue,
                                      const std::optional<protocol::Signed>& root_statement,
                                      const std::optional<std::int64_t>& server_offset_ms);

inline constexpr std::string_view kAppVersion = "0.1.0";

}  // namespace aftercare::work
