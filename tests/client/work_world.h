#pragma once

#include "client/work/new_visit.h"
#include "client/work/write_visit.h"
#include "shared/storage/visit_file.h"
#include "tests/support/device_world.h"

/// A tablet's disk with a day's work on it: two technicians, a form, an asset, an order for the first.
namespace aftercare::testing {

inline const language::Catalogue& work_catalogue() {
  static const auto kCatalogue =
      language::Catalogue::load(std::filesystem::path{AFTERCARE_SOURCE_DIR} / "assets/lang");
  return kCatalogue.value();
}

struct WorkWorld : DeviceWorld {
  domain::User colleague;
  domain::Site site;
  domain::Product product;
  domain::Asset asset;
  domain::Form form;
  domain::WorkOrder order;

  WorkWorld() {
    colleague.id = make_id<domain::UserId>(clock, random);
    colleague.name = "Nino Kapanadze";
    site.id = make_id<domain::SiteId>(clock, random);
    site.customer_id = customer.id;
    site.street = "Lidická 5";
    site.city = "Brno";
    site.country = "CZ";
    product.id = make_id<domain::ProductId>(clock, random);
    product.key = "T24";
    product.category = "boiler";
    asset.id = make_id<domain::AssetId>(clock, random);
    asset.customer_id = customer.id;
    asset.site_id = site.id;
    asset.product_id = product.id;
    asset.name = "Kotel T24";
    asset.serial = "SN1";
    form.id = make_id<domain::FormId>(clock, random);
    form.key = "boiler_service";
    form.kind = domain::VisitKind::Maintenance;
    form.category = "boiler";
    form.definition =
        R"({"title":{"en":"Service"},"sections":[{"key":"look","title":{"en":"Look"},"questions":[)"
        R"({"key":"clean","kind":"yes_no","label":{"en":"Is it clean?"},"required":true},)"
        R"({"key":"pressure","kind":"number","label":{"en":"Pressure"},"unit":"bar","min":"1","max":"2.5"},)"
        R"({"key":"remark","kind":"text","label":{"en":"Remark"}},)"
        R"({"key":"next","kind":"date","label":{"en":"Next time"}}]}]})";
    order = an_order("W-22-0001-K", clock.now() + std::chrono::hours{1});
    apply({office(Verb::Create, colleague), office(Verb::Create, site), office(Verb::Create, product),
           office(Verb::Create, asset), office(Verb::Create, form), office(Verb::Create, order)});
  }

  domain::WorkOrder an_order(const std::string& number, std::optional<Instant> start) {
    domain::WorkOrder made;
    made.id = make_id<domain::WorkOrderId>(clock, random);
    made.number = number;
    made.customer_id = customer.id;
    made.site_id = site.id;
    made.asset_id = asset.id;
    made.kind = domain::VisitKind::Maintenance;
    made.state = domain::WorkOrderState::Assigned;
    made.technician_id = technician.id;
    made.window_start = start;
    if (start) made.window_end = *start + std::chrono::hours{2};
    made.zone = "Europe/Prague";
    made.summary = "Roční prohlídka";
    return made;
  }

  domain::VisitId start() {
    const auto made = work::make_visit(*store, technician.id, order.id);
    INFO((made ? "" : made.error().detail));
    REQUIRE(made);
    return made.value();
  }
  void tap(const domain::VisitId& visit, domain::VisitEventKind kind) {
    const auto written = work::write_event(*store, {technician.id, visit, kind});
    INFO((written ? "" : written.error().detail));
    REQUIRE(written);
  }
  /// Everything that "ready to leave" asks for.
  domain::VisitId work_done() {
    const auto visit = start();
    tap(visit, domain::VisitEventKind::Arrived);
    tap(visit, domain::VisitEventKind::Working);
    clock.pass(std::chrono::hours{1});
    tap(visit, domain::VisitEventKind::Left);
    REQUIRE(work::write_answer(*store, {technician.id, visit, "clean", "yes"}));
    REQUIRE(work::write_field(*store, {technician.id, visit, "result", "Vyčištěno."}));
    return visit;
  }
  domain::VisitFile file(const domain::VisitId& id);
  static shown::Signature a_signature() {
    return {"finger", 400, 200, {{{10, 20, 0, 500}, {30, 40, 16, std::nullopt}}, {{5, 5, 300, 10}}}};
  }
  app::WriteSignOff signing(const domain::VisitId& visit) {
    app::WriteSignOff wish;
    wish.by = technician.id;
    wish.visit = visit;
    wish.signer_name = "Jana Nováková";
    wish.signature = a_signature();
    return wish;
  }
};

inline domain::VisitFile WorkWorld::file(const domain::VisitId& id) {
  auto found = storage::load_visit_file(store->db(), id);
  REQUIRE(found);
  REQUIRE(found.value());
  return std::move(*found.value());
}

}  // namespace aftercare::testing
