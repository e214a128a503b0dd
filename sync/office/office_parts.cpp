#include "sync/office/office_parts.h"

#include "sync/office/office_routes.h"
#include "sync/office/page_files.h"
#include "sync/office/visit_log.h"

#include <fmt/format.h>

#include <iterator>

namespace aftercare::office {
namespace {

Result<server::VisitTable> newest_visits(server::House& house, const domain::OrganisationId& organisation_id,
                                         std::size_t count_max) {
  const auto store = house.read(organisation_id);
  if (!store) return store.error();
  const auto page = list_visits(*store.value(), house.blobs(organisation_id), {}, std::nullopt, count_max);
  if (!page) return page.error();
  server::VisitTable table;
  table.rows.push_back(
      {"NUMBER", "STARTED (UTC)", "KIND", "CUSTOMER", "TECHNICIAN", "STATE", "SEAL", "PHOTOS"});
  for (const auto& visit : page.value().visits) {
    auto photos = std::to_string(visit.photo_count);
    if (!visit.missing_blobs.empty()) photos += fmt::format(" ({} on the way)", visit.missing_blobs.size());
    table.rows.push_back({visit.number, to_rfc3339(visit.started_at).substr(0, 16), visit.kind,
                          visit.customer, visit.technician, visit.state,
                          visit.seal.empty() ? "-" : visit.seal, photos});
  }
  table.json = to_json(page.value());
  table.has_more = page.value().next.has_value();
  return table;
}

}  // namespace

server::OfficeParts office_parts(const language::Catalogue& catalogue,
                                 const std::filesystem::path& page_folder) {
  return {.routes =
              [&catalogue, page_folder](Service& service) {
                auto routes = office_routes(service, catalogue);
                auto pages = page_routes(page_folder);
                routes.insert(routes.end(), std::make_move_iterator(pages.begin()),
                              std::make_move_iterator(pages.end()));
                return routes;
              },
          .visits = newest_visits};
}

}  // namespace aftercare::office
