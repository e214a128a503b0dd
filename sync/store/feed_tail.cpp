#include "sync/store/feed_tail.h"

#include "sync/protocol/erasure.h"
#include "sync/protocol/letting_go.h"

#include <fmt/format.h>

#include <functional>

namespace aftercare::sync {
namespace {

using domain::EntityType;
using protocol::FeedItem;
using storage::AsBlob;
using storage::AsBlobOrNull;
using storage::Database;

/// Beyond this, content of our own is left out: we push it anyway.
constexpr std::size_t kOwnContentByteCountMax = 4 << 20;

Bytes bytes_of(const FeedItem& item) {
  cbor::Writer writer;
  protocol::encode(writer, item);
  return writer.take();
}

FeedItem hashes_of(const FeedItem& item) {
  FeedItem hashes;
  hashes.seq = item.seq;
  hashes.operation = item.operation;
  hashes.decision_commitment = item.decision_commitment;
  return hashes;
}

Result<FeedItem> item_of(const Bytes& bytes) {
  cbor::Reader reader{bytes};
  auto item = protocol::read_feed_item(reader);
  if (!reader.is_done()) return Error{ErrorKind::Corrupt, "what was kept of the feed cannot be read"};
  return item;
}

/// Our own are sent to us without content; the journal has it.
Result<std::optional<protocol::Operation>> own_content(Database& db, const Hash& operation) {
  auto query = db.query("SELECT header, salt, body FROM operation WHERE hash = ?", operation);
  std::optional<protocol::Operation> content;
  if (query.next()) content = protocol::Operation{query.bytes(0), query.bytes(1), query.bytes(2)};
  if (const auto read = query.done(); !read) return read.error();
  return content;
}

Result<std::optional<AnyId>> record_of(Database& db, const FeedItem& item) {
  if (item.content) {
    const auto header = protocol::decode_header(item.content->header);
    return header ? std::optional{header.value().entity_id} : std::nullopt;
  }
  auto query = db.query("SELECT entity_id FROM operation WHERE hash = ?", item.operation);
  std::optional<AnyId> id;
  if (query.next()) id = query.id<AnyId>(0);
  if (const auto read = query.done(); !read) return read.error();
  return id;
}

/// Writes the items that fit the condition as `change` makes them.
Done change_tail(Database& db, std::string_view condition,
                 const std::function<Result<FeedItem>(FeedItem)>& change, const auto&... args) {
  std::vector<std::pair<std::int64_t, FeedItem>> items;
  {
    auto query = db.query(fmt::format("SELECT rowid, item FROM feed_tail WHERE {}", condition), args...);
    while (query.next()) {
      auto item = item_of(query.bytes(1));
      if (!item) return item.error();
      items.emplace_back(query.integer(0), std::move(item).value());
    }
    if (const auto read = query.done(); !read) return read;
  }
  for (auto& [row, item] : items) {
    const auto changed = change(std::move(item));
    if (!changed) return changed.error();
    const auto kept =
        db.run("UPDATE feed_tail SET item = ? WHERE rowid = ?", AsBlob{bytes_of(changed.value())}, row);
    if (!kept) return kept;
  }
  return done();
}

}  // namespace

Done keep_tail(Database& db, const protocol::PullAnswer& page, const protocol::RootStatement& statement) {
  const auto backed_up_seq = page.backed_up_seq.value_or(0);
  const auto word = protocol::encode(page.statement);
  for (const auto& item : page.items) {
    if (item.seq <= backed_up_seq) continue;
    const auto record = record_of(db, item);
    if (!record) return record.error();
    const auto kept = db.run(
        "INSERT OR REPLACE INTO feed_tail (epoch, seq, item, entity_id, statement) VALUES (?, ?, ?, ?, ?)",
        // Of a record that this program cannot name, an erasure would find nothing.
        statement.epoch, item.seq, AsBlob{bytes_of(record.value() ? item : hashes_of(item))}, record.value(),
        AsBlobOrNull{item.seq == statement.seq ? word : Bytes{}});
    if (!kept) return kept;
  }
  return done();
}

Done shorten_tail(Database& db) {
  auto shortened = db.run(
      "DELETE FROM feed_tail WHERE epoch = (SELECT epoch FROM bookmark) AND seq <= (SELECT coalesce(backed_up_seq, 0) FROM bookmark)");
  if (shortened)
    shortened = db.run("DELETE FROM feed_tail WHERE through_seq <= (SELECT feed_seq FROM bookmark)");
  if (shortened) {
    shortened = db.run("DELETE FROM feed_tail WHERE rowid <= (SELECT max(rowid) FROM feed_tail) - ?",
                       protocol::kTailItemCountMax);
  }
  return shortened;
}

Done strip_tail(Database& db, EntityType type, const AnyId& id, std::uint64_t seq) {
  return change_tail(
      db, "entity_id = ? AND (epoch <> (SELECT epoch FROM bookmark) OR seq < ?)",
      [&](FeedItem item) -> Result<FeedItem> {
        if (!item.content) {  // the journal is about to lose it
          auto own = own_content(db, item.operation);
          if (!own) return own.error();
          item.content = std::move(own).value();
        }
        return protocol::without_personal(std::move(item), type);
      },
      id, seq);
}

Done empty_tail(Database& db, const AnyId& id) {
  return change_tail(
      db, "entity_id = ?", [](const FeedItem& item) -> Result<FeedItem> { return hashes_of(item); }, id);
}

Done keep_tail_for_another_epoch(Database& db) {
  return db.run("UPDATE feed_tail SET through_seq = NULL WHERE through_seq IS NOT NULL");
}

Result<std::optional<protocol::LostItems>> tail_to_hand_back(Database& db) {
  std::vector<FeedItem> items;
  std::size_t whole_count = 0;  // up to the last signed root
  Bytes word;
  {
    auto query = db.query(
        "SELECT item, statement FROM feed_tail WHERE through_seq IS NULL AND epoch = "
        "(SELECT epoch FROM feed_tail WHERE epoch <> (SELECT epoch FROM bookmark) AND through_seq IS NULL ORDER BY rowid LIMIT 1) "
        "ORDER BY seq LIMIT ?",
        protocol::kLostItemCountMax);
    while (query.next()) {
      auto item = item_of(query.bytes(0));
      if (!item) return item.error();
      if (!items.empty() && item.value().seq != items.back().seq + 1) break;
      items.push_back(std::move(item).value());
      if (query.is_null(1)) continue;
      whole_count = items.size();
      word = query.bytes(1);
    }
    if (const auto read = query.done(); !read) return read.error();
  }
  if (whole_count == 0) return std::optional<protocol::LostItems>{};
  items.resize(whole_count);

  const auto statement = protocol::decode_signed(word);
  if (!statement) return statement.error();
  std::size_t byte_count = 0;
  for (auto& item : items) {
    if (item.content) continue;
    auto own = own_content(db, item.operation);
    if (!own) return own.error();
    if (!own.value() || byte_count > kOwnContentByteCountMax) continue;
    byte_count += own.value()->body.size();
    item.content = std::move(own).value();
  }
  return std::optional{protocol::LostItems{statement.value(), std::move(items)}};
}

Done note_handed_back(Database& db, const protocol::LostItems& items, std::uint64_t through_seq) {
  const auto statement = protocol::decode_root_statement(items.statement.statement);
  if (!statement) return statement.error();
  return db.run("UPDATE feed_tail SET through_seq = ? WHERE epoch = ? AND seq BETWEEN ? AND ?", through_seq,
                statement.value().epoch, items.items.front().seq, statement.value().seq);
}

}  // namespace aftercare::sync
