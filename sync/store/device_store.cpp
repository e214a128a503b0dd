#include "sync/store/device_store.h"

#include "shared/storage/records.h"
#include "sync/store/comparing.h"
#include "sync/store/feed_tail.h"
#include "sync/store/inbox.h"
#include "sync/store/letting_go.h"
#include "sync/store/scope.h"
#include "sync/store/snapshot.h"
#include "sync/store/unsent.h"

#include <fmt/format.h>

#include <limits>

namespace aftercare::sync {
namespace {

using storage::AsBlob;

const std::vector<std::string_view> kMigrations{
    "records/0001_records.sql",      "device/0001_journal.sql",     "records/0002_lookups.sql",
    "device/0002_screens.sql",       "records/0003_kiosk.sql",      "device/0003_unknown.sql",
    "device/0004_letting_go.sql",    "device/0005_rescue.sql",      "device/0006_handed_on.sql",
    "device/0007_scopes.sql",        "device/0008_feed_tail.sql",   "device/0009_search_format.sql",
    "device/0010_damaged_blobs.sql", "records/0004_photo_sizes.sql"};

constexpr std::size_t kDamagedToldMax = 50;
constexpr auto kPhotoWantedFor =
    std::chrono::days{30};  // older photos of others stay at the server until asked for

/// With the time after which photos of others are wanted as ?1.
constexpr std::string_view kIsToFetch =
    "NOT is_here AND (is_wanted OR (let_go_ms IS NULL AND (is_small OR taken_at_ms > ?1)))";

std::filesystem::path database_path(const storage::DataFolder& folder) {
  return folder.path() / "records.db";
}

Done needs_enrolment() {
  return Error{ErrorKind::SignIn, "this device is not enrolled: ask the office for an enrolment line"};
}

}  // namespace

DeviceStore::DeviceStore(std::unique_ptr<storage::Database> db, storage::BlobFiles blobs,
                         const storage::DataFolder& folder, Clock& clock, Random& random)
    : db_(std::move(db)),
      blobs_(std::move(blobs)),
      folder_(folder.path()),
      carried_(*db_, folder.path() / "rescue"),
      clock_(clock),
      random_(random) {}

Result<std::unique_ptr<DeviceStore>> DeviceStore::open(const storage::DataFolder& folder, Clock& clock,
                                                       Random& random) {
  auto db = storage::Database::open(database_path(folder), derive_key(folder.key(), 1, "database"),
                                    storage::Access::Write);
  if (!db) return db.error();
  if (const auto migrated = storage::migrate(*db.value(), kMigrations); !migrated) return migrated.error();
  auto blobs = storage::BlobFiles::open(folder.path() / "blobs", derive_key(folder.key(), 2, "blobfile"));
  if (!blobs) return blobs.error();
  std::unique_ptr<DeviceStore> store{
      new DeviceStore(std::move(db).value(), std::move(blobs).value(), folder, clock, random)};
  if (const auto applied = store->apply_waiting(); !applied) return applied.error();
  return store;
}

Result<std::unique_ptr<DeviceStore>> DeviceStore::open_set_aside(const storage::DataFolder& folder,
                                                                 const std::filesystem::path& file,
                                                                 Clock& clock, Random& random) {
  const auto path = file.is_absolute() || std::filesystem::exists(file) ? file : folder.path() / file;
  auto db = storage::Database::open(path, derive_key(folder.key(), 1, "database"), storage::Access::Read);
  if (!db) return db.error();
  auto blobs = storage::BlobFiles::open(folder.path() / "blobs", derive_key(folder.key(), 2, "blobfile"));
  if (!blobs) return blobs.error();
  return std::unique_ptr<DeviceStore>{
      new DeviceStore(std::move(db).value(), std::move(blobs).value(), folder, clock, random)};
}

Done DeviceStore::apply_waiting() {
  auto query = db_->query(
      "SELECT 1 FROM waiting_item UNION ALL SELECT 1 FROM waiting_reason UNION ALL SELECT 1 FROM waiting_row LIMIT 1");
  const bool has_some = query.next();
  if (const auto read = query.done(); !read) return read;
  return has_some ? take_in([](Inbox& inbox, LetGo&) { return inbox.apply_waiting(); }) : done();
}

Result<std::filesystem::path> DeviceStore::set_aside_damaged(const storage::DataFolder& folder, Instant now) {
  return storage::set_aside_file(database_path(folder), now);
}

Done DeviceStore::write(const domain::UserId& by, const std::function<Done(Journal&)>& work) {
  const auto who = identity();
  if (!who) return who.error();
  if (!who.value()) return needs_enrolment();
  return db_->transaction([&]() -> Done {
    Journal journal{*db_, *identity_, by, clock_, random_};
    if (const auto loaded = journal.load(); !loaded) return loaded;
    return work(journal);
  });
}

Done DeviceStore::hand_on(const std::vector<std::uint64_t>& dseqs) {
  return db_->transaction([&]() -> Done {
    for (const auto dseq : dseqs) {
      const auto noted =
          db_->run("UPDATE attention SET handed_on_ms = ? WHERE dseq = ? AND code LIKE 'set_aside.%'",
                   clock_.now(), dseq);
      if (!noted) return noted;
    }
    return done();
  });
}

Result<Hash> DeviceStore::keep_blob(std::string_view bytes, bool is_small) {
  const auto sha256 = aftercare::sha256(bytes);
  if (const auto saved = blobs_.save(sha256, bytes); !saved) return saved.error();
  const auto noted = db_->run(
      "INSERT INTO blob (sha256, byte_count, is_small, is_here, is_held, taken_at_ms) VALUES (?, ?, ?, 1, 0, ?) "
      "ON CONFLICT (sha256) DO UPDATE SET is_held = CASE WHEN is_here THEN is_held ELSE 0 END, is_here = 1, "
      "held_seq = NULL, held_ms = NULL, let_go_ms = NULL, unnamed_ms = NULL, is_wanted = 0, "
      "damaged_ms = NULL, absent_ms = NULL",
      sha256, bytes.size(), is_small, clock_.now());
  if (!noted) return noted.error();
  return sha256;
}

Result<Bytes> DeviceStore::whole_blob(const Hash& sha256) {
  auto bytes = blobs_.read_or_put_aside(sha256, protocol::kLimits.blob_byte_count_max);
  if (bytes) return bytes;
  if (const auto noted = note_blob_lost(sha256, bytes.error()); !noted) return noted.error();
  if (bytes.error().kind == ErrorKind::NotFound) {
    const auto wanted =
        db_->run("UPDATE blob SET is_wanted = 1 WHERE sha256 = ? AND NOT is_here AND NOT is_wanted", sha256);
    if (!wanted) return wanted.error();
  }
  return bytes;
}

Result<std::optional<Hash>> DeviceStore::thumbnail_of(const Hash& sha256) {
  auto query = db_->query(
      "SELECT thumbnail_sha256 FROM photo WHERE sha256 = ? AND thumbnail_sha256 IS NOT NULL LIMIT 1", sha256);
  std::optional<Hash> name;
  if (query.next()) name = query.hash(0);
  if (const auto read = query.done(); !read) return read.error();
  return name;
}

Done DeviceStore::note_blob_lost(const Hash& sha256, const Error& why) {
  if (why.kind != ErrorKind::Corrupt && why.kind != ErrorKind::NotFound) return done();
  return db_->run(
      "UPDATE blob SET is_here = 0, is_wanted = 1, damaged_ms = ?, absent_ms = NULL, held_seq = NULL, held_ms = NULL "
      "WHERE sha256 = ? AND is_here AND let_go_ms IS NULL",
      clock_.now(), sha256);
}

Result<DeviceStore::PendingEnrolment> DeviceStore::pending_enrolment(const protocol::EnrolmentLine& line) {
  const auto text = protocol::to_text(line);
  {
    auto query = db_->query("SELECT device_id, seed FROM pending_enrolment WHERE line = ?", text);
    if (query.next()) return PendingEnrolment{query.id<DeviceId>(0), signing_key_of_seed(query.hash(1))};
    if (const auto read = query.done(); !read) return read.error();
  }
  const PendingEnrolment made{make_id<DeviceId>(clock_, random_), make_signing_key(random_)};
  const auto kept =
      db_->run("INSERT OR REPLACE INTO pending_enrolment (one, line, device_id, seed) VALUES (1, ?, ?, ?)",
               text, made.device_id, made.key.seed);
  if (!kept) return kept.error();
  return made;
}

Result<RescueFacts> DeviceStore::take_rescue(const std::filesystem::path& file) {
  const auto who = identity();
  if (!who) return who.error();
  if (!who.value()) return needs_enrolment().error();
  return carried_.take(file, *who.value());
}

Result<Standing> DeviceStore::standing() {
  Standing standing;
  {
    auto carried = carried_.list();
    if (!carried) return carried.error();
    standing.carried = std::move(carried).value();
  }
  {
    auto query = db_->query(
        "SELECT head_dseq, head_dseq - held_dseq, feed_seq, synced_at_ms, server_offset_ms, is_revoked, "
        "(SELECT count(*) FROM blob x WHERE is_here AND NOT is_held AND "
        " (EXISTS (SELECT 1 FROM photo p WHERE p.sha256 = x.sha256) OR "
        "  EXISTS (SELECT 1 FROM photo p WHERE p.thumbnail_sha256 = x.sha256) OR "
        "  EXISTS (SELECT 1 FROM sign_off s WHERE s.strokes_sha256 = x.sha256))), "
        "(SELECT count(*) FROM sign_off s JOIN operation o ON o.entity_id = s.id WHERE o.dseq > b.held_dseq AND o.salt IS NOT NULL "
        " AND length(s.signature) > 0 AND o.dseq = (SELECT max(dseq) FROM operation WHERE entity_id = s.id)) FROM bookmark b");
    if (query.next()) {
      standing.operation_count = static_cast<std::uint64_t>(query.integer(0));
      standing.unsent_count = static_cast<std::uint64_t>(query.integer(1));
      standing.feed_seq = static_cast<std::uint64_t>(query.integer(2));
      if (!query.is_null(3)) standing.synced_at = from_ms(query.integer(3));
      if (!query.is_null(4)) standing.server_offset_ms = query.integer(4);
      standing.is_revoked = query.integer(5) != 0;
      standing.unsent_blob_count = static_cast<std::uint64_t>(query.integer(6));
      standing.unsent_visit_count = static_cast<std::uint64_t>(query.integer(7));
    }
    if (const auto read = query.done(); !read) return read.error();
  }
  auto query =
      db_->query("SELECT code, dseq, type, entity_id, at_ms, handed_on_ms FROM attention ORDER BY rowid");
  while (query.next()) {
    Standing::Attention one;
    one.code = query.text(0);
    one.dseq = static_cast<std::uint64_t>(query.integer(1));
    if (!query.is_null(2)) one.type = static_cast<domain::EntityType>(query.integer(2));
    one.id = query.id<AnyId>(3);
    one.at = from_ms(query.integer(4));
    if (!query.is_null(5)) one.handed_on_at = from_ms(query.integer(5));
    standing.attention.push_back(std::move(one));
  }
  if (const auto read = query.done(); !read) return read.error();

  if (const auto told = tell_damaged(standing); !told) return told.error();
  auto waiting = db_->query(
      "SELECT count(DISTINCT one), max(seq) FROM (SELECT coalesce(entity_id, seq) AS one, seq FROM waiting_item UNION ALL "
      "SELECT entity_id, seq FROM waiting_row WHERE NOT EXISTS (SELECT 1 FROM taking_in)) HAVING count(*) > 0");
  if (waiting.next()) {
    Standing::Attention one;
    one.code = "sync.update_needed";
    one.count = static_cast<std::uint64_t>(waiting.integer(0));
    one.at = clock_.now();
    standing.attention.push_back(std::move(one));
  }
  if (const auto read = waiting.done(); !read) return read.error();
  return standing;
}

/// Photos and signatures whose bytes are nowhere, as far as is known here: while the server is said to have
/// one, it comes back by itself.
Done DeviceStore::tell_damaged(Standing& standing) {
  auto query = db_->query(
      "SELECT b.damaged_ms, p.id, s.id FROM blob b INDEXED BY blob_damaged LEFT JOIN photo p ON p.sha256 = b.sha256 "
      "LEFT JOIN sign_off s ON s.strokes_sha256 = b.sha256 WHERE b.damaged_ms IS NOT NULL AND NOT b.is_here "
      "AND (b.absent_ms IS NOT NULL OR NOT b.is_held) AND (p.id IS NOT NULL OR s.id IS NOT NULL) ORDER BY b.damaged_ms, b.rowid LIMIT ?",
      kDamagedToldMax);
  while (query.next()) {
    const bool is_photo = !query.is_null(1);
    Standing::Attention one;
    one.code = is_photo ? "sync.damaged.photo" : "sync.damaged.signature";
    one.type = is_photo ? domain::EntityType::Photo : domain::EntityType::SignOff;
    one.id = query.id<AnyId>(is_photo ? 1 : 2);
    one.at = from_ms(query.integer(0));
    standing.attention.push_back(std::move(one));
  }
  return query.done();
}

Result<std::optional<protocol::Signed>> DeviceStore::root_statement() {
  auto query = db_->query("SELECT root_statement FROM bookmark WHERE root_statement IS NOT NULL");
  if (!query.next()) {
    if (const auto read = query.done(); !read) return read.error();
    return std::optional<protocol::Signed>{};
  }
  auto word = protocol::decode_signed(query.bytes(0));
  if (!word) return word.error();
  return std::optional{std::move(word).value()};
}

Result<std::optional<std::int64_t>> DeviceStore::server_offset_ms() {
  auto query = db_->query("SELECT server_offset_ms FROM bookmark WHERE server_offset_ms IS NOT NULL");
  std::optional<std::int64_t> offset;
  if (query.next()) offset = query.integer(0);
  if (const auto read = query.done(); !read) return read.error();
  return offset;
}

Result<std::optional<Identity>> DeviceStore::identity() {
  if (identity_) return identity_;
  auto query = db_->query(
      "SELECT organisation_id, organisation_name, device_id, seed, prefix, role, user_id, certificate, organisation_key, box_key, host, port, pin, spare_pin FROM identity");
  if (!query.next()) {
    if (const auto read = query.done(); !read) return read.error();
    return std::optional<Identity>{};
  }
  Identity identity;
  identity.organisation_id = query.id<OrganisationId>(0);
  identity.organisation_name = query.text(1);
  identity.device_id = query.id<DeviceId>(2);
  identity.key = signing_key_of_seed(query.hash(3));
  identity.prefix = query.text(4);
  identity.role = domain::value_of<domain::DeviceRole>(query.text(5)).value_or(domain::DeviceRole::Tablet);
  if (!query.is_null(6)) identity.user_id = query.id<domain::UserId>(6);
  const auto certificate = protocol::decode_signed(query.bytes(7));
  identity.organisation_key = query.hash(8);
  identity.box_key = query.hash(9);
  if (!certificate) return Error{ErrorKind::Corrupt, "the enrolment of this device cannot be read"};
  identity.certificate = certificate.value();
  identity.line.host = query.text(10);
  identity.line.port = static_cast<std::uint16_t>(query.integer(11));
  identity.line.organisation_id = identity.organisation_id;
  identity.line.pin = query.hash(12);
  identity.line.spare_pin = query.hash(13);
  identity_ = identity;
  return identity_;
}

Done DeviceStore::save_identity(const Identity& identity, const EpochId& epoch) {
  const auto known = this->identity();
  if (!known) return known.error();
  if (known.value()) {
    return Error{
        ErrorKind::Refused,
        fmt::format("this device is enrolled at {} already: use another folder, or revoke it there first",
                    known.value()->organisation_name)};
  }
  const auto genesis = protocol::genesis_hash(identity.key.public_key);
  return db_->transaction([&]() -> Done {
    const auto saved = db_->run(
        "INSERT INTO identity (one, organisation_id, organisation_name, device_id, seed, prefix, role, user_id, certificate, organisation_key, "
        "box_key, host, port, pin, spare_pin) VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        identity.organisation_id, identity.organisation_name, identity.device_id, identity.key.seed,
        identity.prefix, identity.role, identity.user_id, AsBlob{protocol::encode(identity.certificate)},
        identity.organisation_key, identity.box_key, identity.line.host,
        static_cast<std::int64_t>(identity.line.port), identity.line.pin, identity.line.spare_pin);
    if (!saved) return saved;
    if (const auto spent = db_->run("DELETE FROM pending_enrolment"); !spent) return spent;
    if (const auto wanted = want_snapshot(*db_); !wanted) return wanted;
    return db_->run(
        "INSERT INTO bookmark (one, epoch, lineage, head_dseq, head_hash, hybrid_ms, hybrid_count, held_dseq, backed_up_dseq, feed_seq, root) "
        "VALUES (1, ?, ?, 0, ?, 0, 0, 0, 0, 0, ?)",
        epoch, genesis, genesis, Hash{});
  });
}

Result<Bookmark> DeviceStore::bookmark() {
  auto query = db_->query(
      "SELECT epoch, lineage, head_dseq, head_hash, held_dseq, backed_up_dseq, feed_seq, root, scope_seq FROM bookmark");
  if (!query.next()) {
    const auto read = query.done();
    return read ? needs_enrolment().error() : read.error();
  }
  Bookmark bookmark;
  bookmark.epoch = query.id<EpochId>(0);
  bookmark.lineage = query.hash(1);
  bookmark.head = {static_cast<std::uint64_t>(query.integer(2)), query.hash(3)};
  bookmark.held_dseq = static_cast<std::uint64_t>(query.integer(4));
  bookmark.backed_up_dseq = static_cast<std::uint64_t>(query.integer(5));
  bookmark.feed_seq = static_cast<std::uint64_t>(query.integer(6));
  bookmark.root = query.hash(7);
  bookmark.scope_seq = static_cast<std::uint64_t>(query.integer(8));
  return bookmark;
}

Result<std::vector<Operation>> DeviceStore::operations_after(std::uint64_t dseq, std::size_t count_max,
                                                             std::size_t byte_count_max) {
  std::vector<Operation> operations;
  std::size_t byte_count = 0;
  auto query = db_->query("SELECT header, salt, body FROM operation WHERE dseq > ? ORDER BY dseq LIMIT ?",
                          dseq, count_max);
  while (query.next()) {
    Operation operation{query.bytes(0), query.bytes(1), query.bytes(2)};
    constexpr std::size_t kFrame = 32;
    byte_count += operation.header.size() + operation.salt.size() + operation.body.size() + kFrame;
    if (byte_count > byte_count_max && !operations.empty()) break;
    operations.push_back(std::move(operation));
  }
  if (const auto read = query.done(); !read) return read.error();
  return operations;
}

Result<Hash> DeviceStore::hash_at(std::uint64_t dseq) {
  if (dseq == 0) {
    const auto who = identity();
    if (!who) return who.error();
    if (!who.value()) return needs_enrolment().error();
    return protocol::genesis_hash(who.value()->key.public_key);
  }
  auto query = db_->query("SELECT hash FROM operation WHERE dseq = ?", dseq);
  if (query.next()) return query.hash(0);
  const auto read = query.done();
  return read ? Error{ErrorKind::NotFound, fmt::format("this device has no operation {}", dseq)}
              : read.error();
}

Done DeviceStore::note_receipt(const protocol::Receipt& receipt, const protocol::Signed& word,
                               const std::vector<protocol::PushAnswer::SetAside>& set_aside) {
  return db_->transaction([&]() -> Done {
    const auto saved =
        db_->run("UPDATE bookmark SET held_dseq = ?, backed_up_dseq = ?, lineage = ?, receipt = ?",
                 receipt.head.dseq, receipt.backed_up_dseq, receipt.lineage, AsBlob{protocol::encode(word)});
    if (!saved) return saved;
    for (const auto& one : set_aside) {
      if (const auto noted = note_set_aside(*db_, one.dseq, one.reason, clock_.now()); !noted) return noted;
    }
    return done();
  });
}

Done DeviceStore::note_held(std::uint64_t dseq) {
  return db_->run("UPDATE bookmark SET held_dseq = ?", dseq);
}

Done DeviceStore::note_epoch(const EpochId& epoch) {
  return db_->transaction([&]() -> Done {
    // What the organisation signed of the epoch that ended shows people what was lost with it.
    auto noted = db_->run(
        "INSERT OR IGNORE INTO lost_word (epoch, statement, receipt) SELECT epoch, root_statement, receipt FROM bookmark "
        "WHERE epoch <> ? AND (root_statement IS NOT NULL OR receipt IS NOT NULL)",
        epoch);
    if (!noted) return noted;
    noted = db_->run(
        "UPDATE bookmark SET feed_seq = 0, root = ?2, held_dseq = 0, scope_seq = 0, root_statement = NULL, looked_ms = NULL, "
        "backed_up_dseq = CASE WHEN epoch = ?1 THEN backed_up_dseq ELSE 0 END, "
        "backed_up_seq = CASE WHEN epoch = ?1 THEN backed_up_seq ELSE NULL END, "
        "receipt = CASE WHEN epoch = ?1 THEN receipt ELSE NULL END, epoch = ?1",
        epoch, Hash{});
    if (!noted) return noted;
    if (noted = keep_tail_for_another_epoch(*db_); !noted) return noted;
    // Everything of ours waits again for the feed. Until it comes, what is seen here rests on what was seen
    // before.
    std::vector<std::pair<domain::EntityType, AnyId>> ours;
    {
      auto query = db_->query(
          "SELECT DISTINCT o.type, o.entity_id FROM operation o LEFT JOIN confirmed c ON c.entity_id = o.entity_id WHERE c.entity_id IS NULL");
      while (query.next())
        ours.emplace_back(static_cast<domain::EntityType>(query.integer(0)), query.id<AnyId>(1));
      if (const auto read = query.done(); !read) return read;
    }
    for (const auto& [type, id] : ours) {
      const auto fields = storage::read_fields(*db_, type, id);
      if (!fields) return fields.error();
      const auto bytes = fields.value() ? cbor::encode(*fields.value()) : Bytes{};
      noted = db_->run("INSERT INTO confirmed (type, entity_id, fields) VALUES (?, ?, ?)",
                       static_cast<std::int64_t>(type), id, storage::AsBlobOrNull{bytes});
      if (!noted) return noted;
    }
    noted = db_->run("UPDATE operation SET settled_seq = NULL");
    if (noted) noted = db_->run("DELETE FROM record_position");
    if (noted) noted = db_->run("DELETE FROM taking_in");
    if (noted) noted = db_->run("DELETE FROM waiting_row");
    if (noted) noted = db_->run("DELETE FROM lost_value");  // the feed tells them again
    if (noted) noted = db_->run("DELETE FROM waiting_item");
    if (noted) noted = db_->run("DELETE FROM waiting_reason");
    if (noted)
      noted = db_->run(
          "UPDATE blob SET is_held = 0, held_seq = NULL, held_ms = NULL WHERE is_here AND let_go_ms IS NULL");
    return noted;
  });
}

Done DeviceStore::apply_page(const protocol::PullAnswer& page, const protocol::RootStatement& statement) {
  const auto who = identity();
  if (!who) return who.error();
  const bool keeps_tail = who.value() && who.value()->role != domain::DeviceRole::Kiosk;
  return take_in([&](Inbox& inbox, LetGo& let_go) -> Done {
    if (keeps_tail) {
      if (const auto kept = keep_tail(*db_, page, statement); !kept) return kept;
    }
    if (const auto stored = inbox.apply(page, statement); !stored) return stored;
    auto gone = follow_scope(*db_, page);
    if (!gone) return gone.error();
    let_go = std::move(gone).value();
    auto noted = db_->run("UPDATE bookmark SET backed_up_seq = ?", page.backed_up_seq);
    if (noted) noted = shorten_tail(*db_);
    return !noted || page.has_more ? noted : place_held(*db_, statement.seq, statement.server_time);
  });
}

Done DeviceStore::take_in(const std::function<Done(Inbox&, LetGo&)>& work) {
  std::vector<Hash> erased_blobs;
  LetGo let_go;
  const auto applied = db_->transaction([&]() -> Done {
    Inbox inbox{*db_, clock_.now()};
    if (const auto stored = work(inbox, let_go); !stored) return stored;
    erased_blobs = inbox.erased_blobs();
    std::ranges::move(let_go.blobs, std::back_inserter(erased_blobs));
    return done();
  });
  if (!applied) return applied;
  for (const auto& sha256 : erased_blobs) {
    if (const auto removed = blobs_.remove(sha256); !removed) return removed;
  }
  return let_go.file_count > 0 || !erased_blobs.empty() ? db_->checkpoint() : done();
}

Result<std::optional<SnapshotPlace>> DeviceStore::to_take_in() { return next_to_take_in(*db_); }

Done DeviceStore::take_in(const SnapshotPlace& place, const protocol::SnapshotAnswer& page,
                          const protocol::RootStatement& statement) {
  return take_in([&](Inbox& inbox, LetGo&) -> Done {
    const auto taken = sync::take_in(*db_, place, page, statement);
    return taken && page.next.empty() ? inbox.apply_waiting() : taken;
  });
}

Done DeviceStore::note_no_snapshot() { return db_->run("DELETE FROM taking_in WHERE customer_id IS NULL"); }

Result<bool> DeviceStore::index_some() {
  {
    auto query = db_->query("SELECT 1 FROM to_index LIMIT 1");
    if (!query.next()) {
      const auto read = query.done();
      return read ? Result<bool>{false} : read.error();
    }
  }
  bool has_more = false;
  const auto indexed = db_->transaction([&]() -> Done {
    const auto more = index_waiting(*db_);
    if (!more) return more.error();
    has_more = more.value();
    return done();
  });
  if (!indexed) return indexed.error();
  return has_more;
}

Result<std::optional<protocol::Checksums>> DeviceStore::checksums_to_compare(bool is_asked) {
  const auto who = identity();
  if (!who) return who.error();
  return sum_up(*db_, who.value() ? who.value()->role : domain::DeviceRole::Kiosk, clock_.now(), is_asked);
}

Result<std::uint64_t> DeviceStore::repair(const protocol::RecordRange& range,
                                          const std::vector<protocol::RecordRow>& rows, std::uint64_t at) {
  std::uint64_t repaired_count = 0;
  const auto repaired = take_in([&](Inbox& inbox, LetGo&) -> Done {
    const auto count = repair_range(*db_, range, rows, at);
    if (!count) return count.error();
    repaired_count = count.value();
    return inbox.apply_waiting();
  });
  if (!repaired) return repaired.error();
  return repaired_count;
}

Done DeviceStore::note_compared() { return sync::note_compared(*db_, clock_.now()); }

Done DeviceStore::note_server_time(Instant server_time, Instant here, std::int64_t) {
  return db_->run("UPDATE bookmark SET server_offset_ms = ?, synced_at_ms = ?", (server_time - here).count(),
                  here);
}

Result<std::vector<BlobTask>> DeviceStore::blobs_to_send(std::size_t count_max) {
  auto query = db_->query(
      "SELECT sha256, byte_count, is_small FROM blob b WHERE is_here AND NOT is_held AND "
      "(EXISTS (SELECT 1 FROM photo p WHERE p.sha256 = b.sha256) OR EXISTS (SELECT 1 FROM sign_off s WHERE s.strokes_sha256 = b.sha256) "
      " OR EXISTS (SELECT 1 FROM photo p WHERE p.thumbnail_sha256 = b.sha256)) "
      "ORDER BY is_small DESC, EXISTS (SELECT 1 FROM sign_off s WHERE s.strokes_sha256 = b.sha256) DESC, rowid LIMIT ?",
      count_max);
  std::vector<BlobTask> tasks;
  while (query.next())
    tasks.push_back({query.hash(0), static_cast<std::uint64_t>(query.integer(1)), query.integer(2) != 0});
  if (const auto read = query.done(); !read) return read.error();
  return tasks;
}

Result<Bytes> DeviceStore::read_blob(const Hash& sha256, std::uint64_t offset, std::size_t byte_count_max) {
  auto bytes = blobs_.read(sha256, offset, byte_count_max);
  const bool is_lost =
      !bytes && (bytes.error().kind == ErrorKind::Corrupt || bytes.error().kind == ErrorKind::NotFound);
  if (!is_lost) return bytes;
  const auto whole = whole_blob(sha256);  // looks twice, and puts it aside
  return whole ? Result<Bytes>{whole.value().substr(std::min<std::size_t>(offset, whole.value().size()),
                                                    byte_count_max)}
               : whole.error();
}

Done DeviceStore::note_blob_held(const Hash& sha256) {
  return db_->run("UPDATE blob SET is_held = 1 WHERE sha256 = ?", sha256);
}

Result<std::vector<Hash>> DeviceStore::blobs_to_ask_about(std::size_t count_max) {
  const auto known = keeper(*db_);
  if (!known) return known.error();
  std::vector<Hash> hashes;
  if (!known.value()) return hashes;
  auto query = db_->query(
      "SELECT sha256 FROM blob INDEXED BY blob_to_ask_about WHERE is_here AND is_held AND let_go_ms IS NULL AND asked_ms <= ? "
      "ORDER BY asked_ms LIMIT ?",
      known.value()->now - protocol::kLettingGo.pause, count_max);
  while (query.next()) hashes.push_back(query.hash(0));
  if (const auto read = query.done(); !read) return read.error();
  return hashes;
}

Done DeviceStore::note_blobs_asked(const std::vector<Hash>& asked, const std::vector<Hash>& missing) {
  const auto known = keeper(*db_);
  if (!known) return known.error();
  if (!known.value()) return done();
  return db_->transaction([&]() -> Done {
    for (const auto& sha256 : asked) {
      const auto noted =
          db_->run("UPDATE blob SET asked_ms = ? WHERE sha256 = ?", known.value()->now, sha256);
      if (!noted) return noted;
    }
    for (const auto& sha256 : missing) {
      const auto noted = db_->run(
          "UPDATE blob SET is_held = 0, held_seq = NULL, held_ms = NULL WHERE sha256 = ? AND is_here",
          sha256);
      if (!noted) return noted;
    }
    return done();
  });
}

Done DeviceStore::note_blob_absent(const Hash& sha256) {
  return db_->run(
      "UPDATE blob SET absent_ms = ? WHERE sha256 = ? AND damaged_ms IS NOT NULL AND absent_ms IS NULL",
      clock_.now(), sha256);
}

Result<std::vector<BlobTask>> DeviceStore::blobs_to_fetch(std::size_t count_max) {
  static const auto kText = fmt::format(
      "SELECT sha256, byte_count, is_small FROM blob WHERE {} "
      "ORDER BY is_small DESC, is_wanted DESC, taken_at_ms DESC LIMIT ?2",
      kIsToFetch);
  auto query = db_->query(kText, clock_.now() - kPhotoWantedFor, count_max);
  std::vector<BlobTask> tasks;
  while (query.next())
    tasks.push_back({query.hash(0), static_cast<std::uint64_t>(query.integer(1)), query.integer(2) != 0});
  if (const auto read = query.done(); !read) return read.error();
  return tasks;
}

Result<std::uint64_t> DeviceStore::photo_to_fetch_count() {
  static const auto kText = fmt::format("SELECT count(*) FROM blob WHERE NOT is_small AND {}", kIsToFetch);
  auto query = db_->query(kText, clock_.now() - kPhotoWantedFor);
  const std::uint64_t count = query.next() ? static_cast<std::uint64_t>(query.integer(0)) : 0;
  if (const auto read = query.done(); !read) return read.error();
  return count;
}

Done DeviceStore::save_blob(const Hash& sha256, std::string_view bytes) {
  if (const auto saved = blobs_.save(sha256, bytes); !saved) return saved;
  return note_blob_here(sha256, bytes.size());
}

Result<std::uint64_t> DeviceStore::blob_part_offset(const Hash& sha256) { return blobs_.part_offset(sha256); }

Result<std::uint64_t> DeviceStore::add_blob_part(const Hash& sha256, std::uint64_t offset,
                                                 std::string_view bytes) {
  return blobs_.append_part(sha256, offset, bytes);
}

Done DeviceStore::finish_blob(const Hash& sha256) {
  if (const auto finished = blobs_.finish_part(sha256, protocol::kLimits.blob_byte_count_max); !finished)
    return finished;
  const auto size = blobs_.size(sha256);
  return size ? note_blob_here(sha256, size.value()) : Done{size.error()};
}

Done DeviceStore::drop_blob_part(const Hash& sha256) { return blobs_.remove_part(sha256); }

Done DeviceStore::note_blob_here(const Hash& sha256, std::uint64_t byte_count) {
  // What was asked for stays as long as something new.
  return db_->run(
      "UPDATE blob SET is_here = 1, is_held = 1, byte_count = ?, held_seq = NULL, held_ms = NULL, let_go_ms = NULL, is_wanted = 0, "
      "damaged_ms = NULL, absent_ms = NULL WHERE sha256 = ?",
      byte_count, sha256);
}

/// What began to come and is not to come any more: let go of, erased, or here in the meantime.
Done DeviceStore::drop_unwanted_parts() {
  static const auto kText = fmt::format("SELECT 1 FROM blob WHERE sha256 = ?2 AND {}", kIsToFetch);
  const auto names = blobs_.parts();
  if (!names) return names.error();
  for (const auto& name : names.value()) {
    auto query = db_->query(kText, clock_.now() - kPhotoWantedFor, name);
    const bool is_to_come = query.next();
    if (const auto read = query.done(); !read) return read;
    if (is_to_come) continue;
    if (const auto removed = blobs_.remove_part(name); !removed) return removed;
  }
  return done();
}

Result<std::uint64_t> DeviceStore::free_byte_count() {
  if (room_) return room_();
  std::error_code unknown;
  const auto space = std::filesystem::space(folder_, unknown);
  return unknown ? std::numeric_limits<std::uint64_t>::max() : std::uint64_t{space.available};
}

Result<std::vector<protocol::LostWord>> DeviceStore::lost_words() {
  const auto word_at = [](const storage::Query& query, int column) {
    const auto word = protocol::decode_signed(query.bytes(column));
    return word ? std::optional{word.value()} : std::nullopt;
  };
  auto query = db_->query("SELECT statement, receipt FROM lost_word ORDER BY rowid DESC LIMIT ?",
                          protocol::kLostWordCountMax);
  std::vector<protocol::LostWord> words;
  while (query.next()) words.push_back({word_at(query, 0), word_at(query, 1)});
  if (const auto read = query.done(); !read) return read.error();
  return words;
}

Done DeviceStore::note_lost_told() { return db_->run("DELETE FROM lost_word"); }

Result<std::optional<protocol::LostItems>> DeviceStore::tail_to_hand_back() {
  return sync::tail_to_hand_back(*db_);
}

Done DeviceStore::note_handed_back(const protocol::LostItems& items, std::uint64_t through_seq) {
  return sync::note_handed_back(*db_, items, through_seq);
}

Done DeviceStore::let_go() {
  const auto known = keeper(*db_);
  if (!known) return known.error();
  if (!known.value()) return done();
  const auto room = free_byte_count();
  if (!room) return room.error();
  const bool is_room_low = room.value() < protocol::kLettingGo.low_byte_count;

  bool has_looked = false;
  std::vector<Hash> going;
  std::vector<Hash> unnamed;
  const auto looked = db_->transaction([&]() -> Done {
    const auto is_time = begin_look(*db_, *known.value(), is_room_low);
    if (!is_time) return is_time.error();
    has_looked = is_time.value();
    if (!has_looked) return done();
    auto marked = mark_let_go(*db_, *known.value(), is_room_low);
    if (!marked) return marked.error();
    going = std::move(marked).value();
    auto found = find_unnamed(*db_, *known.value());
    if (!found) return found.error();
    unnamed = std::move(found).value();
    return done();
  });
  if (!looked) return looked;
  for (const auto& sha256 : going) {
    if (const auto removed = blobs_.remove(sha256); !removed) return removed;
    if (const auto noted = note_gone(*db_, sha256); !noted) return noted;
  }
  for (const auto& sha256 : unnamed) {
    if (const auto removed = blobs_.remove(sha256); !removed) return removed;
    if (const auto forgotten = forget_unnamed(*db_, sha256); !forgotten) return forgotten;
  }
  return has_looked ? drop_unwanted_parts() : done();
}

Result<std::optional<protocol::Unsent>> DeviceStore::unsent() {
  auto counted = count_unsent(*db_);
  if (!counted) return counted.error();
  return std::optional{std::move(counted).value()};
}

Result<std::vector<CarriedRescue>> DeviceStore::rescues() {
  const auto who = identity();
  if (!who) return who.error();
  if (who.value()) {
    if (const auto adopted = carried_.adopt(*who.value()); !adopted) return adopted.error();
  }
  const auto carried = carried_.list();
  if (!carried) return carried.error();
  std::vector<CarriedRescue> rescues;
  for (const auto& one : carried.value()) {
    rescues.push_back(
        {one.facts.id, one.facts.piece_count, one.next_piece, one.damaged_count, one.waits_since_seq});
  }
  return rescues;
}

Result<Bytes> DeviceStore::rescue_head(const Hash& id) { return carried_.head_of(id); }

Result<Bytes> DeviceStore::rescue_piece(const Hash& id, std::uint64_t number) {
  return carried_.piece(id, number);
}

Done DeviceStore::note_rescue(const CarriedRescue& rescue) { return carried_.note(rescue); }

Done DeviceStore::drop_rescue(const Hash& id) { return carried_.drop(id); }

Done DeviceStore::note_revoked() { return db_->run("UPDATE bookmark SET is_revoked = 1"); }

}  // namespace aftercare::sync
