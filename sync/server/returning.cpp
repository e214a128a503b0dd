#include "sync/server/returning.h"

#include "shared/base/short_number.h"
#include "shared/storage/records.h"
#include "sync/protocol/tags.h"
#include "sync/server/accepting.h"
#include "sync/server/office.h"

#include <fmt/format.h>

namespace aftercare::server {
namespace {

using protocol::Signed;
using storage::AsBlob;

constexpr const char* kAskForLine =
    "ask the office for an enrolment line, and enrol in a new folder: what this one holds stays in it";

Result<bool> has_row(storage::Database& db, std::string_view sql, const auto&... args) {
  auto query = db.query(sql, args...);
  const bool is_there = query.next();
  if (const auto read = query.done(); !read) return read.error();
  return is_there;
}

/// What speaks against letting this certificate in; nothing when all is well.
Result<std::optional<EnrolmentRefusal>> objection_to(OrganisationStore& store,
                                                     const protocol::Certificate& certificate) {
  using Objection = std::optional<EnrolmentRefusal>;
  auto& db = store.db();
  // Without a restore, a device that we do not know is none of ours.
  const auto was_restored =
      has_row(db, "SELECT 1 FROM past_epoch WHERE restored_ms >= ?", certificate.enrolled_at);
  if (!was_restored) return was_restored.error();
  if (!was_restored.value() || certificate.role == DeviceRole::Office)
    return Objection{
        {Problem::NotSignedIn, fmt::format("this device is not enrolled here: {}", kAskForLine)}};
  const auto is_known = has_row(
      db, "SELECT 1 FROM lineage WHERE device_id = ?1 OR hash = ?2 UNION SELECT 1 FROM device WHERE id = ?1",
      certificate.device_id, protocol::genesis_hash(certificate.public_key));
  if (!is_known) return is_known.error();
  const auto is_taken = has_row(db, "SELECT 1 FROM device_access WHERE prefix = ?", certificate.prefix);
  if (!is_taken) return is_taken.error();
  if (is_known.value() || is_taken.value() || !device_of_prefix(certificate.prefix)) {
    return Objection{{Problem::Conflict, fmt::format("after the restore another device got the prefix {}: {}",
                                                     certificate.prefix, kAskForLine)}};
  }
  return Objection{};
}

/// What the device may do, and a journal that begins at its first operation.
Done let_in(OrganisationStore& store, const protocol::Certificate& certificate) {
  auto& db = store.db();
  const auto number = device_of_prefix(certificate.prefix).value();
  auto saved = db.run("UPDATE organisation SET next_prefix = max(next_prefix, ?)",
                      static_cast<std::int64_t>(number) + 1);
  if (saved) {
    saved = db.run(
        "INSERT INTO device_access (device_id, public_key, role, name, prefix, enrolled_ms, returned_ms, app_version) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, '')",
        certificate.device_id, certificate.public_key, certificate.role, certificate.prefix,
        certificate.prefix, certificate.enrolled_at, store.clock().now());
  }
  if (!saved) return saved;
  const auto genesis = protocol::genesis_hash(certificate.public_key);
  const auto opened = open_lineage(store, {.id = 0,
                                           .device_id = certificate.device_id,
                                           .hash = genesis,
                                           .parent_id = std::nullopt,
                                           .fork_dseq = 0,
                                           .head = {0, genesis}});
  if (!opened) return opened.error();
  return store.note_audit("device " + to_text(certificate.device_id), "device.returned",
                          to_text(certificate.device_id), certificate.prefix);
}

Done admit(OrganisationStore& store, const protocol::Certificate& certificate, const Signed& word) {
  domain::Device device;
  device.id = certificate.device_id;
  device.name = certificate.prefix;  // what people called it is lost with the record
  device.role = certificate.role;
  device.prefix = certificate.prefix;
  device.public_key.bytes = view(certificate.public_key);
  device.certificate.bytes = protocol::encode(word);
  if (const auto created = office_create(store, UserId{}, device); !created) return created;
  return let_in(store, certificate);
}

/// The certificate in the record, when it is the organisation's word for this very device.
std::optional<protocol::Certificate> certificate_in(const OrganisationStore& store,
                                                    const domain::Device& device) {
  const auto word = protocol::decode_signed(device.certificate.bytes);
  if (!word || !protocol::is_signed_by(store.organisation().signing_key.public_key, protocol::kDeviceTag,
                                       word.value()))
    return std::nullopt;
  const auto certificate = protocol::decode_certificate(word.value().statement);
  if (!certificate || certificate.value().device_id != device.id ||
      !device_of_prefix(certificate.value().prefix))
    return std::nullopt;
  return certificate.value();
}

/// A root of another epoch, whichever signed word it stood in.
struct LostRoot {
  protocol::EpochId epoch;
  std::uint64_t seq = 0;
  Instant server_time{};
};

Done note_root(OrganisationStore& store, const DeviceId& device_id, const LostRoot& root,
               const Signed& word) {
  const auto noted = store.db().run(
      "INSERT INTO lost_head (epoch, seq, statement, server_ms, device_id, told_ms) VALUES (?, ?, ?, ?, ?, ?) "
      "ON CONFLICT (epoch) DO UPDATE SET seq = excluded.seq, statement = excluded.statement, "
      "server_ms = excluded.server_ms, device_id = excluded.device_id, told_ms = excluded.told_ms WHERE excluded.seq > seq",
      root.epoch, root.seq, AsBlob{protocol::encode(word)}, root.server_time, device_id, store.clock().now());
  if (!noted || store.db().changes() == 0) return noted;
  return store.note_audit("device " + to_text(device_id), "feed.lost", to_text(root.epoch),
                          fmt::format("the lost feed had reached {}", root.seq));
}

Done note_statement(OrganisationStore& store, const DeviceId& device_id, const Signed& word) {
  const auto& organisation = store.organisation();
  const auto read = protocol::decode_root_statement(word.statement);
  if (!read || !protocol::is_signed_by(organisation.signing_key.public_key, protocol::kStatementTag, word) ||
      read.value().organisation_id != organisation.id || read.value().epoch == organisation.epoch)
    return done();
  const auto& statement = read.value();
  return note_root(store, device_id, {statement.epoch, statement.seq, statement.server_time}, word);
}

Done note_receipt(OrganisationStore& store, const DeviceId& device_id, const Signed& word) {
  const auto& organisation = store.organisation();
  const auto read = protocol::decode_receipt(word.statement);
  if (!read || !protocol::is_signed_by(organisation.signing_key.public_key, protocol::kReceiptTag, word) ||
      read.value().organisation_id != organisation.id || read.value().epoch == organisation.epoch ||
      read.value().device_id != device_id)
    return done();
  const auto& receipt = read.value();
  const auto noted = store.db().run(
      "INSERT INTO lost_journal (epoch, lineage, device_id, dseq) VALUES (?, ?, ?, ?) "
      "ON CONFLICT (epoch, lineage) DO UPDATE SET dseq = max(dseq, excluded.dseq)",
      receipt.epoch, receipt.lineage, device_id, receipt.head.dseq);
  if (!noted) return noted;
  return note_root(store, device_id, {receipt.epoch, receipt.seq, receipt.server_time}, word);
}

Result<std::uint64_t> count_came_back(storage::Database& db, const LostFeed& lost) {
  auto query = db.query(
      "SELECT count(*) FROM feed f JOIN lineage l ON l.id = f.lineage_id WHERE f.again_of = 0 AND f.seq > ?2 AND "
      "(f.hash IN (SELECT operation FROM lost_item WHERE epoch = ?1) "
      " OR EXISTS (SELECT 1 FROM lost_journal j WHERE j.lineage = l.hash AND j.epoch = ?1 AND f.dseq <= j.dseq))",
      lost.epoch, lost.kept_seq);
  const auto count = query.next() ? static_cast<std::uint64_t>(query.integer(0)) : 0;
  if (const auto read = query.done(); !read) return read.error();
  return count;
}

}  // namespace

Result<std::optional<EnrolmentRefusal>> readmit(OrganisationStore& store, const Signed& word,
                                                const DeviceId& device_id) {
  using Outcome = std::optional<EnrolmentRefusal>;
  const auto& organisation = store.organisation();
  const auto read = protocol::decode_certificate(word.statement);
  if (!read || !protocol::is_signed_by(organisation.signing_key.public_key, protocol::kDeviceTag, word) ||
      read.value().organisation_id != organisation.id || read.value().device_id != device_id) {
    return Outcome{
        {Problem::NotSignedIn, "this certificate is not of this organisation, or of another device"}};
  }
  auto objection = objection_to(store, read.value());
  if (!objection || objection.value()) return objection;
  if (const auto admitted = admit(store, read.value(), word); !admitted) return admitted.error();
  return Outcome{};
}

Done follow_recorded_device(OrganisationStore& store, const DeviceId& device_id) {
  auto& db = store.db();
  const auto device = storage::find<domain::Device>(db, device_id);
  if (!device) return device.error();
  if (!device.value() || device.value()->role == DeviceRole::Office) return done();
  const auto& record = *device.value();

  const auto is_in = has_row(db, "SELECT 1 FROM device_access WHERE device_id = ?", device_id);
  if (!is_in) return is_in.error();
  if (!is_in.value()) {
    const auto certificate = certificate_in(store, record);
    const auto is_taken = has_row(db, "SELECT 1 FROM device_access WHERE prefix = ?", record.prefix);
    if (!is_taken) return is_taken.error();
    if (!certificate || is_taken.value()) return done();  // it may still come itself, and is told then
    if (const auto admitted = let_in(store, *certificate); !admitted) return admitted;
  }
  const auto said = db.run(
      "UPDATE device_access SET name = ?, user_id = ?, revoked_ms = CASE WHEN ? THEN coalesce(revoked_ms, ?) ELSE revoked_ms END "
      "WHERE device_id = ?",
      record.name, record.user_id, record.is_revoked, store.clock().now(), device_id);
  return said;
}

Done note_lost(OrganisationStore& store, const DeviceId& device_id,
               const std::vector<protocol::LostWord>& words) {
  for (const auto& word : words) {
    auto noted = word.statement ? note_statement(store, device_id, *word.statement) : done();
    if (noted && word.receipt) noted = note_receipt(store, device_id, *word.receipt);
    if (!noted) return noted;
  }
  return done();
}

Result<std::vector<LostFeed>> lost_feeds(storage::Database& db) {
  std::vector<LostFeed> all;
  {
    // An epoch that the archive does not know began after it: such a feed was lost from where the archive
    // ends.
    auto query = db.query(
        "SELECT h.epoch, h.seq, h.server_ms, h.device_id, coalesce(p.kept_seq, n.kept_seq), coalesce(p.restored_ms, n.restored_ms) "
        "FROM lost_head h LEFT JOIN past_epoch p ON p.epoch = h.epoch "
        "JOIN past_epoch n ON n.rowid = (SELECT max(rowid) FROM past_epoch) ORDER BY h.rowid DESC");
    while (query.next()) {
      LostFeed lost;
      lost.epoch = query.id<protocol::EpochId>(0);
      lost.reached_seq = static_cast<std::uint64_t>(query.integer(1));
      lost.reached_at = from_ms(query.integer(2));
      lost.told_by = query.id<DeviceId>(3);
      lost.kept_seq = static_cast<std::uint64_t>(query.integer(4));
      lost.restored_at = from_ms(query.integer(5));
      if (lost.reached_seq > lost.kept_seq) all.push_back(lost);
    }
    if (const auto read = query.done(); !read) return read.error();
  }
  for (auto& lost : all) {
    const auto count = count_came_back(db, lost);
    if (!count) return count.error();
    lost.came_back_count = count.value();
  }
  return all;
}

}  // namespace aftercare::server
