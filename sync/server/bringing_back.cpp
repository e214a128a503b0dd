#include "sync/server/bringing_back.h"

#include "shared/domain/codec.h"
#include "sync/protocol/erasure.h"
#include "sync/protocol/tags.h"
#include "sync/server/accepting.h"
#include "sync/server/awaiting.h"
#include "sync/server/erasing.h"
#include "sync/server/returning.h"
#include "sync/server/scoping.h"

#include <fmt/format.h>

#include <map>
#include <set>

namespace aftercare::server {
namespace {

using protocol::FeedItem;
using protocol::LostItems;
using storage::AsBlob;
using storage::AsBlobOrNull;
using storage::Database;

/// How far a lost feed is known here.
struct Known {
  std::uint64_t seq = 0;
  Hash root{};
};

/// What the archive held of it, then what devices have handed back. An epoch that the archive never heard of
/// is known from its very beginning only.
Result<Known> known_of(Database& db, const protocol::EpochId& epoch) {
  Known known;
  {
    auto query = db.query(
        "SELECT kept_seq, kept_root FROM past_epoch WHERE epoch = ? AND kept_root IS NOT NULL", epoch);
    if (query.next()) known = {static_cast<std::uint64_t>(query.integer(0)), query.hash(1)};
    if (const auto read = query.done(); !read) return read.error();
  }
  auto query = db.query("SELECT seq, root FROM lost_item WHERE epoch = ? ORDER BY seq DESC LIMIT 1", epoch);
  if (query.next()) known = {static_cast<std::uint64_t>(query.integer(0)), query.hash(1)};
  if (const auto read = query.done(); !read) return read.error();
  return known;
}

/// What its operation says, when that is what the hashes stand for.
std::optional<protocol::Header> header_of(const FeedItem& item) {
  if (!item.content || protocol::operation_hash(item.content->header) != item.operation) return std::nullopt;
  const auto header = protocol::decode_header(item.content->header);
  if (!header) return std::nullopt;
  const bool is_whole =
      item.content->is_erased() ||
      header.value().commitment == protocol::commitment(item.content->salt, item.content->body);
  return is_whole ? std::optional{header.value()} : std::nullopt;
}

struct Arrival {
  FeedItem item;
  Hash root{};
};

/// What came whole takes the place of what came without its body.
Done keep(Database& db, const protocol::EpochId& epoch, const Arrival& arrival) {
  const auto header = header_of(arrival.item);
  cbor::Writer writer;
  protocol::encode(writer, arrival.item);
  return db.run(
      "INSERT INTO lost_item (epoch, seq, operation, root, entity_id, item) VALUES (?, ?, ?, ?, ?, ?) "
      "ON CONFLICT (epoch, seq) DO UPDATE SET entity_id = excluded.entity_id, item = excluded.item WHERE NOT is_here AND (item IS NULL OR ?)",
      epoch, arrival.item.seq, arrival.item.operation, arrival.root,
      header ? std::optional{header->entity_id} : std::nullopt,
      AsBlobOrNull{header ? writer.take() : Bytes{}}, header && !arrival.item.content->is_erased());
}

/// Follows the roots to the signed one. False when the items begin after what is known of that feed.
Result<bool> place(Database& db, const protocol::RootStatement& statement, const LostItems& lost) {
  const auto known = known_of(db, statement.epoch);
  if (!known) return known.error();
  if (lost.items.front().seq > known.value().seq + 1) return false;

  auto root = known.value().root;
  std::vector<Arrival> arrivals;
  for (const auto& item : lost.items) {
    if (item.seq > known.value().seq) {
      root = protocol::next_root(statement.epoch, root, item.seq, item.operation, item.decision_commitment);
      arrivals.push_back({item, root});
      continue;
    }
    auto query = db.query("SELECT operation, root FROM lost_item WHERE epoch = ? AND seq = ?",
                          statement.epoch, item.seq);
    if (query.next() && query.hash(0) == item.operation) arrivals.push_back({item, query.hash(1)});
    if (const auto read = query.done(); !read) return read.error();
  }
  const bool leads_there = statement.seq <= known.value().seq || root == statement.root;
  if (!leads_there) return Error{ErrorKind::Invalid, "these items do not lead to the root that was signed"};
  for (const auto& arrival : arrivals) {
    if (const auto kept = keep(db, statement.epoch, arrival); !kept) return kept.error();
  }
  return true;
}

/// An operation that waits to be taken in, and how it was decided in the feed that was lost.
struct Waiting {
  std::int64_t row = 0;
  PreparedOperation prepared;
  std::optional<protocol::Decision> past;
};

Result<Waiting> waiting_of(std::int64_t row, const Bytes& bytes) {
  cbor::Reader reader{bytes};
  auto item = protocol::read_feed_item(reader);
  if (!reader.is_done() || !item.content)
    return Error{ErrorKind::Corrupt, "an item that was handed back cannot be read"};
  const auto header = protocol::decode_header(item.content->header);
  if (!header) return header.error();
  Waiting waiting{.row = row,
                  .prepared = prepare_again(std::move(*item.content), header.value(), item.operation),
                  .past = std::nullopt};
  // Erased since: what was kept of it then is all that there is.
  if (waiting.prepared.operation.is_erased() && !item.remainder.empty())
    waiting.prepared.fields = cbor::decode_fields(item.remainder);
  if (protocol::decision_commitment(item.decision_salt, item.decision) == item.decision_commitment) {
    if (auto decision = protocol::decode_decision(item.decision)) waiting.past = std::move(decision).value();
  }
  return waiting;
}

Result<std::vector<Waiting>> all_waiting(Database& db) {
  std::vector<Waiting> all;
  auto query = db.query(
      "SELECT rowid, item FROM lost_item WHERE is_here = 0 AND item IS NOT NULL ORDER BY seq, rowid");
  while (query.next()) {
    auto waiting = waiting_of(query.integer(0), query.bytes(1));
    if (!waiting) return waiting.error();
    all.push_back(std::move(waiting).value());
  }
  if (const auto read = query.done(); !read) return read.error();
  return all;
}

/// The records that an operation orders to erase.
Result<std::vector<protocol::ErasedRecord>> erased_by(const PreparedOperation& prepared) {
  const auto& header = prepared.header;
  if (header.type != domain::EntityType::Erasure || header.verb != protocol::Verb::Create || !prepared.fields)
    return std::vector<protocol::ErasedRecord>{};
  const auto erasure = domain::record_of<domain::Erasure>(header.entity_id, prepared.fields.value());
  if (!erasure) return erasure.error();
  return protocol::decode_erased_records(erasure.value().records.bytes);
}

/// What it ordered to destroy stands in the archive again.
Done erase_once_more(OrganisationStore& store, const PreparedOperation& prepared) {
  const auto records = erased_by(prepared);
  if (!records) return records.error();
  return records.value().empty() ? done() : erase_again(store, records.value());
}

/// The records that were erased, by what is here and by what came back with its hash.
Result<std::set<AnyId>> erased_records(Database& db, const std::vector<Waiting>& waiting) {
  std::set<AnyId> ids;
  {
    auto query = db.query("SELECT entity_id FROM erased_record");
    while (query.next()) ids.insert(query.id<AnyId>(0));
    if (const auto read = query.done(); !read) return read.error();
  }
  for (const auto& one : waiting) {
    const auto records = erased_by(one.prepared);
    if (!records) return records.error();
    for (const auto& record : records.value()) ids.insert(record.id);
  }
  return ids;
}

/// What was taken in, and by whom it was written.
struct Taken {
  std::size_t count = 0;
  std::map<DeviceId, std::vector<Touched>> touched;
};

/// One of them, if its journal reaches there. Says whether it is in the feed now.
Result<bool> take_in(OrganisationStore& store, const Waiting& waiting, Taken& all_taken) {
  const auto taken = accept_lost(store, waiting.prepared, waiting.past ? &*waiting.past : nullptr);
  if (!taken) return taken.error();
  if (taken.value() == Return::Gap) return false;
  const auto noted =
      store.db().run("UPDATE lost_item SET is_here = 1, item = NULL WHERE rowid = ?", waiting.row);
  if (!noted) return noted.error();
  if (taken.value() != Return::TakenIn) return true;
  ++all_taken.count;
  const auto& header = waiting.prepared.header;
  all_taken.touched[header.device_id].push_back({header.type, header.entity_id});
  if (const auto erased = erase_once_more(store, waiting.prepared); !erased) return erased.error();
  if (header.type == domain::EntityType::Device) {
    const auto followed = follow_recorded_device(store, id_cast<DeviceId>(header.entity_id));
    if (!followed) return followed.error();
  }
  return true;
}

Result<Taken> take_in_all(OrganisationStore& store) {
  auto left = all_waiting(store.db());
  if (!left) return left.error();
  const auto erased = erased_records(store.db(), left.value());
  if (!erased) return erased.error();
  // Nobody's word is enough that a body was destroyed: what took its place is covered by no hash.
  const auto is_bare = [&](const Waiting& waiting) {
    return waiting.prepared.operation.is_erased() &&
           !erased.value().contains(waiting.prepared.header.entity_id);
  };
  Taken taken;
  for (bool is_progress = true; is_progress && !left.value().empty();) {
    is_progress = false;
    std::vector<Waiting> remaining;
    for (auto& waiting : left.value()) {
      const auto is_here = is_bare(waiting) ? Result<bool>{false} : take_in(store, waiting, taken);
      if (!is_here) return is_here.error();
      is_progress = is_progress || is_here.value();
      if (!is_here.value()) remaining.push_back(std::move(waiting));
    }
    left.value() = std::move(remaining);
  }
  return taken;
}

}  // namespace

Result<protocol::LostItemsAnswer> bring_back(OrganisationStore& store, const DeviceId& told_by,
                                             const LostItems& lost) {
  const auto& organisation = store.organisation();
  const auto statement = protocol::decode_root_statement(lost.statement.statement);
  if (!statement ||
      !protocol::is_signed_by(organisation.signing_key.public_key, protocol::kStatementTag, lost.statement) ||
      statement.value().organisation_id != organisation.id || statement.value().epoch == organisation.epoch)
    return Error{ErrorKind::Invalid, "this is not what the organisation signed of a feed that ended"};
  auto seq = lost.items.front().seq;
  for (const auto& item : lost.items) {
    if (item.seq != seq++) return Error{ErrorKind::Invalid, "these items leave something out"};
  }
  if (lost.items.back().seq != statement.value().seq)
    return Error{ErrorKind::Invalid, "these items end elsewhere than the statement"};

  protocol::LostItemsAnswer answer;
  const auto placed = place(store.db(), statement.value(), lost);
  if (!placed) return placed.error();
  answer.is_placed = placed.value();
  if (answer.is_placed) {
    const auto taken = take_in_all(store);
    if (!taken) return taken.error();
    if (taken.value().count > 0) {
      if (const auto awaited = take_in_awaited(store); !awaited) return awaited.error();
      for (const auto& [device, touched] : taken.value().touched) {
        if (const auto followed = follow_scopes(store, device, touched); !followed) return followed.error();
      }
      const auto noted = store.note_audit("device " + to_text(told_by), "feed.brought_back",
                                          to_text(statement.value().epoch),
                                          fmt::format("{} operations came back", taken.value().count));
      if (!noted) return noted.error();
    }
  }
  const auto head = store.head();
  if (!head) return head.error();
  answer.through_seq = head.value().seq;
  return answer;
}

}  // namespace aftercare::server
