#pragma once

#include "client/shown/visit_page.h"
#include "client/work/visit_steps.h"

/// How a visit begins by a tap. All of it is one transaction, so nothing is ever half made.
namespace aftercare::work {

/// The newest form of that key; without one, the newest for this kind of work on this category of
/// products, else for this kind on anything.
[[nodiscard]] Result<std::optional<domain::Form>> find_form(storage::Database& db, const std::string& key,
                                                            domain::VisitKind kind,
                                                            const std::optional<domain::AssetId>& asset_id);

/// The visit for a work order. Where this technician has one open already, that one: two taps make one
/// visit.
[[nodiscard]] Result<domain::VisitId> make_visit(sync::DeviceStore& store, const domain::UserId& by,
                                                 const domain::WorkOrderId& work_order_id);

/// A visit that nobody planned, with the customer, site and asset that were met for the first time.
/// Refused, in words, without a customer's name or for an asset that nobody could find again.
[[nodiscard]] Result<domain::VisitId> make_new_visit(sync::DeviceStore& store, const domain::UserId& by,
                                                     const shown::NewVisitDraft& draft);

}  // namespace aftercare::work
