#pragma once

#include "client/shown/visit_page.h"
#include "shared/language/catalogue.h"
#include "sync/store/device_store.h"

#include <filesystem>
#include <set>

/// What the screens show, read from the tables. Every list is bounded, and found by an index: a tablet with
/// 100,000 visits answers like an empty one.
namespace aftercare::work {

/// Visits of which something has not reached the server: a change, or a picture.
[[nodiscard]] Result<std::set<domain::VisitId>> unsent_visits(storage::Database& db);

/// The technician's work from the last hours to the coming two weeks, what is still open from before, and
/// what was finished today; in the order of the promised windows.
[[nodiscard]] Result<shown::Day> load_day(sync::DeviceStore& store, const domain::UserId& technician,
                                          std::size_t row_count_max);
/// NotFound when neither the order nor the visit of the row is here any more.
[[nodiscard]] Result<shown::WorkDetail> load_work(sync::DeviceStore& store, const shown::WorkRow& row);
[[nodiscard]] Result<shown::CustomerPage> load_customer(sync::DeviceStore& store,
                                                        const domain::CustomerId& id);
[[nodiscard]] Result<shown::AssetPage> load_asset(sync::DeviceStore& store, const domain::AssetId& id);
[[nodiscard]] Result<shown::VisitPage> load_visit(sync::DeviceStore& store,
                                                  const language::Catalogue& catalogue,
                                                  const domain::VisitId& id);
/// By name, as many as a catalogue on a tablet has.
[[nodiscard]] Result<std::vector<domain::Product>> load_products(sync::DeviceStore& store,
                                                                 std::size_t count_max = 2'000);
/// Sites and contacts lead to their customer.
[[nodiscard]] Result<shown::Found> load_search(sync::DeviceStore& store, const std::string& text,
                                               std::size_t count_max);
[[nodiscard]] Result<shown::SyncPage> load_sync(sync::DeviceStore& store,
                                                const std::filesystem::path& folder);

/// Pictures that lie in the folders, newest first. Which folders there are changes while a stick comes and
/// goes; one that is not there is empty.
[[nodiscard]] std::vector<shown::PhotoFile> photo_files(const std::vector<std::filesystem::path>& folders);

}  // namespace aftercare::work
