#pragma once

#include "shared/domain/codec.h"
#include "sync/protocol/checksum.h"
#include "sync/protocol/decision.h"
#include "sync/protocol/erasure.h"
#include "sync/protocol/message.h"
#include "sync/protocol/record_file.h"
#include "sync/protocol/rescue_file.h"
#include "sync/protocol/snapshot.h"

#include <sodium.h>

/// The small, fixed world that the golden bytes of tests/fixtures were made of: keys, ids, times and salts
/// that anybody can retype. Never change a value here; make a new one beside it.
namespace aftercare::testing::golden {

/// Counts 0, 1, 2 … 255, 0 …: the salts of the fixtures.
class CountingRandom final : public Random {
 public:
  explicit CountingRandom(std::uint8_t first = 0) : next_(first) {}
  void fill(std::span<std::uint8_t> bytes) override {
    for (auto& byte : bytes) byte = next_++;
  }

 private:
  std::uint8_t next_;
};

/// Sixteen or thirty-two bytes of one value.
template <class IdType>
IdType id_of(std::uint8_t value) {
  IdType id;
  id.bytes.fill(value);
  return id;
}
inline Hash hash_of(std::uint8_t value) {
  Hash hash{};
  hash.fill(value);
  return hash;
}

inline const auto kOrganisation = id_of<domain::OrganisationId>(0x01);
inline const auto kDevice = id_of<domain::DeviceId>(0x02);
inline const auto kUser = id_of<domain::UserId>(0x03);
inline const auto kEpoch = id_of<protocol::EpochId>(0x04);
inline const auto kCustomer = id_of<domain::CustomerId>(0x05);
inline const auto kVisit = id_of<domain::VisitId>(0x06);
inline const auto kSignOff = id_of<domain::SignOffId>(0x07);
inline const Instant kNow = from_ms(1'790'000'000'000);  // 2026-09-21T14:13:20Z

inline SigningKey device_key() { return signing_key_of_seed(hash_of(0x11)); }
inline SigningKey organisation_key() { return signing_key_of_seed(hash_of(0x22)); }

inline domain::Customer customer() {
  domain::Customer customer;
  customer.id = kCustomer;
  customer.number = "C-22-0001-K";
  customer.name = "Jana Nováková";
  customer.language = "cs";
  customer.phone = "+420601234567";
  return customer;
}

/// The first operation of the device's journal: it makes the customer.
inline protocol::Operation first_operation() {
  protocol::Header header;
  header.organisation_id = kOrganisation;
  header.device_id = kDevice;
  header.dseq = 1;
  header.previous_hash = protocol::genesis_hash(device_key().public_key);
  header.time = {to_ms(kNow), 0};
  header.user_id = kUser;
  header.verb = protocol::Verb::Create;
  header.type = domain::EntityType::Customer;
  header.entity_id = id_cast<AnyId>(kCustomer);
  header.base_seq = 0;
  CountingRandom random;
  return protocol::make_operation(header, cbor::encode(domain::fields_of(customer())), random);
}

/// The second: it clears the phone number and says that the customer is a firm, knowing the feed up to 300.
inline protocol::Operation second_operation() {
  auto after = customer();
  after.phone.clear();
  after.is_company = true;
  protocol::Header header = protocol::decode_header(first_operation().header).value();
  header.dseq = 2;
  header.previous_hash = protocol::operation_hash(first_operation().header);
  header.time = {to_ms(kNow), 1};
  header.verb = protocol::Verb::Change;
  header.base_seq = 300;
  CountingRandom random{0x80};
  return protocol::make_operation(header, cbor::encode(domain::changes_of(customer(), after)), random);
}

inline protocol::Signed certificate() {
  const protocol::Certificate text{kOrganisation,           kDevice, domain::DeviceRole::Tablet, "K7",
                                   device_key().public_key, kNow};
  return protocol::sign_statement(organisation_key(), protocol::kDeviceTag, protocol::encode(text));
}

inline protocol::Decision merged_decision() {
  protocol::Decision decision;
  decision.ruling = protocol::Ruling::Merged;
  decision.lost[5] = cbor::kNull;
  decision.replaced[3] = domain::encode_value(false);
  return decision;
}
inline const Bytes kDecisionSalt = Bytes(16, '\x33');

inline Hash root(std::uint64_t seq) {
  Hash previous{};
  for (std::uint64_t at = 1; at <= seq; ++at) {
    const auto operation = at == 1 ? first_operation() : second_operation();
    const auto decision = at == 1 ? protocol::Decision{} : merged_decision();
    previous = protocol::next_root(kEpoch, previous, at, protocol::operation_hash(operation.header),
                                   protocol::decision_commitment(kDecisionSalt, protocol::encode(decision)));
  }
  return previous;
}

inline protocol::Signed root_statement() {
  const protocol::RootStatement text{kOrganisation, kEpoch, 2, root(2), kNow};
  return protocol::sign_statement(organisation_key(), protocol::kStatementTag, protocol::encode(text));
}

inline protocol::Signed receipt() {
  const protocol::Receipt text{.organisation_id = kOrganisation,
                               .epoch = kEpoch,
                               .device_id = kDevice,
                               .lineage = protocol::genesis_hash(device_key().public_key),
                               .head = {2, protocol::operation_hash(second_operation().header)},
                               .seq = 2,
                               .root = root(2),
                               .server_time = kNow,
                               .backed_up_dseq = 1};
  return protocol::sign_statement(organisation_key(), protocol::kReceiptTag, protocol::encode(text));
}

inline protocol::PushRequest push_request() {
  protocol::PushRequest request;
  request.lineage = protocol::genesis_hash(device_key().public_key);
  request.operations = {first_operation(), second_operation()};
  request.head_signature =
      sign(device_key(), protocol::kHeadTag,
           protocol::head_text(kOrganisation, protocol::operation_hash(second_operation().header)));
  return request;
}

inline const auto kBoxSeed = hash_of(0x44);
inline Hash box_key() {
  Hash key{};
  Hash secret{};
  crypto_box_seed_keypair(key.data(), secret.data(), kBoxSeed.data());
  return key;
}

/// A zstd frame that holds the bytes as they are, so that no version of the library makes another one.
inline Bytes plain_zstd(std::string_view bytes) {
  const auto low = [](std::size_t number, int count) {
    Bytes text;
    for (int i = 0; i < count; ++i) text += static_cast<char>((number >> (8 * i)) & 0xff);
    return text;
  };
  return Bytes{"\x28\xb5\x2f\xfd\x60", 5} + low(bytes.size() - 256, 2) + low(bytes.size() << 3 | 1, 3) +
         Bytes{bytes};
}

/// The device's unsent work: a head, then a push, a photo and the end, sealed.
inline std::vector<Bytes> rescue_frames() {
  CountingRandom random{0x40};
  protocol::RescueSealer sealer{certificate(), box_key(), kNow, random};
  const Bytes photo = "a photo";
  std::vector<Bytes> frames{sealer.head()};
  frames.push_back(sealer.seal(protocol::RescuedPush{plain_zstd(protocol::encode(push_request()))}));
  frames.push_back(sealer.seal(protocol::RescuedPart{sha256(photo), photo.size(), 0, photo}));
  protocol::RescueEnd end{2, 1, {}};
  end.signature = sign(device_key(), protocol::kRescueEndTag,
                       protocol::rescue_end_text(sealer.id(), sealer.next_number(), end));
  frames.push_back(sealer.seal(end));
  return frames;
}

inline protocol::PullAnswer pull_answer() {
  const auto item = [](std::uint64_t seq, const protocol::Operation& operation,
                       const protocol::Decision& decision) {
    protocol::FeedItem made;
    made.seq = seq;
    made.operation = protocol::operation_hash(operation.header);
    made.decision_salt = kDecisionSalt;
    made.decision = protocol::encode(decision);
    made.decision_commitment = protocol::decision_commitment(kDecisionSalt, made.decision);
    made.content = operation;
    return made;
  };
  protocol::PullAnswer answer;
  answer.backed_up_seq = 1;
  answer.statement = root_statement();
  answer.items = {item(1, first_operation(), {}), item(2, second_operation(), merged_decision())};
  // The first was erased: salt and body are gone, what may be kept stands beside it.
  answer.items[0].content->salt.clear();
  answer.items[0].content->body.clear();
  answer.items[0].remainder = cbor::encode(domain::without_personal(customer()));
  answer.scope_seq = 7;
  answer.scope_changes = {{kCustomer, true}, {id_of<domain::CustomerId>(0x09), false}};
  return answer;
}

inline protocol::Checksums checksums() {
  protocol::Checksums sums;
  protocol::add(sums, domain::EntityType::Customer, id_cast<AnyId>(kCustomer),
                cbor::encode(domain::fields_of(customer())));
  protocol::add(sums, domain::EntityType::Visit, id_cast<AnyId>(kVisit), cbor::encode(cbor::FieldMap{}));
  return sums;
}

/// The customer as it stands after both operations; somebody's visit's sign-off; something deleted.
inline protocol::SnapshotAnswer snapshot_answer() {
  auto standing = customer();
  standing.is_company = true;
  protocol::SnapshotAnswer answer;
  answer.statement = root_statement();
  const auto row = [](domain::EntityType type, const AnyId& id, Bytes fields, std::uint64_t seq) {
    protocol::RecordRow made;
    made.type = static_cast<std::uint32_t>(type);
    made.id = id;
    made.fields = std::move(fields);
    made.seq = seq;
    return made;
  };
  answer.rows.push_back(row(domain::EntityType::Customer, id_cast<AnyId>(kCustomer),
                            cbor::encode(domain::fields_of(standing)), 2));
  answer.rows.push_back(
      row(domain::EntityType::SignOff, id_cast<AnyId>(kSignOff), cbor::encode(cbor::FieldMap{}), 300));
  answer.rows.back().seal_header = second_operation().header;
  answer.rows.back().countersign = root_statement();
  answer.rows.push_back(
      row(domain::EntityType::Site, id_of<AnyId>(0x08), cbor::encode(cbor::FieldMap{}), 301));
  answer.rows.back().is_deleted = true;
  answer.next = "21.7";
  return answer;
}

// ---- A sealed visit ---------------------------------------------------------------------------------

inline const Bytes kPhoto = "not really a photo: 40 bytes of a picture";
inline const Bytes kStrokes = "not really strokes";

inline protocol::SealedVisit sealed_visit() {
  using namespace domain;
  protocol::SealedVisit in;
  auto& visit = in.file.visit;
  visit.id = kVisit;
  visit.number = "V-K7-0001-3";
  visit.kind = VisitKind::Maintenance;
  visit.customer_id = kCustomer;
  visit.technician_id = kUser;
  visit.language = "cs";
  visit.started_at = kNow;
  visit.zone = "Europe/Prague";
  visit.reason = "Roční prohlídka";
  visit.result = "Vyčištěno, seřízeno";
  visit.promised = "Za rok znovu";
  visit.price_minor = 129'900;
  visit.currency = "CZK";

  const auto moment = [](VisitEventKind kind, std::int64_t minutes) {
    VisitEvent event;
    event.kind = kind;
    event.at = kNow + std::chrono::minutes{minutes};
    event.zone = "Europe/Prague";
    event.boot_id = "boot-1";
    event.monotonic_ms = minutes * 60'000;
    event.server_offset_ms = -1500;
    return event;
  };
  in.file.events = {moment(VisitEventKind::Arrived, 0), moment(VisitEventKind::Working, 5),
                    moment(VisitEventKind::Left, 60)};
  Answer answer;
  answer.question = "pressure";
  answer.kind = AnswerKind::Number;
  answer.value = "1.5";
  in.file.answers = {answer};
  Photo photo;
  photo.question = "nameplate";
  photo.moment = PhotoMoment::After;
  photo.caption = "Štítek";
  photo.blob = {sha256(kPhoto)};
  photo.media_type = "image/jpeg";
  photo.byte_count = static_cast<std::int64_t>(kPhoto.size());
  photo.taken_at = kNow + std::chrono::minutes{30};
  in.file.photos = {photo};
  Note note;
  note.at = kNow + std::chrono::minutes{40};
  note.text = "Klíč je u sousedů.";
  in.file.notes = {note};

  in.sign_off.id = kSignOff;
  in.sign_off.visit_id = kVisit;
  in.sign_off.outcome = Outcome::Signed;
  in.sign_off.signer_name = "Jana Nováková";
  in.sign_off.signer_role = SignerRole::Customer;
  in.sign_off.signed_at = kNow + std::chrono::minutes{59};
  in.sign_off.language = "cs";
  in.sign_off.strokes = BlobRef{sha256(kStrokes)};
  in.customer = customer();
  Site site;
  site.name = "Doma";
  site.street = "Dlouhá 7";
  site.city = "Brno";
  site.postcode = "602 00";
  site.country = "CZ";
  in.site = site;
  Asset asset;
  asset.name = "Kotel";
  asset.serial = "SN-1";
  asset.place = "sklep";
  in.asset = asset;
  in.work_order_number = "W-22-0009-T";
  in.technician_name = "Petr Svoboda";
  in.summary = "Vyčistili jsme kotel.\nCelkem 1 299,00 Kč";
  in.strokes = protocol::StrokeFacts{{sha256(kStrokes)}, "finger", 1280, 640, 3};
  in.signing_moment = moment(VisitEventKind::Left, 59);
  in.root_statement = root_statement();
  in.app_version = "0.1.0";
  in.device_prefix = "K7";
  return in;
}

/// The sealed visit as a file, countersigned, with both blobs.
inline protocol::SealedRecord sealed_record() {
  CountingRandom random{0x40};
  const auto groups = protocol::seal_groups(sealed_visit(), random);
  protocol::SealedRecord record;
  record.seal_list = protocol::encode(protocol::list_of(groups));
  for (const auto& group : groups) record.groups.push_back({group.name, group});

  auto sign_off = sealed_visit().sign_off;
  sign_off.seal_list.bytes = record.seal_list;
  sign_off.link_hash.bytes = view(sha256("secret"));
  protocol::Header header = protocol::decode_header(second_operation().header).value();
  header.dseq = 40;
  header.previous_hash = hash_of(0x44);
  header.verb = protocol::Verb::Seal;
  header.type = domain::EntityType::SignOff;
  header.entity_id = id_cast<AnyId>(kSignOff);
  header.base_seq = 0;
  const auto operation = protocol::make_operation(header, cbor::encode(domain::fields_of(sign_off)), random);

  const auto seal = protocol::seal_hash(record.seal_list);
  const auto hash = protocol::operation_hash(operation.header);
  record.header = operation.header;
  record.signature = protocol::sign_seal(device_key(), seal, hash);
  record.certificate = certificate();
  record.organisation_key = organisation_key().public_key;
  record.countersign =
      protocol::sign_statement(organisation_key(), protocol::kCountersignTag,
                               protocol::encode(protocol::Countersign{kOrganisation, kEpoch, seal, hash, 77,
                                                                      kNow + std::chrono::hours{2}}));
  record.blobs = {{sha256(kPhoto), kPhoto}, {sha256(kStrokes), kStrokes}};
  return record;
}

/// The same record after the customer was erased: personal groups and blobs are gone, and the organisation
/// says so.
inline protocol::SealedRecord erased_record() {
  auto record = sealed_record();
  protocol::ErasureStatement statement{
      kOrganisation, protocol::seal_hash(record.seal_list), {}, kNow + std::chrono::hours{48}};
  for (auto& group : record.groups) {
    if (!protocol::is_personal_group(group.name)) continue;
    group.content.reset();
    statement.groups.push_back(group.name);
  }
  record.erasure =
      protocol::sign_statement(organisation_key(), protocol::kErasureTag, protocol::encode(statement));
  record.blobs.clear();
  return record;
}

}  // namespace aftercare::testing::golden
