#pragma once

#include "shared/domain/ready_to_leave.h"
#include "shared/language/catalogue.h"

namespace aftercare::work {

/// What the customer's summary tells beside the visit itself.
struct SummaryOf {
  const domain::VisitFile& file;
  const domain::SignOff& sign_off;
  const domain::Customer& customer;
  const std::optional<domain::Site>& site;
  const std::optional<domain::Asset>& asset;
  std::string technician_name;
};

/// The summary that the customer is shown and signs, as plain text in one language: headings, each
/// followed by its lines. The sealed text is exactly this.
[[nodiscard]] std::string summary_text(const language::Formatter& in, const SummaryOf& of);

}  // namespace aftercare::work
