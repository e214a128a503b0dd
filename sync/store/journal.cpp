#include "sync/store/journal.h"

#include "shared/base/short_number.h"
#include "shared/storage/records.h"
#include "shared/storage/search.h"
#include "sync/protocol/limits.h"
#include "sync/protocol/seal.h"

namespace aftercare::sync {

using protocol::Verb;
using storage::AsBlob;
using storage::AsBlobOrNull;

Journal::Journal(storage::Database& db, const Identity& identity, const domain::UserId& by, Clock& clock,
                 Random& random)
    : db_(db), identity_(identity), by_(by), clock_(clock), random_(random) {}

Done Journal::load() {
  auto query = db_.query("SELECT head_dseq, head_hash, hybrid_ms, hybrid_count FROM bookmark");
  if (query.next()) {
    head_ = {static_cast<std::uint64_t>(query.integer(0)), query.hash(1)};
    time_ = {query.integer(2), query.integer(3)};
    return done();
  }
  const auto read = query.done();
  return read ? Done{Error{ErrorKind::SignIn,
                           "this device is not enrolled: ask the office for an enrolment line"}}
              : read;
}

Done Journal::done_of(const Result<Operation>& written) {
  if (!written) return written.error();
  return done();
}

Result<std::uint64_t> Journal::base_seq(const AnyId& id) {
  auto query = db_.query("SELECT seq FROM record_position WHERE entity_id = ?", id);
  const auto seq = query.next() ? static_cast<std::uint64_t>(query.integer(0)) : 0;
  if (const auto read = query.done(); !read) return read.error();
  return seq;
}

/// Before our first pending change to a record, what the server said last is put aside, to be built on again
/// when others' changes arrive.
Done Journal::keep_confirmed(domain::EntityType type, const AnyId& id) {
  auto query = db_.query("SELECT 1 FROM confirmed WHERE entity_id = ?", id);
  if (query.next()) return done();
  if (const auto read = query.done(); !read) return read;
  const auto fields = storage::read_fields(db_, type, id);
  if (!fields) return fields.error();
  const auto bytes = fields.value() ? cbor::encode(*fields.value()) : Bytes{};
  return db_.run("INSERT INTO confirmed (type, entity_id, fields) VALUES (?, ?, ?)",
                 static_cast<std::int64_t>(type), id, AsBlobOrNull{bytes});
}

Result<Operation> Journal::write(Verb verb, domain::EntityType type, const AnyId& id,
                                 const domain::FieldMap& fields) {
  const auto base = base_seq(id);
  if (!base) return base.error();
  if (const auto kept = keep_confirmed(type, id); !kept) return kept.error();

  time_ = protocol::next_hybrid(time_, clock_.now());
  protocol::Header header;
  header.organisation_id = identity_.organisation_id;
  header.device_id = identity_.device_id;
  header.dseq = head_.dseq + 1;
  header.previous_hash = head_.hash;
  header.time = time_;
  header.user_id = by_;
  header.verb = verb;
  header.type = type;
  header.entity_id = id;
  header.base_seq = base.value();
  auto body = cbor::encode(fields);
  if (body.size() > protocol::kLimits.body_byte_count_max) {
    return Error{
        ErrorKind::Refused,
        "this is longer than one record may be: shorten the notes or captions; nothing was saved of it"};
  }
  auto operation = protocol::make_operation(header, std::move(body), random_);
  head_ = {header.dseq, protocol::operation_hash(operation.header)};

  auto saved = db_.run(
      "INSERT INTO operation (dseq, header, salt, body, hash, type, entity_id) VALUES (?, ?, ?, ?, ?, ?, ?)",
      header.dseq, AsBlob{operation.header}, AsBlob{operation.salt}, AsBlob{operation.body}, head_.hash,
      static_cast<std::int64_t>(type), id);
  if (saved) {
    saved = db_.run("UPDATE bookmark SET head_dseq = ?, head_hash = ?, hybrid_ms = ?, hybrid_count = ?",
                    head_.dseq, head_.hash, time_.ms, time_.count);
  }
  if (saved) saved = rebuild_view(db_, type, id);
  if (!saved) return saved.error();
  return operation;
}

Done Journal::seal(domain::SignOff sign_off) {
  const auto sealed = write(Verb::Seal, domain::EntityType::SignOff, id_cast<AnyId>(sign_off.id),
                            domain::fields_of(sign_off));
  if (!sealed) return sealed.error();
  const auto proof = db_.run("INSERT INTO seal_proof (sign_off_id, header) VALUES (?, ?)", sign_off.id,
                             AsBlob{sealed.value().header});
  if (!proof) return proof;

  const auto signature =
      protocol::sign_seal(identity_.key, protocol::seal_hash(sign_off.seal_list.bytes), head_.hash);
  auto with_signature = sign_off;
  with_signature.signature.bytes = view(signature);
  return done_of(write(Verb::Append, domain::EntityType::SignOff, id_cast<AnyId>(sign_off.id),
                       domain::changes_of(sign_off, with_signature)));
}

Result<std::string> Journal::next_number(char kind) {
  auto query = db_.query(
      "INSERT INTO counter (kind, value) VALUES (?, 1) ON CONFLICT (kind) DO UPDATE SET value = value + 1 RETURNING value",
      std::string(1, kind));
  std::uint32_t value = 0;
  while (query.next()) value = static_cast<std::uint32_t>(query.integer(0));
  if (const auto counted = query.done(); !counted) return counted.error();
  return to_text(ShortNumber{kind, identity_.prefix, value});
}

void put(domain::FieldMap& onto, const domain::FieldMap& fields) {
  for (const auto& [number, value] : fields) {
    if (value == cbor::kNull) {
      onto.erase(number);
    } else {
      onto[number] = value;
    }
  }
}

Result<std::optional<domain::FieldMap>> deleted_fields(storage::Database& db, const AnyId& id) {
  auto query = db.query("SELECT fields FROM deleted_record WHERE entity_id = ?", id);
  if (!query.next()) {
    if (const auto read = query.done(); !read) return read.error();
    return std::optional<domain::FieldMap>{};
  }
  auto fields = cbor::decode_fields(query.bytes(0));
  if (!fields) return fields.error();
  return std::optional{std::move(fields).value()};
}

Done rebuild_view(storage::Database& db, domain::EntityType type, const AnyId& id) {
  std::optional<domain::FieldMap> view;
  {
    auto query = db.query("SELECT fields FROM confirmed WHERE entity_id = ?", id);
    if (query.next() && !query.is_null(0)) {
      auto fields = cbor::decode_fields(query.bytes(0));
      if (!fields) return fields.error();
      view = std::move(fields).value();
    }
    if (const auto read = query.done(); !read) return read;
  }
  {
    auto query = db.query(
        "SELECT header, body FROM operation WHERE entity_id = ? AND settled_seq IS NULL AND body IS NOT NULL ORDER BY dseq",
        id);
    while (query.next()) {
      const auto header = protocol::decode_header(query.bytes(0));
      const auto fields = cbor::decode_fields(query.bytes(1));
      if (!header || !fields) return Error{ErrorKind::Corrupt, "an operation of this device cannot be read"};
      const auto verb = header.value().verb;
      if (verb == Verb::Delete) {
        view.reset();
        continue;
      }
      if (!view && (verb == Verb::Create || verb == Verb::Seal)) view.emplace();
      if (!view) {
        auto deleted = deleted_fields(db, id);
        if (!deleted) return deleted.error();
        view = std::move(deleted).value();
      }
      if (view) put(*view, fields.value());  // else its making was set aside: there is nothing to change
    }
    if (const auto read = query.done(); !read) return read;
  }
  const auto written =
      view ? storage::write_fields(db, type, id, *view) : storage::remove_record(db, type, id);
  if (!written) return written;
  return storage::index_record(db, type, id);
}

}  // namespace aftercare::sync
