#include "tests/support/sample_states.h"

#include <nlohmann/json.hpp>

#include <fstream>

namespace aftercare::test {
namespace {

using app::AppState;
using app::Place;
using shown::Standing;

constexpr std::int64_t kMinute = 60'000;

template <class IdType>
IdType id_of(std::uint8_t number) {
  IdType id;
  id.bytes[15] = number;
  id.bytes[6] = 0x70;
  return id;
}

Instant at(std::int64_t minutes) { return from_ms(to_ms(sample_now()) + minutes * kMinute); }

std::vector<shown::Technician> technicians() {
  return {{id_of<domain::UserId>(1), "Petr Dvořák", "cs", true, true},
          {id_of<domain::UserId>(2), "ნინო კაპანაძე", "ka", true, false},
          {id_of<domain::UserId>(3), "Trần Minh Đức", "vi", false, false}};
}

shown::WorkRow row(std::uint8_t number, domain::VisitKind kind, std::string customer, std::string asset,
                   std::string city, std::int64_t from_min, std::int64_t to_min,
                   Standing standing = Standing::Planned) {
  shown::WorkRow row;
  row.work_order_id = id_of<domain::WorkOrderId>(number);
  row.number = "W-22-00" + std::to_string(10 + number) + "-K";
  row.kind = kind;
  row.customer_name = std::move(customer);
  row.asset_name = std::move(asset);
  row.city = std::move(city);
  row.window_start = at(from_min);
  row.window_end = at(to_min);
  row.zone = "Europe/Prague";
  row.standing = standing;
  if (standing != Standing::Planned) {
    row.visit_id = id_of<domain::VisitId>(number);
    row.since = at(-24);
  }
  return row;
}

shown::Day a_day() {
  using domain::VisitKind;
  shown::Day day;
  day.rows = {row(1, VisitKind::Installation, "Pekárna U Mlýna, s.r.o. — druhá pekárna", "Norda 12 heat pump",
                  "Brno", -60, 60, Standing::Working),
              row(2, VisitKind::Repair, "Jana Dvořáková", "Pračka Perla 8", "Kuřim", -150, -10),
              row(3, VisitKind::Maintenance,
                  "Společenství vlastníků jednotek pro dům Nad Vinným potokem 1142/3, Praha 10 – Vršovice",
                  "Alpavent AV 3000", "Praha 10", 150, 240),
              row(4, VisitKind::Collection, "ნინო ბერიძე", "Lumo 5", "Brno", 300, 360),
              row(5, VisitKind::Training, "Základní škola a mateřská škola Žďárec", "Straža S2", "Žďárec",
                  1440, 1530),
              row(6, VisitKind::Repair, "Bohumil Novotný", "Termona Elektra 9 kW", "Ostrava", -300, -200,
                  Standing::Signed),
              row(7, VisitKind::RemoteHelp, "Đặng Thị Ngọc Ánh", "Máy giặt", "Hà Nội", -400, -300,
                  Standing::Refused)};
  day.rows[2].bring = "Sada těsnění, analyzátor spalin";
  day.row_count = day.rows.size();
  return day;
}

domain::Customer a_customer() {
  domain::Customer customer;
  customer.id = id_of<domain::CustomerId>(1);
  customer.number = "C-22-0001-K";
  customer.name = "Pekárna U Mlýna, s.r.o. — druhá pekárna";
  customer.is_company = true;
  customer.language = "cs";
  customer.phone = "+420601000103";
  customer.email = "objednavky@example.com";
  customer.note = "Dodávky jen do 7 hodin. Volat dvě hodiny předem.";
  return customer;
}

domain::Site a_site() {
  domain::Site site;
  site.id = id_of<domain::SiteId>(1);
  site.name = "Prodejna Náměstí";
  site.street = "Cejl 48";
  site.city = "Brno";
  site.postcode = "602 00";
  site.country = "CZ";
  site.access_note = "Kód k bráně 2211. Zvonek nefunguje, prosím volejte.";
  return site;
}

domain::Asset an_asset() {
  domain::Asset asset;
  asset.id = id_of<domain::AssetId>(1);
  asset.customer_id = id_of<domain::CustomerId>(1);
  asset.name = "Kondenzační kotel Termona T24";
  asset.serial = "T24-126411";
  asset.place = "koupelna v přízemí";
  asset.installed_on = "2024-10-03";
  return asset;
}

domain::Product a_product(std::string key, std::string name, std::string brand) {
  domain::Product product;
  product.key = std::move(key);
  product.name = std::move(name);
  product.brand = std::move(brand);
  return product;
}

/// More than a list shows at once.
std::vector<domain::Product> products() {
  return {a_product("AV-3000", "Alpavent AV 3000", "Alpavent"),
          a_product("T24-CW-2024", "Kondenzační kotel Termona T24 se zásobníkem 120 l a ekvitermní regulací",
                    "Termona"),
          a_product("LM5", "Lumo 5", "Lumo"),
          a_product("N12", "Norda 12", "Norda"),
          a_product("N16", "Norda 16", "Norda"),
          a_product("PRL8", "Perla 8", "Perla"),
          a_product("S2", "Straža S2", "Straža"),
          a_product("E9", "Termona Elektra 9 kW", "Termona"),
          a_product("X1", "", "")};
}

std::vector<shown::PastVisit> past_visits() {
  using domain::VisitKind;
  return {
      {id_of<domain::VisitId>(21), "V-22-0021-K", VisitKind::Maintenance, at(-400 * 1440), "Europe/Prague",
       "Petr Dvořák", "Kondenzační kotel", "Vyčištěn hořák, vyměněno těsnění, seřízeno.", Standing::Signed},
      {id_of<domain::VisitId>(22), "V-22-0022-K", VisitKind::Repair, at(-500 * 1440), "Europe/Prague",
       "ნინო კაპანაძე", "Kondenzační kotel", "შეიცვალა ტუმბო და შემოწმდა წნევა.", Standing::Refused},
      {id_of<domain::VisitId>(23), "V-22-0023-K", VisitKind::Installation, at(-900 * 1440), "Europe/Prague",
       "Trần Minh Đức", "Kondenzační kotel", "", Standing::Absent}};
}

domain::Contact a_contact() {
  domain::Contact contact;
  contact.id = id_of<domain::ContactId>(1);
  contact.name = "Jiří Křížek";
  contact.role = "vedoucí provozu";
  contact.phone = "+420601000114";
  contact.language = "cs";
  return contact;
}

shown::WorkDetail a_detail(shown::WorkRow of) {
  shown::WorkDetail detail;
  detail.row = std::move(of);
  detail.reason = "Montáž nového kondenzačního kotle místo starého, včetně odvodu spalin.";
  detail.customer = a_customer();
  detail.site = a_site();
  detail.contacts = {a_contact()};
  detail.asset = an_asset();
  detail.before = past_visits();
  if (detail.row.visit_id)
    detail.sections = {{"place", {{"en", "Place and connections"}, {"ka", "ადგილი და მიერთებები"}}, 3, 3},
                       {"gas", {{"en", "Gas"}, {"ru", "Газ"}}, 1, 4},
                       {"handover", {{"en", "Hand-over"}}, 0, 2}};
  return detail;
}

std::string form_text(const std::string& name) {
  std::ifstream file(std::string(AFTERCARE_SOURCE_DIR) + "/assets/forms/" + name + ".json");
  const auto json = nlohmann::json::parse(file);
  return json.at("definition").dump();
}

domain::VisitEvent an_event(domain::VisitEventKind kind, std::int64_t minutes) {
  domain::VisitEvent event;
  event.kind = kind;
  event.at = at(minutes);
  event.zone = "Europe/Prague";
  return event;
}

domain::Answer an_answer(std::string question, std::string value) {
  domain::Answer answer;
  answer.question = std::move(question);
  answer.value = std::move(value);
  return answer;
}

shown::VisitPage a_visit(const std::string& language) {
  using enum domain::VisitEventKind;
  shown::VisitPage page;
  auto& visit = page.file.visit;
  visit.id = id_of<domain::VisitId>(1);
  visit.number = "V-22-0001-K";
  visit.kind = domain::VisitKind::Installation;
  visit.customer_id = id_of<domain::CustomerId>(1);
  visit.technician_id = id_of<domain::UserId>(1);
  visit.language = language;
  visit.started_at = at(-90);
  visit.zone = "Europe/Prague";
  visit.reason = "Výměna starého kotle za nový kondenzační.";
  visit.result =
      "Starý kotel demontován a odvezen. Nový kotel T24 zavěšen, připojen na plyn, topení a souosý odvod spalin.";
  visit.promised = "Prostorový termostat druhého okruhu dodáme a připojíme do pátku 27. listopadu.";
  visit.price_minor = 4'899'000;
  visit.currency = "CZK";
  domain::Form form;
  form.key = "boiler_installation";
  form.definition = form_text("boiler_installation");
  page.form = domain::read_form(form.definition).value();
  page.file.form = form;
  page.file.events = {an_event(Travelling, -90), an_event(Arrived, -52), an_event(Working, -45)};
  page.file.answers = {an_answer("place_suitable", "yes"), an_answer("energy", "gas"),
                       an_answer("accessories", "room_control magnetic_filter"),
                       an_answer("gas_kind", "natural_gas"), an_answer("gas_pressure", "12.5")};
  domain::Note note;
  note.at = at(-20);
  note.text = "Za pračkou je stará přípojka vody bez uzávěru, doporučeno zaslepit.";
  page.file.notes = {note};
  for (std::uint8_t i = 0; i < 3; ++i) {
    domain::Photo photo;
    photo.id = id_of<domain::PhotoId>(static_cast<std::uint8_t>(i + 1));
    photo.question = i < 2 ? "photo_boiler" : "";
    photo.caption = i == 0 ? "Nový kotel v koupelně" : "";
    photo.blob.sha256[0] = i;
    photo.width = 1280;
    photo.height = 960;
    photo.taken_at = at(-10);
    page.file.photos.push_back(photo);
  }
  page.customer = a_customer();
  page.site = a_site();
  page.asset = an_asset();
  page.technician_name = "Petr Dvořák";
  page.organisation_name = "Aerotherm servis";
  page.currency = visit.currency;
  page.missing = domain::missing_before_leaving(page.file);
  page.summary = "Návštěva V-22-0001-K\n  Instalace\nZákazník\n  " + page.customer.name +
                 "\n  Cejl 48, 602 00, Brno\nCo bylo provedeno\n  " + visit.result +
                 "\nCena\n  K úhradě: 48 990,00 Kč\n";
  return page;
}

shown::Signature a_signature() {
  shown::Signature signature;
  signature.width_px = 560;
  signature.height_px = 400;
  std::vector<shown::StrokeSample> stroke;
  for (int i = 0; i < 60; ++i) {
    const double x = 60 + i * 7.0;
    const double y = 200 + 80 * ((i / 8) % 2 == 0 ? 1 : -1) * (1 - (i % 8) / 8.0);
    stroke.push_back({static_cast<std::int64_t>(x), static_cast<std::int64_t>(y), i * 12, std::nullopt});
  }
  signature.strokes = {stroke};
  return signature;
}

shown::SyncPage a_sync_page() {
  shown::SyncPage page;
  page.unsent = {{id_of<domain::VisitId>(1), "Pekárna U Mlýna", "Heat pump", domain::VisitKind::Installation,
                  Standing::Working, at(0)},
                 {id_of<domain::VisitId>(2), "M. Novák", "Dishwasher", domain::VisitKind::Repair,
                  Standing::Signed, at(-60)},
                 {id_of<domain::VisitId>(3), "Hotel Slavia", "Boiler", domain::VisitKind::Maintenance,
                  Standing::Refused, at(-140)}};
  page.unsent_visit_count = 3;
  page.unsent_photo_count = 41;
  page.unsent_signature_count = 2;
  page.unsent_change_count = 118;
  page.held_visit_count = 212;
  page.synced_at = at(-150);
  page.free_byte_count = 900'000'000;
  page.disk_byte_count = 2'400'000'000;
  page.visit_byte_count = 9'000'000;
  return page;
}

AppState base(const std::string& language) {
  AppState state;
  state.settings.language = language;
  state.technicians = technicians();
  state.user = id_of<domain::UserId>(1);
  state.device = {"Aerotherm servis", "22", "service.example.com:8443", "0.1.0"};
  state.sync.value = a_sync_page();
  state.sync_progress.problem = "sync.problem.network";
  state.sync_progress.problem_since = at(-150);
  return state;
}

class Collection {
 public:
  explicit Collection(std::string language) : language_(std::move(language)) {}

  template <class Change>
  void add(std::string name, Place place, Change change) {
    auto state = base(language_);
    state.place = place;
    change(state);
    states_.push_back({std::move(name), std::move(state)});
  }
  std::vector<SampleState> take() { return std::move(states_); }

 private:
  std::string language_;
  std::vector<SampleState> states_;
};

void add_start(Collection& all) {
  using Stage = app::StartState::Stage;
  all.add("start.opening", Place::Start, [](AppState&) {});
  all.add("start.not_enrolled", Place::Start, [](AppState& s) { s.start.stage = Stage::NotEnrolled; });
  all.add("start.enrol_failed", Place::Start, [](AppState& s) {
    s.start = {Stage::NotEnrolled, "start.code_used_or_late", "code 7 of 3",
               "aftercare://service.example.com:8443/enrol#b4f0.7Q2K-M9.Zk3hT0.8fj2kA"};
  });
  all.add("start.enrolling", Place::Start, [](AppState& s) { s.start.stage = Stage::Enrolling; });
  for (const auto* key : {"start.locked", "start.newer_schema", "start.no_room", "start.key_missing"}) {
    all.add(key, Place::Start, [key](AppState& s) {
      s.start = {Stage::Failed, key, "records.db: 12 of 7", ""};
    });
  }
  all.add("pin.who", Place::Pin, [](AppState& s) { s.user.reset(); });
  all.add("pin.enter", Place::Pin, [](AppState& s) {
    s.pin.chosen = id_of<domain::UserId>(1);
    s.pin.digits = "123";
  });
  all.add("pin.wrong", Place::Pin, [](AppState& s) {
    s.pin.chosen = id_of<domain::UserId>(2);
    s.pin.is_wrong = true;
    s.pin.blocked_until_ms = 1'000'000 + 25'000;
  });
  all.add("pin.new", Place::Pin, [](AppState& s) {
    s.pin.chosen = id_of<domain::UserId>(3);
    s.pin.stage = app::PinState::Stage::ChooseNew;
  });
  all.add("pin.take_back", Place::Pin, [](AppState& s) {
    s.pin.chosen = id_of<domain::UserId>(1);
    s.pin.is_taking_back = true;
  });
}

void add_day(Collection& all) {
  const auto with_day = [](AppState& s) {
    s.day.value = a_day();
    s.chosen = s.day.value->rows[0];
    s.work.value = a_detail(*s.chosen);
  };
  all.add("day", Place::Day, with_day);
  all.add("day.planned", Place::Day, [&](AppState& s) {
    with_day(s);
    s.chosen = s.day.value->rows[2];
    s.work.value = a_detail(*s.chosen);
    s.sync_progress = {};
    s.sync.value->unsent_visit_count = 0;
  });
  all.add("day.empty", Place::Day, [](AppState& s) { s.day.value = shown::Day{}; });
  all.add("day.loading", Place::Day, [](AppState& s) { s.day.is_loading = true; });
  all.add("day.notice", Place::Day, [&](AppState& s) {
    with_day(s);
    s.notice = app::Notice{"error.full", ""};
  });
  all.add("work", Place::Work, with_day);
  all.add("search.empty", Place::Search, [](AppState&) {});
  all.add("search.found", Place::Search, [](AppState& s) {
    using domain::EntityType;
    s.search_text = "kot";
    shown::Found found;
    found.text = "kot";
    found.rows = {
        {EntityType::Customer,
         {},
         "Kateřina Vondráčková-Procházková",
         "C-22-0001-K · +420 601 000 101",
         std::nullopt,
         ""},
        {EntityType::Asset,
         {},
         "Kondenzační kotel Termona T24",
         "T24-126411 · Pekárna U Mlýna",
         std::nullopt,
         ""},
        {EntityType::WorkOrder,
         {},
         "W-22-0011-K",
         "Společenství vlastníků jednotek pro dům Nad Vinným potokem",
         at(60),
         "Europe/Prague"},
        {EntityType::Visit, {}, "V-22-0001-K", "Pekárna U Mlýna", at(-1440), "Europe/Prague"},
        {EntityType::Site, {}, "Kotelna, vchod A", "Nad Vinným potokem 1142/3, Praha 10", std::nullopt, ""}};
    found.is_cut = true;
    s.found.value = found;
  });
  all.add("search.nothing", Place::Search, [](AppState& s) {
    s.search_text = "xyz";
    s.found.value = shown::Found{"xyz", {}, false};
  });
  all.add("customer", Place::Customer, [](AppState& s) {
    shown::CustomerPage page;
    page.customer = a_customer();
    page.sites = {a_site()};
    page.contacts = {a_contact()};
    page.assets = {{an_asset(), "Termona T24 condensing boiler", "Prodejna Náměstí"}};
    page.visits = past_visits();
    page.visit_count = 3;
    s.customer.value = page;
  });
  all.add("asset", Place::Asset, [](AppState& s) {
    shown::AssetPage page;
    page.asset = an_asset();
    page.customer = a_customer();
    page.site = a_site();
    page.visits = past_visits();
    page.visit_count = 3;
    s.asset.value = page;
  });
  all.add("new_visit", Place::NewVisit, [](AppState&) {});
  all.add("new_visit.filled", Place::NewVisit, [](AppState& s) {
    s.new_visit.texts = {{"customer", "Đặng Thị Ngọc Ánh"},
                         {"phone", "+84900000477"},
                         {"street", "35 ngõ 102 Khương Đình"},
                         {"city", "Hà Nội"},
                         {"postcode", "11414"},
                         {"asset", "Máy giặt"},
                         {"serial", "PRL8-228740"},
                         {"reason", "Máy giặt không xả nước, báo lỗi E20."}};
    s.new_visit.language = "vi";
  });
  all.add("new_visit.product", Place::NewVisit, [](AppState& s) {
    s.products.value = products();
    s.new_visit.customer_id = id_of<domain::CustomerId>(1);
    s.new_visit.customer_name = "Đặng Thị Ngọc Ánh";
    s.new_visit.texts = {{"asset", ""}, {"product", "T24-CW-2024"}, {"product.open", "yes"}};
  });
}

void add_visit(Collection& all, const std::string& language) {
  const auto with_visit = [language](AppState& s) {
    s.visit.id = id_of<domain::VisitId>(1);
    s.visit.page = a_visit(language);
    s.visit.section = "place";
    s.visit.saved_at = at(0);
    s.visit.draft.texts["signer_name"] = "Kateřina Vondráčková";
    s.sync_progress = {};
  };
  const auto with_section = [&](const char* name, const char* section) {
    all.add(name, Place::Visit, [&, section](AppState& s) {
      with_visit(s);
      s.visit.section = section;
    });
  };
  with_section("visit.place", "place");
  with_section("visit.gas", "gas");
  with_section("visit.photos", "photos");
  with_section("visit.notes", "notes");
  with_section("visit.outcome", "outcome");
  with_section("visit.asset_named", "asset");
  const auto without_asset = [&](AppState& s) {
    with_visit(s);
    s.visit.section = "asset";
    s.visit.page->asset.reset();
    s.products.value = products();
  };
  all.add("visit.asset", Place::Visit, without_asset);
  all.add("visit.asset_typed", Place::Visit, [&](AppState& s) {
    without_asset(s);
    s.visit.draft.texts["asset.product"] = "T24-CW-2024";
    s.visit.draft.texts["asset.serial"] = "T24-126411";
    s.visit.draft.texts["product.open"] = "yes";
    s.visit.draft.texts["product.search"] = "te";
    s.visit.refused_fields["asset.name"] = "new_visit.missing.asset";
  });
  all.add("visit.photo", Place::Visit, [&](AppState& s) {
    with_visit(s);
    s.visit.open_photo = id_of<domain::PhotoId>(2);
  });
  all.add("visit.loading", Place::Visit, [](AppState&) {});
  all.add("camera", Place::Camera, with_visit);
  all.add("camera.problem", Place::Camera, [&](AppState& s) {
    with_visit(s);
    s.camera_problem = "there is no camera on this device: choose a photo from a file";
  });
  all.add("photo_files", Place::PhotoFiles, [&](AppState& s) {
    with_visit(s);
    s.photo_files.value = std::vector<shown::PhotoFile>{
        {"/a/IMG_20261120_0834.jpg", "IMG_20261120_0834.jpg", 2'400'000, at(-100)},
        {"/a/kotel.png", "kotel.png", 310'000, at(-900)}};
  });
  all.add("photo_files.empty", Place::PhotoFiles, [&](AppState& s) {
    with_visit(s);
    s.photo_files.value = std::vector<shown::PhotoFile>{};
  });
  all.add("ready.missing", Place::Ready, with_visit);
  all.add("ready.yes", Place::Ready, [&](AppState& s) {
    with_visit(s);
    s.visit.page->missing.clear();
  });
  all.add("absent", Place::Absent, with_visit);
  all.add("hand_over", Place::HandOver, with_visit);
  all.add("hand_over.signed", Place::HandOver, [&](AppState& s) {
    with_visit(s);
    s.visit.draft.signature = a_signature();
  });
  all.add("refuse", Place::Refuse, [&](AppState& s) {
    with_visit(s);
    s.visit.reason = domain::OutcomeReason::PriceDisputed;
  });
  const auto sealed = [&](domain::Outcome outcome, domain::OutcomeReason reason) {
    return [=](AppState& s) {
      with_visit(s);
      domain::SignOff sign_off;
      sign_off.outcome = outcome;
      sign_off.reason = reason;
      sign_off.signer_name = "Kateřina Vondráčková";
      sign_off.signed_at = at(0);
      sign_off.language = s.visit.page->file.visit.language;
      s.visit.page->sign_off = sign_off;
      s.visit.page->missing.clear();
      s.visit.link =
          "https://service.example.com:8443/"
          "c#aXc0c9bQW1lZ2F0aGVy.q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA."
          "MEUCIQDf7g0aXc0c9bQW1lZ2F0aGVyq83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJAaXc0c9bQW1l";
      s.visit.page->link = s.visit.link;
      s.record.value = s.visit.page;
    };
  };
  all.add("sealed.signed", Place::Sealed, sealed(domain::Outcome::Signed, domain::OutcomeReason::None));
  all.add("sealed.refused", Place::Sealed,
          sealed(domain::Outcome::Refused, domain::OutcomeReason::PriceDisputed));
  all.add("sealed.absent", Place::Sealed, sealed(domain::Outcome::Absent, domain::OutcomeReason::NotHome));
  all.add("record", Place::Record, sealed(domain::Outcome::Signed, domain::OutcomeReason::None));
}

void add_rest(Collection& all) {
  all.add("sync", Place::Sync, [](AppState& s) {
    s.sync.value->attention = {{"set_aside.sealed", "V-22-0007-K", id_of<domain::VisitId>(7), {}, {41}}};
  });
  all.add("sync.set_aside", Place::Sync, [](AppState& s) {
    s.sync.value->attention = {
        {"set_aside.not_ready", "V-22-0008-M", id_of<domain::VisitId>(8), {}, {41, 42}},
        {"set_aside.exists", "Jana Nováková", {}, id_of<domain::CustomerId>(1), {43}},
        {"set_aside.unreadable", "V-22-0009-P", {}, {}, {44, 45, 46}},
        {"set_aside.sealed", "V-22-0007-K", id_of<domain::VisitId>(7), {}, {40}, true}};
  });
  all.add("sync.all_held", Place::Sync, [](AppState& s) {
    s.sync_progress = {};
    auto& page = *s.sync.value;
    page.unsent.clear();
    page.unsent_visit_count = page.unsent_photo_count = page.unsent_signature_count =
        page.unsent_change_count = 0;
  });
  all.add("sync.moving", Place::Sync, [](AppState& s) {
    s.sync_progress = {shown::SyncProgress::Stage::SendingPhotos, 11, 40, 3, 7, 11, 40, "", std::nullopt};
  });
  all.add("sync.damaged", Place::Sync, [](AppState& s) {
    s.sync.value->attention = {{"sync.damaged.photo", "V-22-0011-S", id_of<domain::VisitId>(7), {}, {}},
                               {"sync.damaged.signature", "V-22-0010-Q", id_of<domain::VisitId>(8), {}, {}}};
    s.sync.value->photo_waiting_count = 24;
  });
  all.add("sync.loading", Place::Sync, [](AppState& s) { s.sync = {}; });
  all.add("sync.clock_wrong", Place::Sync, [](AppState& s) {
    s.sync.value->server_offset_ms = 3 * 3'600'000;
    s.sync.value->free_byte_count = 20'000'000;
  });
  all.add("settings", Place::Settings, [](AppState&) {});
  all.add("licences", Place::Licences, [](AppState&) {});
}

}  // namespace

Instant sample_now() { return from_ms(1'773'309'600'000); }  // Thursday 12 March 2026, 11:00 in Prague

std::vector<SampleState> sample_states(const std::string& language) {
  Collection all{language};
  add_start(all);
  add_day(all);
  add_visit(all, language);
  add_rest(all);
  return all.take();
}

}  // namespace aftercare::test
