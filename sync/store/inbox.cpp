#include "sync/store/inbox.h"

#include "shared/domain/codec.h"
#include "shared/storage/records.h"
#include "shared/storage/search.h"
#include "sync/protocol/erasure.h"
#include "sync/store/journal.h"

#include <fmt/format.h>

namespace aftercare::sync {
namespace {

constexpr auto kMovedTold = std::chrono::days{3};
constexpr std::uint32_t kWorkOrderTechnician = 7;  // the field of shared/domain/work_order.h

using domain::EntityType;
using domain::FieldMap;
using protocol::Decision;
using protocol::FeedItem;
using protocol::Ruling;
using protocol::Verb;
using storage::AsBlob;
using storage::AsBlobOrNull;

Error corrupt(std::uint64_t seq, std::string_view what) {
  return {
      ErrorKind::Corrupt,
      fmt::format("the server's item {} {}: nothing of its answer was stored; tell the office", seq, what)};
}

Result<std::optional<FieldMap>> confirmed_fields(storage::Database& db, const AnyId& id, bool& is_pending) {
  auto query = db.query("SELECT fields FROM confirmed WHERE entity_id = ?", id);
  is_pending = query.next();
  if (is_pending && !query.is_null(0)) {
    auto fields = cbor::decode_fields(query.bytes(0));
    if (!fields) return fields.error();
    return std::optional{std::move(fields).value()};
  }
  if (const auto read = query.done(); !read) return read.error();
  return std::optional<FieldMap>{};
}

}  // namespace

struct Inbox::Arrival {
  const FeedItem& item;
  std::optional<protocol::Header> header;  // absent: out of this device's reach
  Bytes header_bytes;
  std::optional<FieldMap> fields;  // absent: erased
  std::optional<FieldMap> remainder;
  Decision decision;
  bool is_own = false;
  bool is_behind = false;  // the record came as it stands, and is newer here than this item
  std::uint64_t dseq = 0;
};

Result<Inbox::Arrival> Inbox::arrival_of(const FeedItem& item) {
  Arrival arrival{.item = item,
                  .header = std::nullopt,
                  .header_bytes = {},
                  .fields = std::nullopt,
                  .remainder = std::nullopt,
                  .decision = {}};
  Bytes body;
  auto query = db_.query("SELECT header, body, dseq FROM operation WHERE hash = ?", item.operation);
  if (query.next()) {
    arrival.is_own = true;
    arrival.header_bytes = query.bytes(0);
    body = query.bytes(1);
    arrival.dseq = static_cast<std::uint64_t>(query.integer(2));
  } else if (item.content) {
    arrival.header_bytes = item.content->header;
    body = item.content->body;
    if (protocol::operation_hash(item.content->header) != item.operation)
      return corrupt(item.seq, "holds another operation than it names");
  } else if (!item.decision.empty() || !item.remainder.empty()) {
    return Error{ErrorKind::Conflict,
                 "the server holds operations of this device that are not on it (was its disk restored?)"};
  } else {
    return arrival;
  }
  if (const auto read = query.done(); !read) return read.error();

  const auto header = protocol::decode_header(arrival.header_bytes);
  if (!header) return header.error();
  arrival.header = header.value();
  if (item.content && !item.content->is_erased() &&
      header.value().commitment != protocol::commitment(item.content->salt, item.content->body)) {
    return corrupt(item.seq, "has a body that its header does not commit to");
  }
  if (!body.empty()) {
    auto fields = cbor::decode_fields(body);
    if (fields) arrival.fields = std::move(fields).value();
  }
  if (!item.remainder.empty()) {
    auto remainder = cbor::decode_fields(item.remainder);
    if (!remainder) return corrupt(item.seq, "has an unreadable remainder");
    arrival.remainder = std::move(remainder).value();
  }
  if (item.decision.empty()) return arrival;  // its lost values were erased; what stays was accepted
  if (protocol::decision_commitment(item.decision_salt, item.decision) != item.decision_commitment) {
    return corrupt(item.seq, "has a decision that it does not commit to");
  }
  auto decision = protocol::decode_decision(item.decision);
  if (!decision) return corrupt(item.seq, "has an unreadable decision");
  arrival.decision = std::move(decision).value();
  return arrival;
}

Done Inbox::apply(const protocol::PullAnswer& page, const protocol::RootStatement& statement) {
  std::uint64_t seq = 0;
  Hash root{};
  protocol::EpochId epoch;
  {
    auto query = db_.query("SELECT feed_seq, root, epoch FROM bookmark");
    if (!query.next()) return Error{ErrorKind::SignIn, "this device is not enrolled"};
    seq = static_cast<std::uint64_t>(query.integer(0));
    root = query.hash(1);
    epoch = query.id<protocol::EpochId>(2);
  }
  for (const auto& item : page.items) {
    if (item.seq != seq + 1) return corrupt(item.seq, "does not follow the one before it");
    seq = item.seq;
    root = protocol::next_root(epoch, root, seq, item.operation, item.decision_commitment);
    if (const auto applied = apply_item(item); !applied) return applied;
  }
  if (statement.seq != seq || statement.root != root || statement.epoch != epoch)
    return corrupt(seq, "does not lead to the root that the server signed");
  if (const auto settled = settle_leftovers(); !settled) return settled;
  return db_.run("UPDATE bookmark SET feed_seq = ?, root = ?, root_statement = ?", seq, root,
                 AsBlob{protocol::encode(page.statement)});
}

Done Inbox::apply_item(const FeedItem& item) {
  auto found = arrival_of(item);
  if (!found) return found.error();
  auto& arrival = found.value();
  if (!arrival.header) return done();

  const auto& header = *arrival.header;
  const auto positioned = db_.run(
      "INSERT INTO record_position (entity_id, seq) VALUES (?, ?) ON CONFLICT (entity_id) DO UPDATE SET seq = excluded.seq WHERE excluded.seq > seq",
      header.entity_id, item.seq);
  if (!positioned) return positioned;
  arrival.is_behind = db_.changes() == 0;
  if (arrival.decision.ruling == Ruling::SetAside) {
    if (!arrival.is_own) return done();
    if (const auto noted = note_set_aside(db_, arrival.dseq, arrival.decision.reason, now_); !noted)
      return noted;
    return settle_own(arrival);
  }
  if (const auto applied = apply_accepted(arrival); !applied) return applied;
  if (const auto lost = note_lost(arrival); !lost) return lost;
  if (const auto moved = note_moved(arrival); !moved) return moved;
  if (const auto proof = note_proof(arrival); !proof) return proof;
  if (const auto wanted = want_blobs(arrival); !wanted) return wanted;
  if (header.type == EntityType::Erasure && header.verb == Verb::Create) return erase(arrival);
  return done();
}

/// What the operation says, less what lost, over what the server said before.
Done Inbox::apply_accepted(const Arrival& arrival) {
  if (arrival.is_behind) return settle_seen(arrival);
  const auto& header = *arrival.header;
  bool is_pending = false;
  auto confirmed = confirmed_fields(db_, header.entity_id, is_pending);
  if (!confirmed) return confirmed.error();
  auto base = std::move(confirmed).value();
  if (!is_pending && header.verb != Verb::Create && header.verb != Verb::Seal) {
    auto standing = storage::read_fields(db_, header.type, header.entity_id);
    if (!standing) return standing.error();
    base = std::move(standing).value();
  }

  if (header.verb == Verb::Delete) {
    if (base) {
      if (const auto kept = remember_deleted(arrival, *base); !kept) return kept;
    }
    base.reset();
  } else if (arrival.fields || arrival.remainder) {
    auto fields = arrival.fields ? *arrival.fields : *arrival.remainder;
    for (const auto& [number, value] : arrival.decision.lost) fields.erase(number);
    if (header.verb == Verb::Create || header.verb == Verb::Seal) {
      base.emplace();
    } else if (!base) {  // an edit that had not seen a delete: the server brought the record back
      auto deleted = deleted_fields(db_, header.entity_id);
      if (!deleted) return deleted.error();
      base = std::move(deleted).value();
      // Neither here nor deleted here: it was gone before this device came to know its customer.
      if (!base) return db_.run("DELETE FROM record_position WHERE entity_id = ?", header.entity_id);
    }
    put(*base, fields);
  }

  if (is_pending) {
    const auto bytes = base ? cbor::encode(*base) : Bytes{};
    const auto kept =
        db_.run("UPDATE confirmed SET fields = ? WHERE entity_id = ?", AsBlobOrNull{bytes}, header.entity_id);
    if (!kept) return kept;
    return arrival.is_own ? settle_own(arrival)
                          : show(arrival, rebuild_view(db_, header.type, header.entity_id));
  }
  if (arrival.is_own) {
    if (const auto settled =
            db_.run("UPDATE operation SET settled_seq = ? WHERE dseq = ?", arrival.item.seq, arrival.dseq);
        !settled)
      return settled;
  }
  const auto written = base ? storage::write_fields(db_, header.type, header.entity_id, *base)
                            : storage::remove_record(db_, header.type, header.entity_id);
  return show(arrival, written);
}

/// A word that a newer program added makes a record unreadable here, and what points to it homeless: such
/// records wait for the update, the feed goes on.
Done Inbox::show(const Arrival& arrival, const Done& written) {
  const auto& header = *arrival.header;
  if (written) return storage::index_record(db_, header.type, header.entity_id);
  if (written.error().kind != ErrorKind::Invalid && written.error().kind != ErrorKind::Conflict)
    return written;
  return db_.run(
      "INSERT INTO attention (code, type, entity_id, at_ms) VALUES ('set_aside.newer_record', ?, ?, ?)",
      static_cast<std::int64_t>(header.type), header.entity_id, now_);
}

Done Inbox::remember_deleted(const Arrival& arrival, const FieldMap& fields) {
  return db_.run(
      "INSERT INTO deleted_record (type, entity_id, fields) VALUES (?, ?, ?) ON CONFLICT (entity_id) DO UPDATE SET fields = excluded.fields",
      static_cast<std::int64_t>(arrival.header->type), arrival.header->entity_id,
      AsBlob{cbor::encode(fields)});
}

/// Our operation came back when the record was here with all that it did.
Done Inbox::settle_seen(const Arrival& arrival) {
  if (!arrival.is_own) return done();
  bool is_pending = false;
  const auto confirmed = confirmed_fields(db_, arrival.header->entity_id, is_pending);
  if (!confirmed) return confirmed.error();
  if (is_pending) return settle_own(arrival);
  return db_.run("UPDATE operation SET settled_seq = ? WHERE dseq = ?", arrival.item.seq, arrival.dseq);
}

/// Our operation came back with its decision: from now on it is part of what the server says.
Done Inbox::settle_own(const Arrival& arrival) {
  const auto& header = *arrival.header;
  if (const auto settled =
          db_.run("UPDATE operation SET settled_seq = ? WHERE dseq = ?", arrival.item.seq, arrival.dseq);
      !settled)
    return settled;
  if (const auto rebuilt = rebuild_view(db_, header.type, header.entity_id); !rebuilt) {
    // Records of ours that build on one whose making was set aside keep it in sight until they went the same
    // way.
    return rebuilt.error().kind == ErrorKind::Conflict ? done() : rebuilt;
  }
  auto query = db_.query("SELECT 1 FROM operation WHERE entity_id = ? AND settled_seq IS NULL LIMIT 1",
                         header.entity_id);
  if (query.next()) return done();
  if (const auto read = query.done(); !read) return read;
  return db_.run("DELETE FROM confirmed WHERE entity_id = ?", header.entity_id);
}

/// Takes away what could not go before: each removal may free what it pointed to.
Done Inbox::settle_leftovers() {
  for (bool is_progress = true; is_progress;) {
    is_progress = false;
    std::vector<std::pair<EntityType, AnyId>> leftovers;
    {
      auto query = db_.query(
          "SELECT c.type, c.entity_id FROM confirmed c WHERE NOT EXISTS "
          "(SELECT 1 FROM operation o WHERE o.entity_id = c.entity_id AND o.settled_seq IS NULL)");
      while (query.next())
        leftovers.emplace_back(static_cast<EntityType>(query.integer(0)), query.id<AnyId>(1));
      if (const auto read = query.done(); !read) return read;
    }
    for (const auto& [type, id] : leftovers) {
      const auto rebuilt = rebuild_view(db_, type, id);
      if (!rebuilt && rebuilt.error().kind == ErrorKind::Conflict) continue;
      if (!rebuilt) return rebuilt;
      if (const auto settled = db_.run("DELETE FROM confirmed WHERE entity_id = ?", id); !settled)
        return settled;
      is_progress = true;
    }
  }
  return done();
}

Done Inbox::note_lost(const Arrival& arrival) {
  const auto note = [&](const FieldMap& fields, bool is_ours) -> Done {
    for (const auto& [number, value] : fields) {
      const auto noted = db_.run(
          "INSERT INTO lost_value (seq, type, entity_id, field, value, is_ours) VALUES (?, ?, ?, ?, ?, ?)",
          arrival.item.seq, static_cast<std::int64_t>(arrival.header->type), arrival.header->entity_id,
          static_cast<std::int64_t>(number), AsBlob{value}, is_ours);
      if (!noted) return noted;
    }
    return done();
  };
  if (const auto noted = note(arrival.decision.lost, arrival.is_own); !noted) return noted;
  return note(arrival.decision.replaced, /*is_ours=*/false);
}

/// The office gave an order to somebody else while a visit of this device was under way or done: whoever
/// worked is told for some days, and both know that the visit counts.
Done Inbox::note_moved(const Arrival& arrival) {
  const auto& header = *arrival.header;
  if (header.type != EntityType::WorkOrder || header.verb != Verb::Change || arrival.is_own) return done();
  if (!arrival.fields || !arrival.fields->contains(kWorkOrderTechnician)) return done();
  const auto forgotten = db_.run(
      "DELETE FROM attention WHERE code = 'sync.order_moved' AND (at_ms < ? OR entity_id IN "
      "(SELECT id FROM visit WHERE work_order_id = ?))",
      now_ - kMovedTold, header.entity_id);
  if (!forgotten) return forgotten;
  return db_.run(
      "INSERT INTO attention (code, type, entity_id, at_ms) SELECT 'sync.order_moved', ?, v.id, ? FROM visit v "
      "JOIN work_order w ON w.id = v.work_order_id WHERE w.id = ? AND w.technician_id IS NOT v.technician_id "
      "AND EXISTS (SELECT 1 FROM operation o WHERE o.entity_id = v.id)",
      static_cast<std::int64_t>(EntityType::Visit), now_, header.entity_id);
}

/// What an export of a sealed visit needs: the sealing header, and the server's countersignature.
Done Inbox::note_proof(const Arrival& arrival) {
  const auto& header = *arrival.header;
  if (header.type != EntityType::SignOff) return done();
  if (header.verb == Verb::Seal) {
    return db_.run("INSERT OR IGNORE INTO seal_proof (sign_off_id, header) VALUES (?, ?)", header.entity_id,
                   AsBlob{arrival.header_bytes});
  }
  if (!arrival.decision.countersign) return done();
  return db_.run("UPDATE seal_proof SET countersign = ? WHERE sign_off_id = ?",
                 AsBlob{protocol::encode(*arrival.decision.countersign)}, header.entity_id);
}

Done Inbox::want_blobs(const Arrival& arrival) {
  const auto& header = *arrival.header;
  if (arrival.is_own || header.verb == Verb::Delete || !arrival.fields) return done();
  return sync::want_blobs(db_, header.type, header.entity_id, *arrival.fields);
}

/// The office was asked to forget somebody: every trace of the person goes, the chain stays.
Done Inbox::erase(const Arrival& arrival) {
  if (!arrival.fields) return done();
  const auto erasure = domain::record_of<domain::Erasure>(arrival.header->entity_id, *arrival.fields);
  if (!erasure) return erasure.error();
  const auto records = protocol::decode_erased_records(erasure.value().records.bytes);
  if (!records) return records.error();
  for (const auto& record : records.value()) {
    if (const auto erased = erase_record(record.type, record.id); !erased) return erased;
  }
  return done();
}

Done Inbox::erase_record(EntityType type, const AnyId& id) {
  return domain::with_entity(type, [&]<class Record>() -> Done {
    std::vector<Hash> blobs;
    const auto note_blobs = [&](const Record& record) {
      domain::each_field(record, [&](auto, auto, const auto& member, const auto&) {
        using Member = std::remove_cvref_t<decltype(member)>;
        if constexpr (std::same_as<Member, domain::BlobRef>) blobs.push_back(member.sha256);
        if constexpr (std::same_as<Member, std::optional<domain::BlobRef>>) {
          if (member) blobs.push_back(member->sha256);
        }
      });
    };
    const auto found = storage::find<Record>(db_, id);
    if (!found) return found.error();
    if (found.value()) {
      note_blobs(*found.value());
      const auto written = storage::write_fields(db_, type, id, domain::without_personal(*found.value()));
      if (!written) return written;
    }

    // What was set aside or deleted stands in no table, but in our journal.
    std::vector<std::int64_t> numbers;
    {
      auto query = db_.query("SELECT dseq, body FROM operation WHERE entity_id = ? AND body IS NOT NULL", id);
      while (query.next()) {
        const auto fields = cbor::decode_fields(query.bytes(1));
        if (fields && !domain::has_personal<Record>(fields.value())) continue;
        numbers.push_back(query.integer(0));
        if (!fields) continue;
        if (const auto record = domain::record_of<Record>(id, fields.value())) note_blobs(record.value());
      }
      if (const auto read = query.done(); !read) return read;
    }
    for (const auto dseq : numbers) {
      const auto erased = db_.run("UPDATE operation SET salt = NULL, body = NULL WHERE dseq = ?", dseq);
      if (!erased) return erased;
    }
    std::erase(blobs, Hash{});
    for (const auto& sha256 : blobs) {
      // The same picture may be another customer's, too.
      auto named = db_.query(
          "SELECT 1 FROM photo WHERE sha256 = ?1 UNION ALL SELECT 1 FROM sign_off WHERE strokes_sha256 = ?1 LIMIT 1",
          sha256);
      if (named.next()) continue;
      if (const auto read = named.done(); !read) return read;
      if (const auto forgotten = db_.run("DELETE FROM blob WHERE sha256 = ?", sha256); !forgotten)
        return forgotten;
      erased_blobs_.push_back(sha256);
    }
    for (const auto* table : {"confirmed", "deleted_record"}) {
      std::optional<FieldMap> kept;
      {
        auto query = db_.query(
            fmt::format("SELECT fields FROM {} WHERE entity_id = ? AND fields IS NOT NULL", table), id);
        if (query.next()) {
          const auto fields = cbor::decode_fields(query.bytes(0));
          kept = fields ? domain::without_personal_fields<Record>(fields.value()) : FieldMap{};
        }
        if (const auto read = query.done(); !read) return read;
      }
      if (!kept) continue;
      const auto saved = db_.run(fmt::format("UPDATE {} SET fields = ? WHERE entity_id = ?", table),
                                 AsBlob{cbor::encode(*kept)}, id);
      if (!saved) return saved;
    }
    if (const auto cleaned = db_.run("DELETE FROM lost_value WHERE entity_id = ?", id); !cleaned)
      return cleaned;
    return storage::index_record(db_, type, id);
  });
}

Done want_blobs(storage::Database& db, EntityType type, const AnyId& id, const FieldMap& fields) {
  const auto want = [&](const Hash& sha256, std::int64_t byte_count, bool is_small, Instant at) {
    if (sha256 == Hash{}) return done();
    return db.run(
        "INSERT OR IGNORE INTO blob (sha256, byte_count, is_small, is_here, is_held, taken_at_ms) VALUES (?, ?, ?, 0, 1, ?)",
        sha256, byte_count, is_small, at);
  };
  if (type == EntityType::Photo) {
    const auto photo = domain::record_of<domain::Photo>(id, fields);
    return photo ? want(photo.value().blob.sha256, photo.value().byte_count, false, photo.value().taken_at)
                 : done();
  }
  if (type == EntityType::SignOff) {
    const auto sign_off = domain::record_of<domain::SignOff>(id, fields);
    if (sign_off && sign_off.value().strokes)
      return want(sign_off.value().strokes->sha256, 0, true, sign_off.value().signed_at);
  }
  return done();
}

Done note_set_aside(storage::Database& db, std::uint64_t dseq, protocol::SetAsideReason reason, Instant now) {
  return db.run(
      "INSERT OR IGNORE INTO attention (code, dseq, type, entity_id, at_ms) "
      "SELECT 'set_aside.' || ?, dseq, type, entity_id, ? FROM operation WHERE dseq = ?",
      domain::name_of(reason), now, dseq);
}

}  // namespace aftercare::sync
