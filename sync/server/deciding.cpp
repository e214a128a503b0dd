#include "sync/server/deciding.h"

#include "shared/domain/codec.h"
#include "shared/storage/records.h"
#include "shared/storage/visit_file.h"
#include "sync/protocol/known.h"
#include "sync/protocol/limits.h"
#include "sync/protocol/seal.h"
#include "sync/protocol/tags.h"

#include <algorithm>
#include <map>

namespace aftercare::server {
namespace {

using cbor::FieldMap;
using domain::EntityType;
using protocol::Decision;
using protocol::Header;
using protocol::Ruling;
using protocol::SetAsideReason;
using protocol::Verb;
using storage::Database;

Decision set_aside(SetAsideReason reason) {
  return {
      .ruling = Ruling::SetAside, .reason = reason, .lost = {}, .replaced = {}, .countersign = std::nullopt};
}

/// Nothing stands in the way when the answer is None.
using Objection = Result<SetAsideReason>;

Result<bool> has_row(Database& db, std::string_view sql, const auto&... args) {
  auto query = db.query(sql, args...);
  const bool is_there = query.next();
  if (const auto read = query.done(); !read) return read.error();
  return is_there;
}

/// Whether an earlier operation of the same journal on this record waits for a person.
Result<bool> is_waiting(Database& db, const Bearer& bearer, const AnyId& id) {
  const auto place = bearer.first ? bearer.first->seq : bearer.seq;
  return has_row(
      db,
      "SELECT 1 FROM set_aside WHERE entity_id = ? AND settled_seq IS NULL AND lineage_id = ? AND seq < ? LIMIT 1",
      id, bearer.lineage_id, place);
}

Result<bool> is_here(Database& db, const Bearer& bearer, EntityType type, const AnyId& id) {
  if (bearer.here != nullptr && bearer.here->contains({type, id})) return true;
  auto is_there = storage::exists(db, type, id);
  if (is_there && is_there.value() && bearer.here != nullptr) bearer.here->insert({type, id});
  return is_there;
}

/// Whether everything that the record points to is here, and nothing of it waits for a person.
template <class Record>
Objection check_references(Database& db, const Bearer& bearer, const Record& record) {
  Objection objection = SetAsideReason::None;
  domain::each_reference(record, [&](EntityType type, const AnyId& id) {
    if (!objection || objection.value() != SetAsideReason::None) return;
    const auto is_there = is_here(db, bearer, type, id);
    if (!is_there) {
      objection = is_there.error();
      return;
    }
    if (is_there.value()) return;
    const auto waits = is_waiting(db, bearer, id);
    objection =
        waits ? Objection{waits.value() ? SetAsideReason::DependsOnOther : SetAsideReason::UnknownReference}
              : Objection{waits.error()};
  });
  return objection;
}

template <class Record>
Result<bool> is_frozen(Database& db, const Record& record) {
  if constexpr (std::same_as<Record, domain::Visit>) {
    return storage::is_sealed(db, record.id);
  } else if constexpr (requires { record.visit_id.bytes; }) {
    return storage::is_sealed(db, record.visit_id);
  } else if constexpr (requires { record.visit_id->bytes; }) {
    return record.visit_id ? storage::is_sealed(db, *record.visit_id) : Result<bool>{false};
  } else {
    return false;
  }
}

Done note_blobs(Database& db, const auto& record) {
  Done noted = done();
  domain::each_field(record, [&](auto, auto, const auto& member, const auto&) {
    using Member = std::remove_cvref_t<decltype(member)>;
    const domain::BlobRef* blob = nullptr;
    if constexpr (std::same_as<Member, domain::BlobRef>) blob = &member;
    if constexpr (std::same_as<Member, std::optional<domain::BlobRef>>) blob = member ? &*member : nullptr;
    if (blob == nullptr || !noted) return;
    noted = db.run("INSERT OR IGNORE INTO blob_reference (sha256, entity_id) VALUES (?, ?)", blob->sha256,
                   record.id);
  });
  return noted;
}

// ---- Sealing ---------------------------------------------------------------------------------------

/// Every listed group is here and hashes to what the list says, and there is no other.
Result<bool> groups_fit(Database& db, const domain::SignOff& sign_off) {
  const auto list = protocol::decode_seal_list(sign_off.seal_list.bytes);
  if (!list) return false;
  const auto groups = storage::where<domain::SealedGroup>(db, "sign_off_id = ? ORDER BY rowid", sign_off.id);
  if (!groups) return groups.error();
  return std::ranges::equal(list.value(), groups.value(), [](const auto& entry, const auto& group) {
    return entry.name == group.name &&
           entry.hash == protocol::group_hash(group.salt.bytes, group.content.bytes);
  });
}

/// One that stood before a restore was checked then; an erasure may have taken what it was checked by.
Objection check_seal(Database& db, const domain::SignOff& sign_off, bool was_checked) {
  if (!was_checked && (!domain::check_sign_off(sign_off) || !sign_off.signature.bytes.empty()))
    return SetAsideReason::BadSeal;
  const auto is_sealed = storage::is_sealed(db, sign_off.visit_id);
  if (!is_sealed) return is_sealed.error();
  if (is_sealed.value() && !sign_off.replaces_id) return SetAsideReason::Sealed;
  if (sign_off.replaces_id) {
    const auto replaced = storage::find<domain::SignOff>(db, *sign_off.replaces_id);
    if (!replaced) return replaced.error();
    if (!replaced.value() || replaced.value()->visit_id != sign_off.visit_id) return SetAsideReason::BadSeal;
  }

  if (was_checked) return SetAsideReason::None;
  const auto fits = groups_fit(db, sign_off);
  if (!fits) return fits.error();
  if (!fits.value()) return SetAsideReason::BadSeal;

  const auto file = storage::load_visit_file(db, sign_off.visit_id);
  if (!file) return file.error();
  if (!file.value() || !domain::missing_before_leaving(*file.value()).empty())
    return SetAsideReason::NotReady;
  return SetAsideReason::None;
}

/// The device's signature arrives in the operation after the seal; the server then countersigns: the
/// upper end of the seal's time bracket.
Result<Decision> sign_and_countersign(OrganisationStore& store, const Bearer& bearer,
                                      const domain::SignOff& before, domain::SignOff after) {
  const auto signature = signature_of_bytes(after.signature.bytes);
  auto query = store.db().query(
      "SELECT f.hash, l.device_id FROM feed f JOIN lineage l ON l.id = f.lineage_id WHERE f.entity_id = ? AND f.ruling < 3 ORDER BY f.seq LIMIT 1",
      before.id);
  if (!query.next()) return set_aside(SetAsideReason::UnknownRecord);
  if (query.id<DeviceId>(1) != bearer.device_id)
    return set_aside(SetAsideReason::BadSeal);  // nobody signs in another's place
  const Hash operation = query.hash(0);
  const Hash seal = protocol::seal_hash(before.seal_list.bytes);
  if (!before.signature.bytes.empty() || !signature ||
      !protocol::is_seal_signed_by(bearer.key, seal, operation, signature.value())) {
    return set_aside(SetAsideReason::BadSeal);
  }
  if (const auto saved = storage::save(store.db(), after); !saved) return saved.error();

  const auto& organisation = store.organisation();
  Decision decision;
  if (bearer.was_in_effect() && bearer.past->countersign) {
    decision.countersign = bearer.past->countersign;  // it says how early the seal was here
    return decision;
  }
  decision.countersign = protocol::sign_statement(
      organisation.signing_key, protocol::kCountersignTag,
      protocol::encode(protocol::Countersign{organisation.id, organisation.epoch, seal, operation, bearer.seq,
                                             store.clock().now()}));
  return decision;
}

// ---- Making ----------------------------------------------------------------------------------------

/// An id means one record for ever: history, merges and positions are looked up by the id alone.
Result<bool> is_taken(Database& db, const Header& header) {
  const auto is_there = storage::exists(db, header.type, header.entity_id);
  if (!is_there || is_there.value()) return is_there;
  const auto was_deleted = has_row(db, "SELECT 1 FROM deleted_record WHERE entity_id = ?", header.entity_id);
  if (!was_deleted || was_deleted.value()) return was_deleted;
  return has_row(db, "SELECT 1 FROM feed WHERE entity_id = ? AND type <> ? LIMIT 1", header.entity_id,
                 static_cast<std::int64_t>(header.type));
}

template <class Record>
Result<Decision> create(OrganisationStore& store, const Bearer& bearer, const Header& header,
                        const FieldMap& fields, bool is_new_id) {
  auto& db = store.db();
  bool is_made_anew = false;
  if (!is_new_id) {
    const auto taken = is_taken(db, header);
    if (!taken) return taken.error();
    // A device that came back after a restore has a record made of its certificate, until the lost one is
    // here.
    is_made_anew = taken.value() && std::same_as<Record, domain::Device> && bearer.was_in_effect();
    if (taken.value() && !is_made_anew) return set_aside(SetAsideReason::Exists);
  }

  auto record = domain::record_of<Record>(header.entity_id, fields);
  if (!record) return set_aside(SetAsideReason::Unreadable);
  const auto objection = check_references(db, bearer, record.value());
  if (!objection) return objection.error();
  if (objection.value() != SetAsideReason::None) return set_aside(objection.value());

  if constexpr (std::same_as<Record, domain::SignOff>) {
    if (header.verb != Verb::Seal) return set_aside(SetAsideReason::NotAllowed);
    const auto seal = check_seal(db, record.value(), bearer.was_in_effect());
    if (!seal) return seal.error();
    if (seal.value() != SetAsideReason::None) return set_aside(seal.value());
  } else {
    if (header.verb == Verb::Seal) return set_aside(SetAsideReason::NotAllowed);
    if constexpr (std::same_as<Record, domain::SealedGroup>) {
      // One group more than was sealed would make every export of this visit look like a forgery.
      const auto is_sealed =
          storage::exists(db, EntityType::SignOff, id_cast<AnyId>(record.value().sign_off_id));
      if (!is_sealed) return is_sealed.error();
      if (is_sealed.value()) return set_aside(SetAsideReason::Sealed);
    }
    if (domain::is_part_of_visit(header.type)) {
      const auto frozen = is_frozen(db, record.value());
      if (!frozen) return frozen.error();
      if (frozen.value()) return set_aside(SetAsideReason::Sealed);
    }
  }

  const auto added = is_made_anew ? storage::save(db, record.value()) : storage::add(db, record.value());
  if (!added) {
    if (added.error().kind == ErrorKind::Conflict) return set_aside(SetAsideReason::Unreadable);
    return added.error();
  }
  if (const auto noted = note_blobs(db, record.value()); !noted) return noted.error();
  return Decision{};
}

// ---- Merging ---------------------------------------------------------------------------------------

/// What others did to a field that the bearer had not seen.
struct Rival {
  protocol::HybridTime time;  // bounded by when it arrived
  DeviceId device_id;
  Bytes value;
};

/// A clock that runs ahead wins by five minutes at most, for ever after.
protocol::HybridTime bounded(protocol::HybridTime time, Instant received) {
  const auto bound = to_ms(received + protocol::kLimits.clock_ahead_max);
  return time.ms > bound ? protocol::HybridTime{bound, 0} : time;
}

/// The newest unseen change of others, by field: everything on this record after the base, but not of
/// the bearer's own journal and not what had lost itself.
Result<std::map<std::uint32_t, Rival>> rivals_of(Database& db, const Bearer& bearer, const Header& header) {
  std::map<std::uint32_t, Rival> rivals;
  auto query = db.query(
      "SELECT header, body, decision, received_ms FROM feed WHERE entity_id = ? AND seq > ? AND lineage_id <> ? AND ruling < 3 ORDER BY seq",
      header.entity_id, header.base_seq, bearer.lineage_id);
  while (query.next()) {
    const auto other = protocol::decode_header(query.bytes(0));
    const auto fields = cbor::decode_fields(query.bytes(1));
    const auto decision = protocol::decode_decision(query.bytes(2));
    if (!other || !fields || !decision) continue;  // erased: there is nothing left to lose against
    for (const auto& [number, value] : fields.value()) {
      if (decision.value().lost.contains(number)) continue;
      rivals[number] = {bounded(other.value().time, from_ms(query.integer(3))), other.value().device_id,
                        value};
    }
  }
  if (const auto read = query.done(); !read) return read.error();
  return rivals;
}

bool is_later(const Header& header, const Rival& rival, Instant received) {
  const auto ours = bounded(header.time, received);
  return ours != rival.time ? ours > rival.time : header.device_id > rival.device_id;
}

/// Whether the incoming value of a contested field wins, by the field's own rule.
bool wins(domain::Merge merge, const Header& header, const Rival& rival, const Bearer& bearer,
          const DeviceId& office, Instant received) {
  const bool is_office = bearer.role == DeviceRole::Office;
  const bool was_office = rival.device_id == office;
  if (merge == domain::Merge::Office && is_office != was_office) return is_office;
  if (merge == domain::Merge::Field && is_office != was_office) return was_office;
  return is_later(header, rival, received);
}

template <class Record>
Result<Decision> change(OrganisationStore& store, const Bearer& bearer, const Header& header,
                        const FieldMap& fields) {
  auto& db = store.db();
  auto found = storage::find<Record>(db, header.entity_id);
  if (!found) return found.error();
  if (!found.value()) {
    // An edit that had not seen the delete outlives it.
    auto query = db.query("SELECT fields FROM deleted_record WHERE entity_id = ?", header.entity_id);
    if (!query.next()) return set_aside(SetAsideReason::UnknownRecord);
    const auto kept = cbor::decode_fields(query.bytes(0));
    if (!kept) return set_aside(SetAsideReason::UnknownRecord);
    auto restored = domain::record_of<Record>(header.entity_id, kept.value());
    if (!restored) return set_aside(SetAsideReason::UnknownRecord);
    found = std::optional{std::move(restored).value()};
  }
  const Record& before = *found.value();

  if constexpr (std::same_as<Record, domain::SignOff>) {
    auto after = before;
    if (header.verb != Verb::Append || fields.size() != 1 || !domain::apply(fields, after) ||
        after.signature == before.signature) {
      return set_aside(SetAsideReason::NotAllowed);
    }
    return sign_and_countersign(store, bearer, before, std::move(after));
  }
  // A group is written once: what an erasure took out of it must not come back.
  if constexpr (std::same_as<Record, domain::SealedGroup>) return set_aside(SetAsideReason::Sealed);
  if (domain::is_part_of_visit(header.type)) {
    const auto frozen = is_frozen(db, before);
    if (!frozen) return frozen.error();
    if (frozen.value()) return set_aside(SetAsideReason::Sealed);
  }

  const auto rivals = rivals_of(db, bearer, header);
  if (!rivals) return rivals.error();
  const auto current = domain::fields_of(before);
  const auto received = bearer.first ? bearer.first->received_at : store.clock().now();
  Decision decision;
  domain::each_field(before, [&](std::uint32_t number, std::string_view, const auto& member,
                                 const domain::FieldRule& rule) {
    const auto incoming = fields.find(number);
    if (incoming == fields.end()) return;
    const auto now = current.find(number);
    const Bytes standing = now == current.end() ? Bytes{cbor::kNull} : now->second;
    if (standing == incoming->second) return;
    if (rule.merge == domain::Merge::Once && standing != cbor::kNull) {
      decision.lost[number] = incoming->second;
      return;
    }
    if constexpr (std::same_as<std::remove_cvref_t<decltype(member)>, domain::WorkOrderState>) {
      cbor::Reader reader{incoming->second};
      const auto next = domain::value_of<domain::WorkOrderState>(reader.text());
      if (next && !domain::can_become(member, *next, bearer.role == DeviceRole::Office))
        decision.lost[number] = incoming->second;
      return;
    }
    const auto rival = rivals.value().find(number);
    if (rival == rivals.value().end() || rival->second.value == incoming->second) return;
    if (wins(rule.merge, header, rival->second, bearer, store.organisation().office_device_id, received)) {
      decision.replaced[number] = rival->second.value;
    } else {
      decision.lost[number] = incoming->second;
    }
  });

  FieldMap accepted = fields;
  for (const auto& [number, value] : decision.lost) accepted.erase(number);
  auto after = before;
  if (!domain::apply(accepted, after)) return set_aside(SetAsideReason::Unreadable);
  const auto objection = check_references(db, bearer, after);
  if (!objection) return objection.error();
  if (objection.value() != SetAsideReason::None) return set_aside(objection.value());
  if (domain::is_part_of_visit(header.type)) {
    const auto moved = is_frozen(db, after);  // a customer's note that would slip into a sealed visit
    if (!moved) return moved.error();
    if (moved.value()) return set_aside(SetAsideReason::Sealed);
  }
  if (const auto saved = storage::save(db, after); !saved) {
    if (saved.error().kind == ErrorKind::Conflict) return set_aside(SetAsideReason::Unreadable);
    return saved.error();
  }
  if (const auto forgotten = db.run("DELETE FROM deleted_record WHERE entity_id = ?", header.entity_id);
      !forgotten)
    return forgotten.error();
  if (!decision.lost.empty() || !decision.replaced.empty()) decision.ruling = Ruling::Merged;
  return decision;
}

template <class Record>
Result<Decision> remove(OrganisationStore& store, const Bearer& bearer, const Header& header) {
  auto& db = store.db();
  const auto found = storage::find<Record>(db, header.entity_id);
  if (!found) return found.error();
  if (!found.value()) return set_aside(SetAsideReason::UnknownRecord);
  if constexpr (std::same_as<Record, domain::SignOff> || std::same_as<Record, domain::SealedGroup> ||
                std::same_as<Record, domain::Erasure>) {
    return set_aside(SetAsideReason::NotAllowed);
  }
  const auto frozen = is_frozen(db, *found.value());
  if (!frozen) return frozen.error();
  if (frozen.value()) return set_aside(SetAsideReason::Sealed);
  const auto rivals = rivals_of(db, bearer, header);
  if (!rivals) return rivals.error();
  if (!rivals.value().empty()) return set_aside(SetAsideReason::Edited);

  if (const auto removed = storage::remove_record(db, header.type, header.entity_id); !removed) {
    if (removed.error().kind == ErrorKind::Conflict)
      return set_aside(SetAsideReason::UnknownReference);  // something points here
    return removed.error();
  }
  if (bearer.here != nullptr) bearer.here->erase({header.type, header.entity_id});
  const auto kept = db.run("INSERT INTO deleted_record (type, entity_id, fields) VALUES (?, ?, ?)",
                           static_cast<std::int64_t>(header.type), header.entity_id,
                           storage::AsBlob{cbor::encode(domain::fields_of(*found.value()))});
  if (!kept) return kept.error();
  return Decision{};
}

}  // namespace

Result<Decision> decide(OrganisationStore& store, const Bearer& bearer, const PreparedOperation& operation) {
  const auto& header = operation.header;
  if (bearer.is_revoked) return set_aside(SetAsideReason::Revoked);
  if (!operation.fields || !protocol::is_known(header)) return set_aside(SetAsideReason::Unreadable);
  if (!domain::may_write(bearer.role, header.type)) return set_aside(SetAsideReason::NotAllowed);
  // Most operations make a record, and of an id that the feed never named nothing waits, stands or was
  // deleted.
  const auto is_named =
      has_row(store.db(), "SELECT 1 FROM feed WHERE entity_id = ? LIMIT 1", header.entity_id);
  if (!is_named) return is_named.error();
  if (is_named.value()) {
    const auto waits = is_waiting(store.db(), bearer, header.entity_id);
    if (!waits) return waits.error();
    if (waits.value()) return set_aside(SetAsideReason::DependsOnOther);
  }

  const auto& fields = operation.fields.value();
  return domain::with_entity(header.type, [&]<class Record>() -> Result<Decision> {
    switch (header.verb) {
      case Verb::Create:
      case Verb::Seal: return create<Record>(store, bearer, header, fields, !is_named.value());
      case Verb::Change:
      case Verb::Append: return change<Record>(store, bearer, header, fields);
      case Verb::Delete: return remove<Record>(store, bearer, header);
    }
    return set_aside(SetAsideReason::Unreadable);
  });
}

Result<std::vector<AnyId>> missing_references(Database& db, const PreparedOperation& operation) {
  std::vector<AnyId> missing;
  if (!operation.fields || !domain::is_known(operation.header.type)) return missing;
  Done looked = done();
  domain::with_entity(operation.header.type, [&]<class Record>() {
    Record record{};
    if (!domain::apply(operation.fields.value(), record)) return;
    domain::each_reference(record, [&](EntityType type, const AnyId& id) {
      const auto is_there = storage::exists(db, type, id);
      if (!is_there) {
        looked = is_there.error();
      } else if (!is_there.value()) {
        missing.push_back(id);
      }
    });
  });
  if (!looked) return looked.error();
  return missing;
}

}  // namespace aftercare::server
