#include "tests/simulation/acts.h"

#include "client/work/visit_steps.h"
#include "shared/storage/records.h"
#include "shared/storage/visit_file.h"
#include "sync/server/office.h"
#include "sync/server/releasing.h"

#include <fmt/format.h>

namespace aftercare::simulation {
namespace {

using domain::EntityType;
using server::office_change;
using server::office_create;
using storage::Database;
using sync::Journal;

constexpr const char* kWords[] = {"boiler",   "filter",  "leak", "noise",
                                  "čerpadlo", "ვენტილი", "sửa",  "замена"};

std::string words(Chance& chance) {
  std::string text;
  for (auto i = 1 + chance.below(4); i > 0; --i)
    text += fmt::format("{} {}. ", kWords[chance.below(8)], chance.below(1000));
  return text;
}

Error nothing(std::string_view what) { return {ErrorKind::Refused, fmt::format("there is no {}", what)}; }

/// One record by chance; NotFound's stand-in is Refused, since then there was simply nothing to do. Half of
/// the time the oldest: so people meet at one record before they have heard of each other.
template <class Record, class... Args>
Result<Record> any(Database& db, Chance& chance, std::string_view condition, const Args&... args) {
  auto found = storage::where<Record>(db, fmt::format("{} ORDER BY id", condition), args...);
  if (!found) return found.error();
  if (found.value().empty()) return nothing(domain::EntityInfo<Record>::table);
  return chance.is_one_in(2) ? found.value().front() : chance.one_of(found.value());
}

template <class Id>
Id new_id(Journal& journal) {
  return make_id<Id>(journal.clock(), journal.random());
}

// ---- At a device

Done new_customer(Journal& journal, Chance& chance) {
  auto number = journal.next_number('C');
  if (!number) return number.error();
  domain::Customer customer;
  customer.id = new_id<domain::CustomerId>(journal);
  customer.number = std::move(number).value();
  customer.name = words(chance);
  customer.language = "cs";
  if (const auto made = journal.create(customer); !made) return made;
  domain::Contact contact;
  contact.id = new_id<domain::ContactId>(journal);
  contact.customer_id = customer.id;
  contact.name = words(chance);
  if (const auto made = journal.create(contact); !made) return made;
  domain::Site site;
  site.id = new_id<domain::SiteId>(journal);
  site.customer_id = customer.id;
  site.street = words(chance);
  site.country = "CZ";
  if (const auto made = journal.create(site); !made) return made;
  domain::Asset asset;
  asset.id = new_id<domain::AssetId>(journal);
  asset.customer_id = customer.id;
  asset.name = words(chance);
  asset.place = "cellar";
  return journal.create(asset);
}

Done edit_customer(Journal& journal, Chance& chance) {
  const auto before = any<domain::Customer>(journal.db(), chance, "1");
  if (!before) return before.error();
  auto after = before.value();
  if (chance.is_one_in(2)) after.phone = fmt::format("+42060{:07}", chance.below(10'000'000));
  if (chance.is_one_in(2)) after.note = words(chance);
  if (chance.is_one_in(3))
    after.email = chance.is_one_in(2) ? "" : fmt::format("{}@example.com", chance.below(1000));
  if (chance.is_one_in(5)) after.number = "C-99-0001-X";  // written once: it loses
  return journal.change(before.value(), after);
}

Done edit_contact(Journal& journal, Chance& chance) {
  const auto before = any<domain::Contact>(journal.db(), chance, "1");
  if (!before) return before.error();
  auto after = before.value();
  after.phone = fmt::format("+42070{:07}", chance.below(10'000'000));
  return journal.change(before.value(), after);
}

Done edit_site(Journal& journal, Chance& chance) {
  const auto before = any<domain::Site>(journal.db(), chance, "1");
  if (!before) return before.error();
  auto after = before.value();
  after.access_note = words(chance);
  return journal.change(before.value(), after);
}

Done edit_asset(Journal& journal, Chance& chance) {
  const auto before = any<domain::Asset>(journal.db(), chance, "1");
  if (!before) return before.error();
  auto after = before.value();
  after.installed_on = fmt::format("2026-0{}-1{}", 1 + chance.below(9), chance.below(10));
  if (chance.is_one_in(3)) after.place = words(chance);
  return journal.change(before.value(), after);
}

Done move_order_on(Journal& journal, Chance& chance) {
  const auto before = any<domain::WorkOrder>(journal.db(), chance, "state NOT IN ('done', 'closed')");
  if (!before) return before.error();
  auto after = before.value();
  using enum domain::WorkOrderState;
  const std::vector<domain::WorkOrderState> states{Accepted, Travelling, OnSite, Done, Declined};
  if (chance.is_one_in(2)) after.state = chance.one_of(states);
  if (chance.is_one_in(3)) after.bring = words(chance);  // the office's field
  if (chance.is_one_in(3)) after.summary = words(chance);
  return journal.change(before.value(), after);
}

Done start_visit(Tablet& tablet, Journal& journal, Chance& chance) {
  const auto customer = any<domain::Customer>(journal.db(), chance, "1");
  if (!customer) return customer.error();
  work::VisitStart start;
  start.customer_id = customer.value().id;
  const auto order = any<domain::WorkOrder>(journal.db(), chance, "state NOT IN ('done', 'closed')");
  if (order && chance.is_one_in(2)) {
    start.work_order = order.value();
    start.customer_id = order.value().customer_id;
  }
  start.technician_id = tablet.user_id.value_or(domain::UserId{});
  start.language = "cs";
  start.reason = words(chance);
  start.started_at = tablet.clock().now();
  start.zone = tablet.clock().zone();
  const auto started = work::start_visit(journal, start);
  if (!started) return started.error();
  return done();
}

Result<domain::Visit> open_visit(Database& db, Chance& chance) {
  return any<domain::Visit>(db, chance, "NOT EXISTS (SELECT 1 FROM sign_off s WHERE s.visit_id = visit.id)");
}

domain::VisitEvent event_now(Tablet& tablet, domain::VisitEventKind kind) {
  domain::VisitEvent event;
  event.kind = kind;
  event.at = tablet.clock().now();
  event.zone = tablet.clock().zone();
  event.boot_id = tablet.clock().boot_id();
  event.monotonic_ms = tablet.clock().monotonic_ms();
  return event;
}

Done clock_on(Tablet& tablet, Journal& journal, const domain::VisitId& visit, Chance& chance) {
  using enum domain::VisitEventKind;
  const std::vector<domain::VisitEventKind> kinds{Arrived, Working, Paused, Left};
  return work::add_event(journal, visit, event_now(tablet, chance.one_of(kinds)));
}

Done take_photo(Tablet& tablet, Chance& chance) {
  const auto bytes = chance.bytes(400 + chance.below(4000));
  const auto kept = tablet.store().keep_blob(bytes, /*is_small=*/false);
  if (!kept) return kept.error();
  const auto written = tablet.write(*tablet.user_id, [&](Journal& journal) -> Done {
    const auto visit = open_visit(journal.db(), chance);
    if (!visit) return visit.error();
    domain::Photo photo;
    photo.visit_id = visit.value().id;
    photo.blob.sha256 = kept.value();
    photo.media_type = "image/jpeg";
    photo.byte_count = static_cast<std::int64_t>(bytes.size());
    photo.width = 640;
    photo.height = 480;
    photo.taken_at = tablet.clock().now();
    return work::add_photo(journal, photo);
  });
  if (written) tablet.believe_kept(kept.value());
  return written;
}

Done write_up(Journal& journal, Chance& chance) {
  const auto visit = open_visit(journal.db(), chance);
  if (!visit) return visit.error();
  auto after = visit.value();
  after.result = words(chance);
  after.price_minor = static_cast<std::int64_t>(chance.below(500'000));
  after.currency = "CZK";
  return work::change_visit(journal, after);
}

Done answer(Journal& journal, Chance& chance) {
  static const domain::FormDefinition kForm{
      .title = {},
      .sections = {{.key = "safety",
                    .title = {},
                    .questions = {{.key = "is_safe", .label = {}}, {.key = "is_clean", .label = {}}}}}};
  const auto visit = open_visit(journal.db(), chance);
  if (!visit) return visit.error();
  const auto& question = kForm.sections.front().questions[chance.below(2)].key;
  if (chance.is_one_in(4)) return work::take_back_answer(journal, visit.value().id, question);
  return work::set_answer(journal, visit.value().id, kForm, question, chance.is_one_in(2) ? "yes" : "no");
}

Done caption_photo(Journal& journal, Chance& chance) {
  const auto photo = any<domain::Photo>(
      journal.db(), chance, "NOT EXISTS (SELECT 1 FROM sign_off s WHERE s.visit_id = photo.visit_id)");
  if (!photo) return photo.error();
  return work::caption_photo(journal, photo.value().visit_id, photo.value().id, words(chance));
}

/// Whatever is still missing is done at once, then the customer signs, refuses, or is not there.
Done finish(Tablet& tablet, const language::Catalogue& catalogue, Chance& chance) {
  const auto visit = open_visit(tablet.store().db(), chance);
  if (!visit) return visit.error();
  const auto root = tablet.store().root_statement();
  const auto offset = tablet.store().server_offset_ms();
  if (!root) return root.error();
  if (!offset) return offset.error();
  std::optional<protocol::StrokeFacts> strokes;
  if (chance.is_one_in(2)) {
    const auto kept = tablet.store().keep_blob(chance.bytes(200), /*is_small=*/true);
    if (!kept) return kept.error();
    strokes = protocol::StrokeFacts{
        .blob = {kept.value()}, .digitiser = "finger", .width_px = 800, .height_px = 300, .stroke_count = 2};
  }
  return tablet.write(*tablet.user_id, [&](Journal& journal) -> Done {
    using enum domain::VisitEventKind;
    for (const auto kind : {Arrived, Working, Left}) {
      const auto clocked = work::add_event(journal, visit.value().id, event_now(tablet, kind));
      if (!clocked && clocked.error().kind != ErrorKind::Refused) return clocked;
    }
    auto after = visit.value();
    if (after.result.empty()) after.result = words(chance);
    if (const auto changed = work::change_visit(journal, after); !changed) return changed;
    work::SignOffWish wish;
    wish.signer_name = words(chance);
    wish.outcome = strokes ? domain::Outcome::Signed : domain::Outcome::Refused;
    wish.reason = strokes ? domain::OutcomeReason::None : domain::OutcomeReason::PriceDisputed;
    wish.words = strokes ? "" : words(chance);
    wish.strokes = strokes;
    const auto sealed =
        work::sign_off(journal, visit.value().id, wish, catalogue, root.value(), offset.value());
    if (!sealed) return sealed.error();
    return done();
  });
}

Done add_note(Journal& journal, Chance& chance) {
  const auto visit = open_visit(journal.db(), chance);
  if (!visit) return visit.error();
  return work::add_note(journal, visit.value().id, words(chance));
}

}  // namespace

Done work_at(Tablet& tablet, const language::Catalogue& catalogue, Chance& chance, std::string& said) {
  if (!tablet.user_id) return nothing("technician");
  const auto by = *tablet.user_id;
  const auto save = [&](const char* what, auto&& work) {
    said = what;
    return tablet.write(by, [&](Journal& journal) { return work(journal); });
  };
  switch (chance.below(20)) {
    case 0: return save("new customer", [&](Journal& journal) { return new_customer(journal, chance); });
    case 1: return save("edit customer", [&](Journal& journal) { return edit_customer(journal, chance); });
    case 2: return save("edit contact", [&](Journal& journal) { return edit_contact(journal, chance); });
    case 3: return save("edit asset", [&](Journal& journal) { return edit_asset(journal, chance); });
    case 4: return save("move order on", [&](Journal& journal) { return move_order_on(journal, chance); });
    case 5:
    case 6:
      return save("start visit", [&](Journal& journal) { return start_visit(tablet, journal, chance); });
    case 7:
    case 14: said = "photo"; return take_photo(tablet, chance);
    case 8: return save("note", [&](Journal& journal) { return add_note(journal, chance); });
    case 9:
      return save("clock", [&](Journal& journal) -> Done {
        const auto visit = open_visit(journal.db(), chance);
        return visit ? clock_on(tablet, journal, visit.value().id, chance) : Done{visit.error()};
      });
    case 10: return save("write up", [&](Journal& journal) { return write_up(journal, chance); });
    case 11:
    case 15: return save("answer", [&](Journal& journal) { return answer(journal, chance); });
    case 12:
    case 16: return save("caption", [&](Journal& journal) { return caption_photo(journal, chance); });
    case 13: return save("edit site", [&](Journal& journal) { return edit_site(journal, chance); });
    default: said = "sign"; return finish(tablet, catalogue, chance);
  }
}

Done rate_at(Tablet& kiosk, Chance& chance, std::string& said) {
  said = "rate";
  return kiosk.write(domain::UserId{}, [&](Journal& journal) {
    domain::Rating rating;
    rating.id = new_id<domain::RatingId>(journal);
    rating.stars = 1 + static_cast<std::int64_t>(chance.below(5));
    rating.comment = words(chance);
    rating.language = "cs";
    rating.at = kiosk.clock().now();
    return journal.create(rating);
  });
}

// ---- At the office

namespace {

template <class Id>
Id office_id(server::OrganisationStore& store) {
  return make_id<Id>(store.clock(), store.random());
}

Done new_order(server::OrganisationStore& store, Chance& chance) {
  const auto customer = any<domain::Customer>(store.db(), chance, "1");
  const auto technician = any<domain::User>(store.db(), chance, "role = 'technician'");
  if (!customer) return customer.error();
  if (!technician) return technician.error();
  auto number = store.next_number('W');
  if (!number) return number.error();
  domain::WorkOrder order;
  order.id = office_id<domain::WorkOrderId>(store);
  order.number = std::move(number).value();
  order.customer_id = customer.value().id;
  order.state = domain::WorkOrderState::Assigned;
  order.technician_id = technician.value().id;
  order.summary = words(chance);
  return office_create(store, domain::UserId{}, order);
}

Done change_order(server::OrganisationStore& store, Chance& chance) {
  const auto before = any<domain::WorkOrder>(store.db(), chance, "1");
  const auto technician = any<domain::User>(store.db(), chance, "role = 'technician'");
  if (!before) return before.error();
  if (!technician) return technician.error();
  auto after = before.value();
  using enum domain::WorkOrderState;
  if (chance.is_one_in(2)) after.technician_id = technician.value().id;
  if (chance.is_one_in(2)) after.summary = words(chance);
  if (chance.is_one_in(2)) after.bring = words(chance);
  if (chance.is_one_in(3))
    after.state = chance.one_of(std::vector<domain::WorkOrderState>{Planned, Assigned, Cancelled, Closed});
  return office_change(store, domain::UserId{}, before.value(), after);
}

Done move_order(server::OrganisationStore& store, Chance& chance) {
  const auto before = any<domain::WorkOrder>(store.db(), chance, "1");
  const auto technician = any<domain::User>(store.db(), chance, "role = 'technician'");
  if (!before) return before.error();
  if (!technician) return technician.error();
  auto after = before.value();
  after.technician_id = technician.value().id;
  return office_change(store, domain::UserId{}, before.value(), after);
}

Done office_edits_customer(server::OrganisationStore& store, Chance& chance) {
  const auto before = any<domain::Customer>(store.db(), chance, "1");
  if (!before) return before.error();
  auto after = before.value();
  after.phone = fmt::format("+42050{:07}", chance.below(10'000'000));
  after.note = words(chance);
  return office_change(store, domain::UserId{}, before.value(), after);
}

Done office_edits_contact(server::OrganisationStore& store, Chance& chance) {
  const auto before = any<domain::Contact>(store.db(), chance, "1");
  if (!before) return before.error();
  auto after = before.value();
  after.phone = fmt::format("+42051{:07}", chance.below(10'000'000));
  return office_change(store, domain::UserId{}, before.value(), after);
}

Done office_edits_site(server::OrganisationStore& store, Chance& chance) {
  const auto before = any<domain::Site>(store.db(), chance, "1");
  if (!before) return before.error();
  auto after = before.value();
  after.access_note = words(chance);
  return office_change(store, domain::UserId{}, before.value(), after);
}

Done office_edits_asset(server::OrganisationStore& store, Chance& chance) {
  const auto before = any<domain::Asset>(store.db(), chance, "1");
  if (!before) return before.error();
  auto after = before.value();
  after.installed_on = fmt::format("2025-0{}-1{}", 1 + chance.below(9), chance.below(10));
  after.place = words(chance);
  return office_change(store, domain::UserId{}, before.value(), after);
}

Done office_edits_visit(server::OrganisationStore& store, Chance& chance) {
  const auto before = any<domain::Visit>(store.db(), chance, "1");
  if (!before) return before.error();
  auto after = before.value();
  after.result = words(chance);
  after.reason = words(chance);
  return office_change(store, domain::UserId{}, before.value(), after);
}

Done delete_contact(server::OrganisationStore& store, Chance& chance) {
  const auto contact = any<domain::Contact>(store.db(), chance, "1");
  if (!contact) return contact.error();
  return server::office_write(store, domain::UserId{}, protocol::Verb::Delete, EntityType::Contact,
                              id_cast<AnyId>(contact.value().id), {});
}

/// What was set aside is taken in after all, or left out for good.
template <class Settle>
Done settle_something(server::OrganisationStore& store, Chance& chance, const Settle& settle) {
  std::vector<std::uint64_t> waiting;
  {
    auto query = store.db().query("SELECT seq FROM set_aside WHERE settled_seq IS NULL ORDER BY seq");
    while (query.next()) waiting.push_back(static_cast<std::uint64_t>(query.integer(0)));
    if (const auto read = query.done(); !read) return read;
  }
  if (waiting.empty()) return nothing("operation that waits");
  const auto settled = settle(store, domain::UserId{}, chance.one_of(waiting));
  return settled ? done() : Done{settled.error()};
}
Done take_in(server::OrganisationStore& store, Chance& chance) {
  return settle_something(store, chance, server::release);
}
Done leave_out(server::OrganisationStore& store, Chance& chance) {
  return settle_something(store, chance, server::dismiss);
}

Done new_office_customer(server::OrganisationStore& store, Chance& chance) {
  auto number = store.next_number('C');
  if (!number) return number.error();
  domain::Customer customer;
  customer.id = office_id<domain::CustomerId>(store);
  customer.number = std::move(number).value();
  customer.name = words(chance);
  customer.language = "cs";
  if (const auto made = office_create(store, domain::UserId{}, customer); !made) return made;
  domain::Contact contact;
  contact.id = office_id<domain::ContactId>(store);
  contact.customer_id = customer.id;
  contact.name = words(chance);
  if (const auto made = office_create(store, domain::UserId{}, contact); !made) return made;
  domain::Site site;
  site.id = office_id<domain::SiteId>(store);
  site.customer_id = customer.id;
  site.street = words(chance);
  site.country = "CZ";
  if (const auto made = office_create(store, domain::UserId{}, site); !made) return made;
  domain::Asset asset;
  asset.id = office_id<domain::AssetId>(store);
  asset.customer_id = customer.id;
  asset.name = words(chance);
  asset.place = "roof";
  return office_create(store, domain::UserId{}, asset);
}

}  // namespace

Done office_works(Headquarters& headquarters, Chance& chance, std::string& said) {
  struct Act {
    const char* name;
    Done (*run)(server::OrganisationStore&, Chance&);
  };
  static constexpr Act kActs[] = {{"new order", new_order},
                                  {"change order", change_order},
                                  {"move order", move_order},
                                  {"edit customer", office_edits_customer},
                                  {"edit contact", office_edits_contact},
                                  {"edit site", office_edits_site},
                                  {"edit asset", office_edits_asset},
                                  {"edit visit", office_edits_visit},
                                  {"delete contact", delete_contact},
                                  {"new customer", new_office_customer},
                                  {"take in", take_in},
                                  {"take in", take_in},
                                  {"leave out", leave_out}};
  const auto& act = kActs[chance.below(std::size(kActs))];
  said = act.name;
  return headquarters.write([&](server::OrganisationStore& store) { return act.run(store, chance); });
}

Done office_moves_order(Headquarters& headquarters, Chance& chance) {
  return headquarters.write([&](server::OrganisationStore& store) { return move_order(store, chance); });
}

Done furnish(server::OrganisationStore& store, const Furniture& furniture, Chance& chance) {
  for (std::size_t i = 0; i < furniture.product_count; ++i) {
    domain::Product product;
    product.id = office_id<domain::ProductId>(store);
    product.key = fmt::format("A{:05}", i);
    product.name = fmt::format("{} {}", kWords[i % 8], i);
    if (const auto made = office_create(store, domain::UserId{}, product); !made) return made;
  }
  for (std::size_t i = 0; i < furniture.technician_count; ++i) {
    domain::User user;
    user.id = office_id<domain::UserId>(store);
    user.name = fmt::format("Technician {}", i + 1);
    user.role = domain::Role::Technician;
    user.language = "cs";
    user.is_active = true;
    if (const auto made = office_create(store, domain::UserId{}, user); !made) return made;
  }
  for (int i = 0; i < 2; ++i) {
    if (const auto made = new_office_customer(store, chance); !made) return made;
  }
  for (int i = 0; i < 2; ++i) {
    if (const auto made = new_order(store, chance); !made) return made;
  }
  return done();
}

}  // namespace aftercare::simulation
