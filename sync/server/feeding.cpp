#include "sync/server/feeding.h"

#include "sync/protocol/limits.h"
#include "sync/protocol/tags.h"
#include "sync/server/scoping.h"

namespace aftercare::server {
namespace {

using protocol::FeedItem;
using protocol::kLimits;

/// One row of the feed as this reader may see it.
Result<FeedItem> item_for(const FeedReader& reader, Sight& sight, const storage::Query& row) {
  FeedItem item;
  item.seq = static_cast<std::uint64_t>(row.integer(0));
  item.operation = row.hash(2);
  item.decision_commitment = row.hash(6);
  const bool is_own = row.hash(10) == reader.lineage;
  if (!is_own) {
    const auto type = static_cast<domain::EntityType>(row.integer(1));
    // A copy of the device, or the device on an older disk, asks what became of its own: of a record that was
    // never made nobody can say whose file it would be in.
    const bool is_devices = row.id<DeviceId>(12) == reader.device_id && domain::may_read(reader.role, type);
    const auto is_seen = is_devices ? Result<bool>{true} : sight.sees(type, row.id<AnyId>(11));
    if (!is_seen) return is_seen.error();
    if (!is_seen.value()) return item;
  }
  item.decision_salt = row.bytes(7);
  item.decision = row.bytes(8);
  item.remainder = row.bytes(9);
  if (!is_own) item.content = protocol::Operation{row.bytes(3), row.bytes(4), row.bytes(5)};
  return item;
}

std::size_t size_of(const FeedItem& item) {
  constexpr std::size_t kFrame = 90;
  const auto content = item.content ? item.content->header.size() + item.content->body.size() : 0;
  return kFrame + content + item.decision.size() + item.remainder.size();
}

Result<Hash> root_at(OrganisationStore& store, std::uint64_t seq) {
  if (seq == 0) return Hash{};
  auto query = store.db().query("SELECT root FROM feed WHERE seq = ?", seq);
  if (query.next()) return query.hash(0);
  const auto read = query.done();
  return read ? Error{ErrorKind::NotFound, "the feed does not reach there"} : read.error();
}

Result<protocol::PullAnswer> page(OrganisationStore& store, const FeedReader& reader) {
  protocol::PullAnswer answer;
  auto changes =
      scope_changes_after(store.db(), reader.device_id, reader.scope_seq, kLimits.pull_operation_count_max);
  if (!changes) return changes.error();
  answer.has_more = changes.value().has_more;
  answer.scope_seq = changes.value().last_seq;
  answer.scope_changes = std::move(changes.value().changes);

  auto sight = Sight::of(store.db(), reader.role, reader.device_id, reader.scope_seq);
  if (!sight) return sight.error();
  std::uint64_t last = reader.after;
  std::size_t byte_count = 0;
  {
    auto query = store.db().query(
        "SELECT f.seq, f.type, f.hash, f.header, f.salt, f.body, f.decision_commitment, f.decision_salt, f.decision, f.remainder, l.hash, f.entity_id, l.device_id "
        "FROM feed f JOIN lineage l ON l.id = f.lineage_id WHERE f.seq > ? ORDER BY f.seq LIMIT ?",
        reader.after, kLimits.pull_operation_count_max + 1);
    while (query.next()) {
      auto read_item = item_for(reader, sight.value(), query);
      if (!read_item) return read_item.error();
      auto& item = read_item.value();
      byte_count += size_of(item);
      const bool is_full =
          answer.items.size() == kLimits.pull_operation_count_max || byte_count > kLimits.pull_byte_count_max;
      if (is_full && !answer.items.empty()) {
        answer.has_more = true;
        break;
      }
      last = item.seq;
      answer.items.push_back(std::move(item));
    }
    if (const auto read = query.done(); !read) return read.error();
  }

  auto backup = store.db().query("SELECT backed_up_seq FROM organisation WHERE backed_up_seq IS NOT NULL");
  if (backup.next()) answer.backed_up_seq = static_cast<std::uint64_t>(backup.integer(0));
  if (const auto read = backup.done(); !read) return read.error();
  auto statement = root_statement(store, last);
  if (!statement) return statement.error();
  answer.statement = std::move(statement).value();
  return answer;
}

}  // namespace

Result<protocol::Signed> root_statement(OrganisationStore& store, std::uint64_t seq) {
  const auto root = root_at(store, seq);
  if (!root) return root.error();
  const auto& organisation = store.organisation();
  return protocol::sign_statement(
      organisation.signing_key, protocol::kStatementTag,
      protocol::encode(protocol::RootStatement{organisation.id, organisation.epoch, seq, root.value(),
                                               store.clock().now()}));
}

Result<protocol::PullAnswer> read_feed(OrganisationStore& store, const FeedReader& reader) {
  if (const auto begun = store.db().run("BEGIN"); !begun) return begun.error();
  auto answer = page(store, reader);
  (void)store.db().run("COMMIT");
  return answer;
}

}  // namespace aftercare::server
