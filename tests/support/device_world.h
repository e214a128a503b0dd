#pragma once

#include "shared/storage/data_folder.h"
#include "shared/storage/records.h"
#include "shared/storage/search.h"
#include "sync/protocol/decision.h"
#include "sync/protocol/seal.h"
#include "sync/protocol/sealed_visit.h"
#include "sync/protocol/tags.h"
#include "sync/store/device_store.h"
#include "tests/support/catch.h"
#include "tests/support/fake_clock.h"
#include "tests/support/fake_random.h"
#include "tests/support/scratch_folder.h"

#include <sodium.h>

#include <optional>
#include <string>
#include <vector>

/// A tablet's disk, for real, and a voice that says what its server would say.
namespace aftercare::testing {

using domain::EntityType;
using protocol::Verb;

struct DeviceWorld {
  ScratchFolder folder;
  FakeClock clock;
  FakeRandom random{5};
  SigningKey organisation_key = make_signing_key(random);
  protocol::EpochId epoch = make_id<protocol::EpochId>(clock, random);
  Hash box_seed{};  // of the organisation: rescue files are sealed to its key
  sync::Identity identity;
  std::optional<storage::DataFolder> data;
  std::unique_ptr<sync::DeviceStore> store;

  // The office's own journal, and the feed that is said.
  SigningKey office_key = make_signing_key(random);
  protocol::DeviceId office_id = make_id<protocol::DeviceId>(clock, random);
  protocol::Head office_head{0, protocol::genesis_hash(office_key.public_key)};
  std::uint64_t feed_seq = 0;
  Hash root{};

  domain::User technician;
  domain::Customer customer;

  /// With a colleague: another device of the same organisation.
  explicit DeviceWorld(const DeviceWorld* colleague = nullptr) {
    identity.organisation_id = make_id<protocol::OrganisationId>(clock, random);
    box_seed.fill(0x44);
    if (colleague != nullptr) {
      random = FakeRandom{6};
      organisation_key = colleague->organisation_key;
      identity.organisation_id = colleague->identity.organisation_id;
    }
    Hash box_secret{};
    crypto_box_seed_keypair(identity.box_key.data(), box_secret.data(), box_seed.data());
    identity.organisation_name = "Teplo Brno";
    identity.device_id = make_id<protocol::DeviceId>(clock, random);
    identity.key = make_signing_key(random);
    identity.prefix = "23";
    identity.organisation_key = organisation_key.public_key;
    const protocol::Certificate certificate{identity.organisation_id,   identity.device_id,
                                            domain::DeviceRole::Tablet, "23",
                                            identity.key.public_key,    clock.now()};
    identity.certificate =
        protocol::sign_statement(organisation_key, protocol::kDeviceTag, protocol::encode(certificate));
    identity.line.host = "server.example";
    identity.line.organisation_id = identity.organisation_id;
    identity.line.code = "Y29kZQ";
    open();
    REQUIRE(store->save_identity(identity, epoch));

    technician.id = make_id<domain::UserId>(clock, random);
    technician.name = "Petr Svoboda";
    customer.id = make_id<domain::CustomerId>(clock, random);
    customer.number = "C-22-0001-K";
    customer.name = "Jana Nováková";
    apply({office(Verb::Create, technician), office(Verb::Create, customer)});
  }

  void open() {
    store.reset();
    data.reset();
    auto opened = storage::DataFolder::open(folder.path(), random);
    REQUIRE(opened);
    data.emplace(std::move(opened).value());
    auto made = sync::DeviceStore::open(*data, clock, random);
    INFO((made ? "" : made.error().detail));
    REQUIRE(made);
    store = std::move(made).value();
  }

  // ---- What the device does ----

  void write(const std::function<Done(sync::Journal&)>& work) {
    const auto written = store->write(technician.id, work);
    INFO((written ? "" : written.error().detail));
    REQUIRE(written);
  }
  domain::Visit make_visit() {
    domain::Visit visit;
    visit.id = make_id<domain::VisitId>(clock, random);
    visit.number = "V-23-0001-K";
    visit.kind = domain::VisitKind::Installation;
    visit.customer_id = customer.id;
    visit.technician_id = technician.id;
    visit.started_at = clock.now();
    visit.result = "done";
    return visit;
  }
  std::vector<protocol::Operation> journal() { return store->operations_after(0, 10'000, 100 << 20).value(); }
  template <class Record>
  std::optional<Record> find(const Record& record) {
    auto found = storage::find<Record>(store->db(), record.id);
    REQUIRE(found);
    return std::move(found).value();
  }
  std::int64_t count(std::string_view sql) {
    auto query = store->db().query(sql);
    REQUIRE(query.next());
    return query.integer(0);
  }

  // ---- What the server says ----

  protocol::FeedItem say(const protocol::Operation& operation, const protocol::Decision& decision,
                         bool with_content) {
    protocol::FeedItem item;
    item.seq = ++feed_seq;
    item.operation = protocol::operation_hash(operation.header);
    item.decision = protocol::encode(decision);
    item.decision_salt = random.bytes(protocol::kSaltSize);
    item.decision_commitment = protocol::decision_commitment(item.decision_salt, item.decision);
    if (with_content) item.content = operation;
    root = protocol::next_root(epoch, root, item.seq, item.operation, item.decision_commitment);
    return item;
  }
  /// One of the device's own operations comes back with its decision.
  protocol::FeedItem own(const protocol::Operation& operation, const protocol::Decision& decision = {}) {
    return say(operation, decision, false);
  }
  protocol::FeedItem set_aside(const protocol::Operation& operation, protocol::SetAsideReason reason) {
    protocol::Decision decision;
    decision.ruling = protocol::Ruling::SetAside;
    decision.reason = reason;
    return own(operation, decision);
  }
  protocol::Operation by_office(Verb verb, EntityType type, const AnyId& id, const cbor::FieldMap& fields) {
    protocol::Header header;
    header.organisation_id = identity.organisation_id;
    header.device_id = office_id;
    header.dseq = office_head.dseq + 1;
    header.previous_hash = office_head.hash;
    header.time = {to_ms(clock.now()), 0};
    header.verb = verb;
    header.type = type;
    header.entity_id = id;
    auto operation = protocol::make_operation(header, cbor::encode(fields), random);
    office_head = {header.dseq, protocol::operation_hash(operation.header)};
    return operation;
  }
  template <class Record>
  protocol::FeedItem office(Verb verb, const Record& record) {
    const auto fields = verb == Verb::Delete ? cbor::FieldMap{} : domain::fields_of(record);
    return say(by_office(verb, domain::EntityInfo<Record>::type, id_cast<AnyId>(record.id), fields), {},
               true);
  }
  template <class Record>
  protocol::FeedItem office_change(const Record& before, const Record& after,
                                   const protocol::Decision& decision = {}) {
    return say(by_office(Verb::Change, domain::EntityInfo<Record>::type, id_cast<AnyId>(after.id),
                         domain::changes_of(before, after)),
               decision, true);
  }
  protocol::PullAnswer page(std::vector<protocol::FeedItem> items) {
    const protocol::RootStatement statement{identity.organisation_id, epoch, feed_seq, root, clock.now()};
    protocol::PullAnswer answer;
    answer.statement =
        protocol::sign_statement(organisation_key, protocol::kStatementTag, protocol::encode(statement));
    answer.items = std::move(items);
    return answer;
  }
  Done try_apply(const protocol::PullAnswer& answer) {
    return store->apply_page(answer, protocol::decode_root_statement(answer.statement.statement).value());
  }
  void apply(std::vector<protocol::FeedItem> items) {
    const auto applied = try_apply(page(std::move(items)));
    INFO((applied ? "" : applied.error().detail));
    REQUIRE(applied);
  }
  /// The device's whole unsettled journal comes back, accepted.
  void settle() {
    std::vector<protocol::FeedItem> items;
    for (const auto& operation : journal()) {
      auto query = store->db().query("SELECT 1 FROM operation WHERE hash = ? AND settled_seq IS NULL",
                                     protocol::operation_hash(operation.header));
      if (query.next()) items.push_back(own(operation));
    }
    apply(std::move(items));
  }
};

}  // namespace aftercare::testing
