#include "sync/server/accepting.h"

#include "sync/protocol/limits.h"
#include "sync/protocol/tags.h"
#include "sync/server/awaiting.h"
#include "sync/server/deciding.h"
#include "sync/server/erasing.h"
#include "sync/server/scoping.h"

#include <fmt/format.h>

namespace aftercare::server {
namespace {

using protocol::Decision;
using protocol::Ruling;
using storage::AsBlob;
using storage::AsBlobOrNull;

/// The hash that a lineage has at a number; what lies before its fork belongs to its parent.
Result<Hash> hash_at(storage::Database& db, Lineage lineage, std::uint64_t dseq,
                     const PublicKey& device_key) {
  if (dseq == 0) return protocol::genesis_hash(device_key);
  while (dseq <= lineage.fork_dseq && lineage.parent_id) {
    auto query = db.query("SELECT id, parent_id, fork_dseq FROM lineage WHERE id = ?", *lineage.parent_id);
    if (!query.next()) break;
    lineage.id = query.integer(0);
    lineage.parent_id = query.is_null(1) ? std::nullopt : std::optional{query.integer(1)};
    lineage.fork_dseq = static_cast<std::uint64_t>(query.integer(2));
  }
  auto query = db.query("SELECT hash FROM feed WHERE lineage_id = ? AND dseq = ?", lineage.id, dseq);
  if (query.next()) return query.hash(0);
  const auto read = query.done();
  return read ? Error{ErrorKind::Corrupt, fmt::format("operation {} of a journal is missing", dseq)}
              : read.error();
}

Done save_lineage(storage::Database& db, const Lineage& lineage) {
  return db.run("UPDATE lineage SET dseq = ?, head = ? WHERE id = ?", lineage.head.dseq, lineage.head.hash,
                lineage.id);
}

/// Somebody else writes under this device's name from here on: a copy of its folder, or the device
/// itself after its disk was restored. Both journals are kept, and people are told.
Result<Lineage> fork_lineage(OrganisationStore& store, const Lineage& lineage, const PreparedOperation& first,
                             const PublicKey& device_key) {
  const auto known = find_lineage(store.db(), lineage.device_id, first.hash);
  if (!known) return known.error();
  if (known.value()) return *known.value();

  const auto common = hash_at(store.db(), lineage, first.header.dseq - 1, device_key);
  if (!common) return common.error();
  Lineage fork{.id = 0,
               .device_id = lineage.device_id,
               .hash = first.hash,
               .parent_id = lineage.id,
               .fork_dseq = first.header.dseq - 1,
               .head = {first.header.dseq - 1, common.value()}};
  const auto noted =
      store.note_audit("server", "lineage.forked", to_text(lineage.device_id),
                       fmt::format("a second journal begins at operation {}", first.header.dseq));
  if (!noted) return noted.error();
  return open_lineage(store, fork);
}

/// The device row says what the device may do; the office has no row, its role is its own.
Result<DeviceRole> role_of(OrganisationStore& store, const DeviceId& device_id) {
  if (device_id == store.organisation().office_device_id) return DeviceRole::Office;
  auto query = store.db().query("SELECT role FROM device_access WHERE device_id = ?", device_id);
  if (!query.next()) return Error{ErrorKind::SignIn, "this device is not enrolled here"};
  return domain::value_of<DeviceRole>(query.text(0)).value_or(DeviceRole::Kiosk);
}

Result<Bytes> answer_with_receipt(OrganisationStore& store, const Lineage& lineage,
                                  std::vector<protocol::PushAnswer::SetAside> set_aside) {
  const auto head = store.head();
  if (!head) return head.error();
  const auto& organisation = store.organisation();
  const protocol::Receipt receipt{.organisation_id = organisation.id,
                                  .epoch = organisation.epoch,
                                  .device_id = lineage.device_id,
                                  .lineage = lineage.hash,
                                  .head = lineage.head,
                                  .seq = head.value().seq,
                                  .root = head.value().root,
                                  .server_time = store.clock().now(),
                                  .backed_up_dseq = lineage.backed_up_dseq};
  protocol::PushAnswer answer;
  answer.receipt =
      protocol::sign_statement(organisation.signing_key, protocol::kReceiptTag, protocol::encode(receipt));
  answer.set_aside = std::move(set_aside);
  auto bytes = protocol::encode(answer);
  const auto saved = store.db().run("UPDATE lineage SET answer = ? WHERE id = ?", AsBlob{bytes}, lineage.id);
  if (!saved) return saved.error();
  return bytes;
}

/// The answer that this journal got last; for a repetition, the same bytes again.
Result<Bytes> last_answer(OrganisationStore& store, const Lineage& lineage) {
  auto query = store.db().query("SELECT answer FROM lineage WHERE id = ?", lineage.id);
  if (query.next() && !query.is_null(0)) return query.bytes(0);
  if (const auto read = query.done(); !read) return read.error();
  return answer_with_receipt(store, lineage, {});
}

/// Gives an operation its number in the feed and moves `head` there.
Done append_to_feed(OrganisationStore& store, FeedHead& head, std::int64_t lineage_id,
                    const PreparedOperation& prepared, const Decision& decision, const Bytes& remainder) {
  const auto salt = store.random().bytes(protocol::kSaltSize);
  const auto decision_bytes = protocol::encode(decision);
  const auto commitment = protocol::decision_commitment(salt, decision_bytes);
  const auto seq = head.seq + 1;
  const auto root =
      protocol::next_root(store.organisation().epoch, head.root, seq, prepared.hash, commitment);
  const auto& header = prepared.header;
  auto saved = store.db().run(
      "INSERT INTO feed (seq, lineage_id, dseq, type, entity_id, hash, header, salt, body, ruling, decision_commitment, "
      "decision_salt, decision, remainder, root, received_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      seq, lineage_id, header.dseq, static_cast<std::int64_t>(header.type), header.entity_id, prepared.hash,
      AsBlob{prepared.operation.header}, AsBlobOrNull{prepared.operation.salt},
      AsBlobOrNull{prepared.operation.body}, static_cast<std::int64_t>(decision.ruling), commitment,
      AsBlob{salt}, AsBlob{decision_bytes}, AsBlobOrNull{remainder}, root, store.clock().now());
  if (saved && decision.ruling == Ruling::SetAside) {
    saved = store.db().run(
        "INSERT INTO set_aside (seq, lineage_id, type, entity_id, reason) VALUES (?, ?, ?, ?, ?)", seq,
        lineage_id, static_cast<std::int64_t>(header.type), header.entity_id,
        domain::name_of(decision.reason));
    if (saved) saved = note_awaited(store, seq, prepared, decision.reason);
  }
  if (!saved) return saved;
  head = {seq, root};
  return done();
}

/// Decides one operation after another, from one head of the feed on. The head is read once and kept here:
/// nobody else writes in this transaction, and what a rollback undoes, it undoes with this object's push.
class Accepting {
 public:
  Accepting(OrganisationStore& store, const FeedHead& head, DeviceRole role, const PublicKey& device_key,
            bool is_revoked)
      : store_(store), head_(head), role_(role), device_key_(device_key), is_revoked_(is_revoked) {}

  /// `past`: how it was decided in a feed that a restore cut off.
  Result<Decision> accept(Lineage& lineage, const PreparedOperation& operation,
                          const Decision* past = nullptr) {
    const Bearer bearer{.lineage_id = lineage.id,
                        .device_id = lineage.device_id,
                        .role = role_,
                        .key = device_key_,
                        .is_revoked = is_revoked_,
                        .seq = head_.seq + 1,
                        .here = &here_,
                        .past = past};
    auto late = kept_of_late_edit(store_.db(), operation);
    if (!late) return late.error();
    if (operation.operation.is_erased() && operation.fields) late = std::optional{operation};
    auto decision = decide(store_, bearer, late.value() ? *late.value() : operation);
    if (!decision) return decision.error();
    const auto appended = late.value()
                              ? append_erased(lineage, std::move(*late.value()), decision.value())
                              : append_to_feed(store_, head_, lineage.id, operation, decision.value(), {});
    if (!appended) return appended.error();
    lineage.head = {operation.header.dseq, operation.hash};
    return decision;
  }

  /// The counter row is the last thing that a push locks.
  Done finish() { return store_.save_head(head_); }
  [[nodiscard]] const FeedHead& head() const { return head_; }

 private:
  /// Its body is destroyed before it was ever kept; what of it took effect stands in its place.
  Done append_erased(const Lineage& lineage, PreparedOperation late, const Decision& decision) {
    auto kept = late.fields.value();
    for (const auto& [number, value] : decision.lost) kept.erase(number);
    late.operation.salt.clear();
    late.operation.body.clear();
    const auto remainder = protocol::takes_effect(decision.ruling) ? cbor::encode(kept) : Bytes{};
    return append_to_feed(store_, head_, lineage.id, late, decision, remainder);
  }

  OrganisationStore& store_;
  FeedHead head_;
  DeviceRole role_;
  const PublicKey& device_key_;
  bool is_revoked_;
  RecordsHere here_;
};

/// Where an operation belongs in the journals that we have of its device.
struct PlaceInJournal {
  bool is_here = false;
  std::optional<Lineage> after;  // whose operation before it we have
};

Result<PlaceInJournal> place_of(OrganisationStore& store, const PreparedOperation& operation,
                                const PublicKey& device_key) {
  std::vector<Lineage> lineages;
  {
    auto query = store.db().query(
        "SELECT id, hash, parent_id, fork_dseq, dseq, head, backed_up_dseq FROM lineage WHERE device_id = ? ORDER BY id",
        operation.header.device_id);
    while (query.next()) {
      lineages.push_back({.id = query.integer(0),
                          .device_id = operation.header.device_id,
                          .hash = query.hash(1),
                          .parent_id = query.is_null(2) ? std::nullopt : std::optional{query.integer(2)},
                          .fork_dseq = static_cast<std::uint64_t>(query.integer(3)),
                          .head = {static_cast<std::uint64_t>(query.integer(4)), query.hash(5)},
                          .backed_up_dseq = static_cast<std::uint64_t>(query.integer(6))});
    }
    if (const auto read = query.done(); !read) return read.error();
  }
  const auto dseq = operation.header.dseq;
  PlaceInJournal place;
  for (const auto& lineage : lineages) {
    if (dseq > lineage.head.dseq + 1) continue;
    if (dseq <= lineage.head.dseq) {
      const auto known = hash_at(store.db(), lineage, dseq, device_key);
      if (!known) return known.error();
      if (known.value() == operation.hash) return PlaceInJournal{true, std::nullopt};
    }
    const auto before = hash_at(store.db(), lineage, dseq - 1, device_key);
    if (!before) return before.error();
    if (before.value() != operation.header.previous_hash) continue;
    if (!place.after || lineage.head.dseq + 1 == dseq) place.after = lineage;
  }
  return place;
}

Result<std::optional<PublicKey>> key_of(OrganisationStore& store, const DeviceId& device_id) {
  if (device_id == store.organisation().office_device_id)
    return std::optional{store.organisation().office_key.public_key};
  auto query = store.db().query("SELECT public_key FROM device_access WHERE device_id = ?", device_id);
  std::optional<PublicKey> key;
  if (query.next()) key = query.hash(0);
  if (const auto read = query.done(); !read) return read.error();
  return key;
}

}  // namespace

PreparedOperation prepare_again(protocol::Operation operation, const protocol::Header& header,
                                const Hash& hash) {
  auto fields = operation.is_erased()
                    ? Result<cbor::FieldMap>{Error{ErrorKind::Invalid, "the body was erased"}}
                    : cbor::decode_fields(operation.body);
  if (operation.body.size() > protocol::kLimits.body_byte_count_max)
    fields = Error{ErrorKind::Invalid, "the body is too long"};
  return {std::move(operation), header, hash, std::move(fields)};
}

Result<PreparedPush> prepare_push(protocol::PushRequest request, const OrganisationId& organisation_id,
                                  const DeviceId& device_id, const PublicKey& device_key) {
  PreparedPush push{
      .device_id = device_id, .device_key = device_key, .lineage = request.lineage, .operations = {}};
  push.operations.reserve(request.operations.size());
  const auto first = protocol::decode_header(request.operations.front().header);
  if (!first) return first.error();

  protocol::Head head{first.value().dseq - 1, first.value().previous_hash};
  for (auto& operation : request.operations) {
    const auto header = protocol::follow(head, operation);
    if (!header) return header.error();
    if (header.value().organisation_id != organisation_id || header.value().device_id != device_id) {
      return Error{ErrorKind::Invalid, "an operation of another device or organisation"};
    }
    push.operations.push_back(prepare_again(std::move(operation), header.value(), head.hash));
  }
  if (!is_signed_by(device_key, protocol::kHeadTag, protocol::head_text(organisation_id, head.hash),
                    request.head_signature)) {
    return Error{ErrorKind::Invalid, "the device's signature does not fit the operations"};
  }
  return push;
}

Result<std::optional<Lineage>> find_lineage(storage::Database& db, const DeviceId& device_id,
                                            const Hash& hash) {
  auto query = db.query(
      "SELECT id, parent_id, fork_dseq, dseq, head, backed_up_dseq FROM lineage WHERE device_id = ? AND hash = ?",
      device_id, hash);
  std::optional<Lineage> lineage;
  if (query.next()) {
    lineage = Lineage{.id = query.integer(0),
                      .device_id = device_id,
                      .hash = hash,
                      .parent_id = query.is_null(1) ? std::nullopt : std::optional{query.integer(1)},
                      .fork_dseq = static_cast<std::uint64_t>(query.integer(2)),
                      .head = {static_cast<std::uint64_t>(query.integer(3)), query.hash(4)},
                      .backed_up_dseq = static_cast<std::uint64_t>(query.integer(5))};
  }
  if (const auto read = query.done(); !read) return read.error();
  return lineage;
}

Result<Lineage> open_lineage(OrganisationStore& store, Lineage lineage) {
  const auto saved = store.db().run(
      "INSERT INTO lineage (device_id, hash, parent_id, fork_dseq, dseq, head, opened_ms) VALUES (?, ?, ?, ?, ?, ?, ?)",
      lineage.device_id, lineage.hash, lineage.parent_id, lineage.fork_dseq, lineage.head.dseq,
      lineage.head.hash, store.clock().now());
  if (!saved) return saved.error();
  lineage.id = store.db().last_rowid();
  return lineage;
}

Result<Decision> accept_operation(OrganisationStore& store, Lineage& lineage, DeviceRole role,
                                  const PublicKey& device_key, const PreparedOperation& operation,
                                  bool is_revoked) {
  const auto head = store.head();
  if (!head) return head.error();
  Accepting accepting{store, head.value(), role, device_key, is_revoked};
  auto decision = accepting.accept(lineage, operation);
  if (!decision) return decision;
  if (const auto saved = accepting.finish(); !saved) return saved.error();
  return decision;
}

Result<Return> accept_lost(OrganisationStore& store, const PreparedOperation& operation,
                           const Decision* past) {
  const auto& device_id = operation.header.device_id;
  const auto key = key_of(store, device_id);
  if (!key) return key.error();
  if (!key.value() || operation.header.dseq == 0) return Return::Gap;  // its device has not come back yet
  const auto place = place_of(store, operation, *key.value());
  if (!place) return place.error();
  if (place.value().is_here) return Return::IsHere;
  if (!place.value().after) return Return::Gap;

  auto lineage = *place.value().after;
  if (operation.header.dseq <= lineage.head.dseq) {
    auto fork = fork_lineage(store, lineage, operation, *key.value());
    if (!fork) return fork.error();
    lineage = fork.value();
  }
  const auto role = role_of(store, device_id);
  if (!role) return role.error();
  const auto head = store.head();
  if (!head) return head.error();
  const bool was_revoked = past != nullptr && past->reason == protocol::SetAsideReason::Revoked;
  Accepting accepting{store, head.value(), role.value(), *key.value(), was_revoked};
  if (const auto decided = accepting.accept(lineage, operation, past); !decided) return decided.error();
  if (const auto saved = save_lineage(store.db(), lineage); !saved) return saved.error();
  if (const auto saved = accepting.finish(); !saved) return saved.error();
  return Return::TakenIn;
}

Result<PushOutcome> accept_push(OrganisationStore& store, const PreparedPush& push, bool is_revoked) {
  const auto role = role_of(store, push.device_id);
  if (!role) return role.error();
  auto found = find_lineage(store.db(), push.device_id, push.lineage);
  if (!found) return found.error();
  if (!found.value()) {
    // A device that names a journal we never saw: tell it where its first one stands.
    found = find_lineage(store.db(), push.device_id, protocol::genesis_hash(push.device_key));
    if (!found) return found.error();
    if (!found.value()) return Error{ErrorKind::SignIn, "this device has no journal here"};
    return PushOutcome{Standing{found.value()->hash, found.value()->head}};
  }

  const auto head = store.head();
  if (!head) return head.error();
  Accepting accepting{store, head.value(), role.value(), push.device_key, is_revoked};
  Lineage lineage = *found.value();
  const Standing standing{lineage.hash, lineage.head};
  std::vector<protocol::PushAnswer::SetAside> set_aside;
  std::vector<Touched> touched;
  bool is_new = false;
  for (const auto& operation : push.operations) {
    const auto dseq = operation.header.dseq;
    if (dseq <= lineage.head.dseq) {
      const auto known = hash_at(store.db(), lineage, dseq, push.device_key);
      if (!known) return known.error();
      if (known.value() == operation.hash) continue;
      auto fork = fork_lineage(store, lineage, operation, push.device_key);
      if (!fork) return fork.error();
      lineage = fork.value();
      if (dseq <= lineage.head.dseq) continue;  // this fork was here before, and had this operation
    }
    if (dseq != lineage.head.dseq + 1 || operation.header.previous_hash != lineage.head.hash)
      return PushOutcome{standing};
    const auto decision = accepting.accept(lineage, operation);
    if (!decision) return decision.error();
    if (decision.value().ruling == Ruling::SetAside) set_aside.push_back({dseq, decision.value().reason});
    if (decision.value().ruling != Ruling::SetAside)
      touched.push_back({operation.header.type, operation.header.entity_id});
    is_new = true;
  }

  if (is_new) {
    if (const auto saved = save_lineage(store.db(), lineage); !saved) return saved.error();
    if (const auto saved = accepting.finish(); !saved) return saved.error();
    if (const auto taken = take_in_awaited(store); !taken) return taken.error();
    if (const auto followed = follow_scopes(store, push.device_id, touched); !followed)
      return followed.error();
  }
  auto answer =
      is_new ? answer_with_receipt(store, lineage, std::move(set_aside)) : last_answer(store, lineage);
  if (!answer) return answer.error();
  const auto reached = store.head();
  if (!reached) return reached.error();
  return PushOutcome{Accepted{std::move(answer).value(), reached.value().seq}};
}

}  // namespace aftercare::server
