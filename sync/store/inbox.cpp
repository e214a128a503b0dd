#include "sync/store/inbox.h"

#include "shared/domain/codec.h"
#include "shared/storage/records.h"
#include "shared/storage/search.h"
#include "sync/protocol/erasure.h"
#include "sync/store/feed_tail.h"
#include "sync/store/journal.h"
#include "sync/store/snapshot.h"

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

/// Not a fault of the disk: the record cannot stand in its table yet.
bool is_for_later(const Done& written) {
  return !written &&
         (written.error().kind == ErrorKind::Conflict || written.error().kind == ErrorKind::Invalid);
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
  // Erased, perhaps not in our journal yet. Which of our own fields took effect, only the remainder tells.
  if (arrival.remainder) arrival.fields.reset();
  if (item.decision.empty()) return arrival;  // what stays was accepted; its lost values were erased
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
    if (const auto taken = take(item); !taken) return taken;
  }
  if (statement.seq != seq || statement.root != root || statement.epoch != epoch)
    return corrupt(seq, "does not lead to the root that the server signed");
  if (const auto settled = settle_leftovers(); !settled) return settled;
  return db_.run("UPDATE bookmark SET feed_seq = ?, root = ?, root_statement = ?", seq, root,
                 AsBlob{protocol::encode(page.statement)});
}

Done Inbox::take(const FeedItem& item) {
  auto found = arrival_of(item);
  if (!found && found.error().kind == ErrorKind::Newer) return wait(item, std::nullopt);
  if (!found) return found.error();
  auto& arrival = found.value();
  if (!arrival.header) return done();
  const auto waits = must_wait(arrival);
  if (!waits) return waits.error();
  return waits.value() ? wait(item, arrival.header) : apply_item(arrival);
}

/// What was set aside changes nothing, whatever it is about, and is told at once.
Result<bool> Inbox::must_wait(const Arrival& arrival) {
  if (!protocol::is_known(arrival.decision.ruling, known_)) return true;
  if (!protocol::takes_effect(arrival.decision.ruling)) return false;
  if (!protocol::is_known(*arrival.header, known_)) return true;
  auto query = db_.query(
      "SELECT 1 FROM waiting_item WHERE entity_id = ?1 UNION ALL SELECT 1 FROM waiting_row WHERE entity_id = ?1 LIMIT 1",
      arrival.header->entity_id);
  const bool is_held_up = query.next();
  if (const auto read = query.done(); !read) return read.error();
  return is_held_up;
}

/// The record's position stays where it was: nobody here has seen this.
Done Inbox::wait(const FeedItem& item, const std::optional<protocol::Header>& header) {
  cbor::Writer writer;
  protocol::encode(writer, item);
  const auto type = header ? std::optional{static_cast<std::int64_t>(header->type)} : std::nullopt;
  const auto id = header ? std::optional{header->entity_id} : std::nullopt;
  return db_.run("INSERT INTO waiting_item (seq, type, entity_id, item) VALUES (?, ?, ?, ?)", item.seq, type,
                 id, AsBlob{writer.view()});
}

Done Inbox::apply_waiting() {
  if (const auto taken = take_in_waiting_rows(db_, known_); !taken) return taken;
  std::vector<FeedItem> items;
  {
    auto query = db_.query("SELECT item FROM waiting_item ORDER BY seq");
    while (query.next()) {
      const auto bytes = query.bytes(0);
      cbor::Reader reader{bytes};
      items.push_back(protocol::read_feed_item(reader));
      if (!reader.is_done()) return Error{ErrorKind::Corrupt, "what waits for an update cannot be read"};
    }
    if (const auto read = query.done(); !read) return read;
  }
  if (const auto cleared = db_.run("DELETE FROM waiting_item"); !cleared) return cleared;
  for (const auto& item : items) {
    if (const auto taken = take(item); !taken) return taken;
  }
  if (const auto named = name_reasons(); !named) return named;
  return settle_leftovers();
}

/// Reasons that this program has words for now.
Done Inbox::name_reasons() {
  std::vector<std::pair<std::uint64_t, protocol::SetAsideReason>> known;
  {
    auto query = db_.query("SELECT dseq, reason FROM waiting_reason WHERE reason <= ?",
                           static_cast<std::int64_t>(known_.reason_last));
    while (query.next())
      known.emplace_back(static_cast<std::uint64_t>(query.integer(0)),
                         static_cast<protocol::SetAsideReason>(query.integer(1)));
    if (const auto read = query.done(); !read) return read;
  }
  for (const auto& [dseq, reason] : known) {
    auto renamed = db_.run(
        "UPDATE attention SET code = 'set_aside.' || ? WHERE code = 'set_aside.newer_reason' AND dseq = ?",
        protocol::word_of(reason), dseq);
    if (renamed) renamed = db_.run("DELETE FROM waiting_reason WHERE dseq = ?", dseq);
    if (!renamed) return renamed;
  }
  return done();
}

/// Whether the record came as it stood at that place of the feed, or later.
Result<bool> Inbox::is_behind(const AnyId& id, std::uint64_t seq) {
  auto query = db_.query("SELECT 1 FROM record_position WHERE entity_id = ? AND seq >= ?", id, seq);
  const bool is_newer_here = query.next();
  if (const auto read = query.done(); !read) return read.error();
  return is_newer_here;
}

Done Inbox::apply_item(Arrival& arrival) {
  const auto& header = *arrival.header;
  const auto is_behind_here = is_behind(header.entity_id, arrival.item.seq);
  if (!is_behind_here) return is_behind_here.error();
  arrival.is_behind = is_behind_here.value();
  is_item_waiting_ = false;
  const bool is_effective = protocol::takes_effect(arrival.decision.ruling);
  if (is_effective) {
    if (const auto applied = apply_accepted(arrival); !applied) return applied;
    if (is_item_waiting_) return done();
    if (arrival.is_own) {
      if (const auto told = forget_set_aside(db_, arrival.dseq); !told) return told;
    }
  }
  const auto positioned = db_.run(
      "INSERT INTO record_position (entity_id, seq) SELECT ?1, ?2 WHERE NOT EXISTS "
      "(SELECT 1 FROM waiting_item WHERE entity_id = ?1 UNION ALL SELECT 1 FROM waiting_row WHERE entity_id = ?1) "
      "ON CONFLICT (entity_id) DO UPDATE SET seq = max(seq, excluded.seq)",
      header.entity_id, arrival.item.seq);
  if (!positioned) return positioned;
  if (!is_effective) {
    if (!arrival.is_own) return done();
    if (arrival.decision.ruling == Ruling::Dismissed) return forget_set_aside(db_, arrival.dseq);
    if (const auto noted = note_set_aside(db_, arrival.dseq, arrival.decision.reason, now_, known_); !noted)
      return noted;
    return settle_own(arrival);
  }
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
      if (!base) return done();
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
/// records wait for the update, the feed goes on. One with changes of ours keeps what the server says in
/// `confirmed`, and is tried again with each page.
Done Inbox::show(const Arrival& arrival, const Done& written) {
  const auto& header = *arrival.header;
  if (written) return storage::index_record(db_, header.type, header.entity_id);
  if (!is_for_later(written)) return written;
  auto pending = db_.query("SELECT 1 FROM confirmed WHERE entity_id = ?", header.entity_id);
  const bool is_pending = pending.next();
  if (const auto read = pending.done(); !read || is_pending) return read;
  is_item_waiting_ = true;
  return wait(arrival.item, header);
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
    // way; one with a word that only a newer program knows stays as it is until then.
    return is_for_later(rebuilt) ? done() : rebuilt;
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
      if (is_for_later(rebuilt)) continue;
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
          "INSERT INTO lost_value (seq, type, entity_id, field, value, is_ours, at_ms) VALUES (?, ?, ?, ?, ?, ?, ?)",
          arrival.item.seq, static_cast<std::int64_t>(arrival.header->type), arrival.header->entity_id,
          static_cast<std::int64_t>(number), AsBlob{value}, is_ours, arrival.header->time.ms);
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
    const auto came_later = is_behind(record.id, arrival.item.seq);
    if (!came_later) return came_later.error();
    const auto erased = erase_record(record.type, record.id, arrival.item.seq, came_later.value());
    if (!erased) return erased;
    // What is written here from now on was written knowing it.
    const auto positioned = db_.run(
        "INSERT INTO record_position (entity_id, seq) VALUES (?, ?) ON CONFLICT (entity_id) DO UPDATE SET seq = max(seq, excluded.seq)",
        record.id, arrival.item.seq);
    if (!positioned) return positioned;
  }
  return done();
}

/// What came as it stood after the erasure was written knowing it; only our journal is older.
Done Inbox::erase_record(EntityType type, const AnyId& id, std::uint64_t seq, bool came_later) {
  // What waits is bytes that nobody can take a name out of: all of it goes.
  auto given_up = db_.run("DELETE FROM waiting_item WHERE entity_id = ?", id);
  if (given_up) given_up = db_.run("DELETE FROM waiting_row WHERE entity_id = ? AND seq < ?", id, seq);
  if (!given_up) return given_up;
  if (const auto stripped = strip_tail(db_, type, id, seq); !stripped) return stripped;
  if (!domain::is_known(type)) return done();
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
    if (found.value() && !came_later) {
      note_blobs(*found.value());
      const auto written = storage::write_fields(db_, type, id, domain::without_personal(*found.value()));
      if (!written) return written;
    }

    // What was set aside or deleted stands in no table, but in our journal. What was written there knowing of
    // the erasure stays (the feed may be read a second time).
    std::vector<std::int64_t> numbers;
    {
      auto query =
          db_.query("SELECT dseq, body, header FROM operation WHERE entity_id = ? AND body IS NOT NULL", id);
      while (query.next()) {
        const auto header = protocol::decode_header(query.bytes(2));
        if (header && header.value().base_seq >= seq) continue;
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
          "SELECT 1 FROM photo WHERE sha256 = ?1 UNION ALL SELECT 1 FROM photo WHERE thumbnail_sha256 = ?1 "
          "UNION ALL SELECT 1 FROM sign_off WHERE strokes_sha256 = ?1 LIMIT 1",
          sha256);
      if (named.next()) continue;
      if (const auto read = named.done(); !read) return read;
      if (const auto forgotten = db_.run("DELETE FROM blob WHERE sha256 = ?", sha256); !forgotten)
        return forgotten;
      erased_blobs_.push_back(sha256);
    }
    for (const auto* table : {"confirmed", "deleted_record"}) {
      if (came_later) break;
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
    bool is_pending = false;
    if (const auto confirmed = confirmed_fields(db_, id, is_pending); !confirmed) return confirmed.error();
    if (!came_later || !is_pending) return storage::index_record(db_, type, id);
    const auto rebuilt = rebuild_view(db_, type, id);
    return is_for_later(rebuilt) ? done() : rebuilt;
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
    if (!photo) return done();
    const auto& [blob, thumbnail] = std::tie(photo.value().blob, photo.value().thumbnail);
    if (thumbnail) {
      if (const auto wanted = want(thumbnail->sha256, 0, true, photo.value().taken_at); !wanted)
        return wanted;
    }
    return want(blob.sha256, photo.value().byte_count, false, photo.value().taken_at);
  }
  if (type == EntityType::SignOff) {
    const auto sign_off = domain::record_of<domain::SignOff>(id, fields);
    if (sign_off && sign_off.value().strokes)
      return want(sign_off.value().strokes->sha256, 0, true, sign_off.value().signed_at);
  }
  return done();
}

Done note_set_aside(storage::Database& db, std::uint64_t dseq, protocol::SetAsideReason reason, Instant now,
                    const protocol::Known& known) {
  const bool has_words = protocol::is_known(reason, known);
  const auto noted = db.run(
      "INSERT OR IGNORE INTO attention (code, dseq, type, entity_id, at_ms) "
      "SELECT 'set_aside.' || ?, dseq, type, entity_id, ? FROM operation WHERE dseq = ? AND settled_seq IS NULL",
      has_words ? protocol::word_of(reason) : "newer_reason", now, dseq);
  if (!noted || has_words) return noted;
  return db.run("INSERT OR REPLACE INTO waiting_reason (dseq, reason) VALUES (?, ?)", dseq,
                static_cast<std::int64_t>(reason));
}

Done forget_set_aside(storage::Database& db, std::uint64_t dseq) {
  return db.run("DELETE FROM attention WHERE dseq = ? AND code LIKE 'set_aside.%'", dseq);
}

}  // namespace aftercare::sync
