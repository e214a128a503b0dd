// Real tablets' disks against a real organisation's: whatever happened in whatever order, all come to the
// same records.

#include "sync/store/device_store.h"
#include "tests/support/organisation_world.h"

namespace aftercare {
namespace {

using namespace aftercare::testing;

/// A tablet with its own disk, that speaks with the organisation directly.
class Tablet {
 public:
  Tablet(OrganisationWorld& world, const Journalist& enrolled)
      : world_(world), data_(open_data()), journalist_(enrolled) {
    auto opened = sync::DeviceStore::open(data_, world.clock, world.random);
    REQUIRE(opened);
    store_ = std::move(opened).value();
    sync::Identity identity;
    identity.organisation_id = enrolled.organisation_id;
    identity.device_id = enrolled.device_id;
    identity.key = enrolled.key;
    identity.prefix = "23";
    identity.organisation_key = world.store->organisation().signing_key.public_key;
    const auto row = storage::find<domain::Device>(world.store->db(), enrolled.device_id).value();
    identity.certificate = protocol::decode_signed(row->certificate.bytes).value();
    identity.line.host = "server.example";
    identity.line.organisation_id = identity.organisation_id;
    identity.line.code = "Y29kZQ";
    REQUIRE(store_->save_identity(identity, world.store->organisation().epoch));
  }

  sync::DeviceStore& store() { return *store_; }

  template <class Record>
  void create(const Record& record) {
    write([&](sync::Journal& journal) { return journal.create(record); });
  }
  template <class Record, class Edit>
  void edit(const Record& record, Edit&& edit_it) {
    const auto before = storage::find<Record>(store_->db(), record.id).value();
    if (!before) return;
    auto after = *before;
    edit_it(after);
    write([&](sync::Journal& journal) { return journal.change(*before, after); });
  }
  void push() {
    const auto mark = store_->bookmark().value();
    auto operations = store_->operations_after(mark.held_dseq, 500, 1 << 20).value();
    if (operations.empty()) return;
    journalist_.lineage = mark.lineage;
    const auto outcome = world_.push(journalist_, std::move(operations));
    REQUIRE(std::holds_alternative<server::Accepted>(outcome));
    const auto answer = protocol::decode_push_answer(std::get<server::Accepted>(outcome).answer).value();
    REQUIRE(store_->note_receipt(protocol::decode_receipt(answer.receipt.statement).value(), answer.receipt,
                                 answer.set_aside));
  }
  void pull() {
    for (;;) {
      const auto mark = store_->bookmark().value();
      const auto page = world_.pull(mark.lineage, domain::DeviceRole::Tablet, mark.feed_seq);
      const auto applied =
          store_->apply_page(page, protocol::decode_root_statement(page.statement.statement).value());
      INFO((applied ? "" : applied.error().detail));
      REQUIRE(applied);
      if (!page.has_more) return;
    }
  }

 private:
  storage::DataFolder open_data() {
    auto opened = storage::DataFolder::open(folder_.path(), world_.random);
    REQUIRE(opened);
    return std::move(opened).value();
  }
  void write(const std::function<Done(sync::Journal&)>& work) {
    const auto written = store_->write(world_.technician.id, work);
    INFO((written ? "" : written.error().detail));
    REQUIRE(written);
  }

  OrganisationWorld& world_;
  ScratchFolder folder_;
  storage::DataFolder data_;
  Journalist journalist_;
  std::unique_ptr<sync::DeviceStore> store_;
};

using Tablets = std::vector<std::unique_ptr<Tablet>>;

/// Every record of every kind, as fields by id.
std::map<std::pair<int, AnyId>, cbor::FieldMap> records_of(storage::Database& db) {
  std::map<std::pair<int, AnyId>, cbor::FieldMap> all;
  for (int type = 1; type <= domain::kEntityTypeLast; ++type) {
    domain::with_entity(static_cast<EntityType>(type), [&]<class Record>() {
      const auto found = storage::where<Record>(db, "1");
      REQUIRE(found);
      for (const auto& record : found.value())
        all[{type, id_cast<AnyId>(record.id)}] = domain::fields_of(record);
    });
  }
  return all;
}

void check_alike(OrganisationWorld& world, Tablets& tablets) {
  const auto at_server = records_of(world.store->db());
  for (std::size_t number = 0; number < tablets.size(); ++number) {
    auto& store = tablets[number]->store();
    const auto here = records_of(store.db());
    CAPTURE(number);
    CHECK(here.size() == at_server.size());
    for (const auto& [key, fields] : at_server) {
      INFO(domain::table_of(static_cast<EntityType>(key.first)) << " " << to_text(key.second));
      const auto found = here.find(key);
      REQUIRE(found != here.end());
      CHECK(to_hex(cbor::encode(found->second)) == to_hex(cbor::encode(fields)));
    }
    CHECK(store.bookmark().value().root == world.store->head().value().root);
  }
}

TEST_CASE("replaying: after any history every tablet, and a new one, holds what the server holds [S01]",
          "[S01]") {
  const auto seed = GENERATE(1, 2, 3, 4, 5, 6);
  CAPTURE(seed);
  FakeRandom dice{static_cast<std::uint64_t>(seed)};
  OrganisationWorld world;
  Tablets tablets;
  for (int n = 0; n < 3; ++n) tablets.push_back(std::make_unique<Tablet>(world, world.enrol()));
  for (auto& tablet : tablets) tablet->pull();

  std::vector<domain::Contact> contacts;
  std::vector<domain::Visit> visits;
  std::vector<domain::WorkOrder> orders;
  const auto any = [&](const auto& list) -> const auto& {
    return list[static_cast<std::size_t>(dice.next() % list.size())];
  };
  for (int step = 0; step < 150; ++step) {
    auto& tablet = *tablets[static_cast<std::size_t>(dice.next() % tablets.size())];
    world.clock.pass(std::chrono::milliseconds{dice.next() % 5});
    switch (dice.next() % 11) {
      case 0: {
        domain::Contact contact;
        contact.id = world.id<domain::ContactId>();
        contact.customer_id = world.customer.id;
        contact.name = "contact " + std::to_string(step);
        tablet.create(contact);
        contacts.push_back(contact);
        break;
      }
      case 1: {
        auto visit = world.make_visit();
        visit.kind = static_cast<domain::VisitKind>(dice.next() % 9);
        tablet.create(visit);
        visits.push_back(visit);
        break;
      }
      case 2: {
        domain::WorkOrder order;
        order.id = world.id<domain::WorkOrderId>();
        order.customer_id = world.customer.id;
        order.number = "W-" + std::to_string(step);
        world.by_office(order);
        orders.push_back(order);
        break;
      }
      case 3:
        if (contacts.empty()) break;
        tablet.edit(any(contacts), [&](auto& contact) {
          (step % 2 == 0 ? contact.phone : contact.email) = std::to_string(step);
        });
        break;
      case 4:
        if (visits.empty()) break;
        tablet.edit(any(visits),
                    [&](auto& visit) { visit.price_minor = step % 3, visit.result = std::to_string(step); });
        break;
      case 5:
        if (orders.empty()) break;
        tablet.edit(any(orders), [&](auto& order) {
          order.state = static_cast<domain::WorkOrderState>(dice.next() % 9);
          order.bring = std::to_string(step);
        });
        break;
      case 6:
        tablet.edit(world.customer, [&](auto& customer) {
          customer.note = std::to_string(step), customer.is_company = step % 2 == 0;
        });
        break;
      case 7: {  // the office deletes or edits a contact without asking anybody
        if (contacts.empty()) break;
        const auto& contact = any(contacts);
        const auto found = world.find(contact);
        if (!found) break;
        auto after = *found;
        after.role = std::to_string(step);
        const bool is_delete = dice.next() % 2 == 0;
        (void)world.store->db().transaction([&]() -> Done {
          if (!is_delete) return server::office_change(*world.store, domain::UserId{}, *found, after);
          return server::office_write(*world.store, domain::UserId{}, Verb::Delete, EntityType::Contact,
                                      id_cast<AnyId>(contact.id), {});
        });
        break;
      }
      case 8:
      case 9: tablet.push(); break;
      default: tablet.pull();
    }
  }
  for (auto& tablet : tablets) tablet->push();
  tablets.push_back(std::make_unique<Tablet>(world, world.enrol()));
  for (auto& tablet : tablets) tablet->pull();

  REQUIRE(world.count("SELECT count(*) FROM feed WHERE ruling = 2") > 0);
  check_alike(world, tablets);
}

TEST_CASE("replaying: after an erasure old and new tablets hold what may be kept, and not a byte more [F03]",
          "[F03]") {
  OrganisationWorld world;
  Tablets tablets;
  tablets.push_back(std::make_unique<Tablet>(world, world.enrol()));
  tablets.push_back(std::make_unique<Tablet>(world, world.enrol()));
  const auto person = world.make_customer("planted name");
  world.by_office(person);
  for (auto& tablet : tablets) tablet->pull();
  auto visit = world.make_visit();
  visit.customer_id = person.id;
  visit.reason = "planted reason";
  tablets[0]->create(visit);
  tablets[0]->edit(visit, [](auto& one) { one.price_minor = 5; });
  tablets[0]->edit(visit, [](auto& one) { one.price_minor = 7, one.reason = "planted again"; });
  tablets[0]->push();
  tablets[1]->pull();
  tablets[1]->edit(person, [](auto& one) { one.name = "planted elsewhere"; });
  world.clock.pass(std::chrono::seconds{1});
  tablets[0]->edit(person, [](auto& one) { one.name = "planted here", one.language = "sl"; });
  tablets[0]->push();
  tablets[1]->push();

  REQUIRE(world.store->db().transaction([&]() -> Done {
    const auto report = server::erase_customer(*world.store, domain::UserId{}, person.number);
    if (!report) return report.error();
    return done();
  }));
  tablets.push_back(std::make_unique<Tablet>(world, world.enrol()));
  for (auto& tablet : tablets) tablet->pull();

  CHECK(world.find(visit)->price_minor == 7);
  CHECK(world.find(person)->language == "sl");
  check_alike(world, tablets);
  for (auto& tablet : tablets) {
    for (const auto* sql :
         {"SELECT body FROM operation WHERE body IS NOT NULL",
          "SELECT fields FROM confirmed WHERE fields IS NOT NULL",
          "SELECT value FROM lost_value WHERE value IS NOT NULL", "SELECT folded FROM search_text",
          "SELECT fields FROM deleted_record WHERE fields IS NOT NULL"}) {
      auto query = tablet->store().db().query(sql);
      while (query.next()) CHECK(query.bytes(0).find("planted") == Bytes::npos);
    }
  }
}

}  // namespace
}  // namespace aftercare
