#pragma once

#include "shared/storage/records.h"
#include "sync/protocol/limits.h"
#include "sync/protocol/seal.h"
#include "sync/protocol/sealed_visit.h"
#include "sync/protocol/tags.h"
#include "sync/server/accepting.h"
#include "sync/server/enrolment.h"
#include "sync/server/erasing.h"
#include "sync/server/feeding.h"
#include "sync/server/office.h"
#include "tests/support/catch.h"
#include "tests/support/fake_clock.h"
#include "tests/support/fake_random.h"
#include "tests/support/scratch_folder.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <map>
#include <utility>

/// A whole organisation at the server's disk, without a network: real SQLite, real keys, a clock that stands
/// still.
namespace aftercare::testing {

using domain::EntityType;
using protocol::OrganisationId;
using protocol::SetAsideReason;
using protocol::Verb;

/// A device that only has a journal: it makes operations as a tablet would, and may also lie.
struct Journalist {
  OrganisationId organisation_id;
  protocol::DeviceId device_id;
  SigningKey key;
  domain::UserId user_id;
  Hash lineage{};
  protocol::Head head;
  protocol::HybridTime time;
  std::vector<protocol::Operation> unsent;

  protocol::Operation write(Verb verb, EntityType type, const AnyId& id, const Bytes& body,
                            std::uint64_t base_seq, Clock& clock, Random& random) {
    time = protocol::next_hybrid(time, clock.now());
    protocol::Header header;
    header.organisation_id = organisation_id;
    header.device_id = device_id;
    header.dseq = head.dseq + 1;
    header.previous_hash = head.hash;
    header.time = time;
    header.user_id = user_id;
    header.verb = verb;
    header.type = type;
    header.entity_id = id;
    header.base_seq = base_seq;
    auto operation = protocol::make_operation(header, body, random);
    head = {header.dseq, protocol::operation_hash(operation.header)};
    unsent.push_back(operation);
    return operation;
  }

  [[nodiscard]] protocol::PushRequest request_of(std::vector<protocol::Operation> operations) const {
    protocol::PushRequest request{lineage, std::move(operations), {}};
    const auto last = protocol::operation_hash(request.operations.back().header);
    request.head_signature = sign(key, protocol::kHeadTag, protocol::head_text(organisation_id, last));
    return request;
  }
};

struct OrganisationWorld {
  ScratchFolder folder;
  FakeClock clock;
  FakeRandom random;
  Hash key{};
  std::unique_ptr<server::OrganisationStore> store;
  domain::User technician;
  domain::Customer customer;

  OrganisationWorld() {
    key.fill(0x5a);
    auto made = server::OrganisationStore::create(path(), key, "Teplo Brno", clock, random);
    REQUIRE(made);
    store = std::move(made).value();
    technician.id = id<domain::UserId>();
    technician.name = "Petr Svoboda";
    technician.language = "cs";
    technician.is_active = true;
    by_office(technician);
    customer = make_customer("Jana Nováková");
    by_office(customer);
  }

  [[nodiscard]] std::filesystem::path path() const { return folder.path() / "organisation.db"; }
  template <class IdType>
  IdType id() {
    return make_id<IdType>(clock, random);
  }

  domain::Customer make_customer(std::string name) {
    domain::Customer made;
    made.id = id<domain::CustomerId>();
    made.number = store->next_number('C').value();
    made.name = std::move(name);
    made.phone = "+420601234567";
    made.language = "cs";
    return made;
  }
  domain::Visit make_visit() {
    domain::Visit visit;
    visit.id = id<domain::VisitId>();
    visit.number = "V-23-0001-K";
    visit.kind = domain::VisitKind::Installation;
    visit.customer_id = customer.id;
    visit.technician_id = technician.id;
    visit.language = "cs";
    visit.started_at = clock.now();
    visit.zone = "Europe/Prague";
    visit.result = "done";
    visit.currency = "CZK";
    return visit;
  }

  template <class Record>
  void by_office(const Record& record) {
    const auto written =
        store->db().transaction([&] { return server::office_create(*store, domain::UserId{}, record); });
    INFO((written ? "" : written.error().detail));
    REQUIRE(written);
  }
  template <class Record>
  Done change_by_office(const Record& before, const Record& after) {
    return store->db().transaction(
        [&] { return server::office_change(*store, domain::UserId{}, before, after); });
  }

  Journalist enrol(domain::DeviceRole role = domain::DeviceRole::Tablet) {
    Journalist device;
    device.organisation_id = store->organisation().id;
    device.device_id = id<protocol::DeviceId>();
    device.key = make_signing_key(random);
    device.user_id = technician.id;
    const auto enrolled = store->db().transaction([&]() -> Done {
      const auto code = server::open_enrolment(*store, domain::UserId{}, role, std::nullopt);
      if (!code) return code.error();
      protocol::EnrolRequest request;
      request.organisation_id = device.organisation_id;
      request.code = code.value().code;
      request.device_id = device.device_id;
      request.public_key = device.key.public_key;
      request.device_name = "Tablet";
      request.app_version = "0.1";
      request.proof = sign(device.key, protocol::kEnrolTag, protocol::enrol_proof_text(request));
      const auto answer = server::enrol(*store, request);
      if (!answer) return answer.error();
      REQUIRE(std::holds_alternative<Bytes>(answer.value()));
      return done();
    });
    REQUIRE(enrolled);
    device.lineage = protocol::genesis_hash(device.key.public_key);
    device.head = {0, device.lineage};
    return device;
  }

  template <class Record>
  protocol::Operation create(Journalist& device, const Record& record, Verb verb = Verb::Create) {
    return device.write(verb, domain::EntityInfo<Record>::type, id_cast<AnyId>(record.id),
                        cbor::encode(domain::fields_of(record)), 0, clock, random);
  }
  template <class Record>
  protocol::Operation change(Journalist& device, const Record& before, const Record& after,
                             std::uint64_t base_seq, Verb verb = Verb::Change) {
    return device.write(verb, domain::EntityInfo<Record>::type, id_cast<AnyId>(after.id),
                        cbor::encode(domain::changes_of(before, after)), base_seq, clock, random);
  }
  template <class Record>
  protocol::Operation remove(Journalist& device, const Record& record, std::uint64_t base_seq) {
    return device.write(Verb::Delete, domain::EntityInfo<Record>::type, id_cast<AnyId>(record.id),
                        cbor::encode(cbor::FieldMap{}), base_seq, clock, random);
  }

  /// One push, decided as the route does it: all of it in one transaction, nothing of it when it does not
  /// fit.
  server::PushOutcome push(const Journalist& device, std::vector<protocol::Operation> operations,
                           bool is_revoked = false) {
    const auto prepared =
        server::prepare_push(device.request_of(std::move(operations)), device.organisation_id,
                             device.device_id, device.key.public_key);
    INFO((prepared ? "" : prepared.error().detail));
    REQUIRE(prepared);
    std::optional<server::PushOutcome> outcome;
    (void)store->db().transaction([&]() -> Done {
      auto accepted = server::accept_push(*store, prepared.value(), is_revoked);
      INFO((accepted ? "" : accepted.error().detail));
      REQUIRE(accepted);
      outcome = std::move(accepted).value();
      if (std::holds_alternative<server::Standing>(*outcome)) return Error{ErrorKind::Conflict, "behind"};
      return done();
    });
    return *outcome;
  }
  /// Pushes what the device has not sent and returns what was set aside, by dseq.
  std::map<std::uint64_t, SetAsideReason> sync(Journalist& device, bool is_revoked = false) {
    if (device.unsent.empty()) return {};
    const auto outcome = push(device, std::exchange(device.unsent, {}), is_revoked);
    REQUIRE(std::holds_alternative<server::Accepted>(outcome));
    const auto answer = protocol::decode_push_answer(std::get<server::Accepted>(outcome).answer).value();
    device.lineage = protocol::decode_receipt(answer.receipt.statement).value().lineage;
    std::map<std::uint64_t, SetAsideReason> set_aside;
    for (const auto& one : answer.set_aside) set_aside[one.dseq] = one.reason;
    return set_aside;
  }

  [[nodiscard]] std::uint64_t feed_seq() { return store->head().value().seq; }
  protocol::PullAnswer pull(const Hash& lineage = {}, domain::DeviceRole role = domain::DeviceRole::Tablet,
                            std::uint64_t after = 0) {
    auto answer = server::read_feed(*store, {role, lineage, after});
    REQUIRE(answer);
    return std::move(answer).value();
  }
  /// The whole feed, page by page.
  std::vector<protocol::FeedItem> feed(const Hash& lineage = {},
                                       domain::DeviceRole role = domain::DeviceRole::Tablet) {
    std::vector<protocol::FeedItem> items;
    for (;;) {
      auto page = pull(lineage, role, items.empty() ? 0 : items.back().seq);
      std::ranges::move(page.items, std::back_inserter(items));
      if (!page.has_more) return items;
    }
  }
  template <class Record>
  std::optional<Record> find(const Record& record) {
    return storage::find<Record>(store->db(), record.id).value();
  }
  template <class Record, class... Args>
  std::vector<Record> all(std::string_view condition, const Args&... args) {
    auto found = storage::where<Record>(store->db(), condition, args...);
    REQUIRE(found);
    return std::move(found).value();
  }
  std::int64_t count(std::string_view sql) {
    auto query = store->db().query(sql);
    REQUIRE(query.next());
    return query.integer(0);
  }

  /// Seals a visit as a tablet does: groups, the sealing operation, the signature behind it.
  domain::SignOff seal(Journalist& device, const domain::Visit& visit,
                       const std::function<void(std::vector<protocol::Group>&)>& spoil = {}) {
    protocol::SealedVisit sealed;
    sealed.file.visit = visit;
    sealed.customer = customer;
    sealed.summary = "A summary for " + customer.name;
    sealed.technician_name = technician.name;
    auto& sign_off = sealed.sign_off;
    sign_off.id = id<domain::SignOffId>();
    sign_off.visit_id = visit.id;
    sign_off.outcome = domain::Outcome::Refused;
    sign_off.reason = domain::OutcomeReason::Other;
    sign_off.reason_text = "words of " + customer.name;
    sign_off.signer_name = customer.name;
    sign_off.signed_at = clock.now();
    sign_off.language = "cs";
    auto groups = protocol::seal_groups(sealed, random);
    sign_off.seal_list.bytes = protocol::encode(protocol::list_of(groups));
    if (spoil) spoil(groups);
    for (const auto& group : groups) {
      domain::SealedGroup record;
      record.id = id<domain::SealedGroupId>();
      record.visit_id = visit.id;
      record.sign_off_id = id_cast<domain::SealId>(sign_off.id);
      record.name = group.name;
      record.salt.bytes = group.salt;
      record.content.bytes = group.content;
      create(device, record);
    }
    const auto operation = create(device, sign_off, Verb::Seal);
    auto with_signature = sign_off;
    with_signature.signature.bytes =
        view(protocol::sign_seal(device.key, protocol::seal_hash(sign_off.seal_list.bytes),
                                 protocol::operation_hash(operation.header)));
    change(device, sign_off, with_signature, 0, Verb::Append);
    return with_signature;
  }
  /// A visit with what "ready to leave" asks for.
  domain::Visit record_visit(Journalist& device) {
    auto visit = make_visit();
    create(device, visit);
    for (const auto kind :
         {domain::VisitEventKind::Arrived, domain::VisitEventKind::Working, domain::VisitEventKind::Left}) {
      domain::VisitEvent event;
      event.id = id<domain::VisitEventId>();
      event.visit_id = visit.id;
      event.kind = kind;
      event.at = clock.now();
      event.boot_id = "boot-1";
      event.monotonic_ms = clock.monotonic += 60'000;
      create(device, event);
    }
    return visit;
  }
};

}  // namespace aftercare::testing
