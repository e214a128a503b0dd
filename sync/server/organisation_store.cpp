#include "sync/server/organisation_store.h"

#include "shared/base/short_number.h"
#include "shared/storage/records.h"
#include "sync/server/office.h"

#include <sodium.h>

namespace aftercare::server {
namespace {

const std::vector<std::string_view> kMigrations{
    "records/0001_records.sql",    "server/0001_organisation.sql", "records/0002_lookups.sql",
    "records/0003_kiosk.sql",      "server/0002_unsent.sql",       "server/0003_office.sql",
    "server/0004_restores.sql",    "server/0005_rescue.sql",       "server/0006_release.sql",
    "server/0007_awaiting.sql",    "server/0008_scopes.sql",       "server/0009_handed_back.sql",
    "records/0004_photo_sizes.sql"};

/// Twice a device's: what is written here is whole pushes of visits, and a page costs its seal and three
/// calls into the system however full it is. Measured over pushes of 20 to 450 visits; 16384 loses what it
/// wins as soon as a push is small.
constexpr int kPageByteCount = 8192;

/// Files from before, and their backups, have pages of 4096 bytes.
Result<std::unique_ptr<storage::Database>> open_file(const std::filesystem::path& path, const Hash& key,
                                                     storage::Access access) {
  auto db = storage::Database::open(path, key, access, kPageByteCount);
  const bool may_be_older = !db && db.error().kind == ErrorKind::Corrupt;
  return may_be_older ? storage::Database::open(path, key, access) : std::move(db);
}

/// The office's own prefix of short numbers; devices get the ones after it.
constexpr std::uint32_t kOfficePrefix = 0;
/// Left out after a restore: devices that were enrolled since the backup have them, and may come back.
constexpr std::uint32_t kPrefixesSkipped = 50;

}  // namespace

OrganisationStore::OrganisationStore(std::unique_ptr<storage::Database> db, Clock& clock, Random& random)
    : db_(std::move(db)), clock_(clock), random_(random) {}

Result<std::unique_ptr<OrganisationStore>> OrganisationStore::create(const std::filesystem::path& path,
                                                                     const Hash& key, std::string name,
                                                                     Clock& clock, Random& random) {
  if (std::filesystem::exists(path))
    return Error{ErrorKind::Conflict, "the organisation's file exists already"};
  auto db = open_file(path, key, storage::Access::Write);
  if (!db) return db.error();
  if (const auto migrated = storage::migrate(*db.value(), kMigrations); !migrated) return migrated.error();

  const auto id = make_id<OrganisationId>(clock, random);
  const auto signing_key = make_signing_key(random);
  const auto office_key = make_signing_key(random);
  const auto office_device_id = make_id<DeviceId>(clock, random);
  Hash box_seed{};
  random.fill(box_seed);
  const auto saved = db.value()->run(
      "INSERT INTO organisation (one, id, name, epoch, signing_seed, box_seed, office_device_id, office_seed, feed_seq, root, "
      "next_prefix) VALUES (1, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?)",
      id, name, make_id<protocol::EpochId>(clock, random), signing_key.seed, box_seed, office_device_id,
      office_key.seed, Hash{}, static_cast<std::int64_t>(kOfficePrefix + 1));
  if (!saved) return saved.error();

  std::unique_ptr<OrganisationStore> store{new OrganisationStore(std::move(db).value(), clock, random)};
  if (const auto loaded = store->load(); !loaded) return loaded.error();
  const auto opened = store->db().transaction([&] { return open_office(*store); });
  if (!opened) return opened.error();
  return store;
}

Result<std::unique_ptr<OrganisationStore>> OrganisationStore::open(const std::filesystem::path& path,
                                                                   const Hash& key, storage::Access access,
                                                                   Clock& clock, Random& random) {
  if (!std::filesystem::exists(path)) return Error{ErrorKind::NotFound, "there is no such organisation here"};
  auto db = open_file(path, key, access);
  if (!db) return db.error();
  if (access == storage::Access::Write) {
    // A push of a mebibyte stays in memory until its commit; with SQLite's 2 MB its pages were encrypted
    // twice.
    if (const auto sized = db.value()->script("PRAGMA cache_size = -32768"); !sized) return sized.error();
    if (const auto migrated = storage::migrate(*db.value(), kMigrations); !migrated) return migrated.error();
  }
  std::unique_ptr<OrganisationStore> store{new OrganisationStore(std::move(db).value(), clock, random)};
  if (const auto loaded = store->load(); !loaded) return loaded.error();
  return store;
}

Done OrganisationStore::load() {
  auto query = db_->query(
      "SELECT id, name, epoch, signing_seed, box_seed, office_device_id, office_seed FROM organisation");
  if (!query.next()) {
    const auto read = query.done();
    return read ? Done{Error{ErrorKind::Corrupt, "the organisation's file has no organisation in it"}} : read;
  }
  organisation_.id = query.id<OrganisationId>(0);
  organisation_.name = query.text(1);
  organisation_.epoch = query.id<protocol::EpochId>(2);
  organisation_.signing_key = signing_key_of_seed(query.hash(3));
  organisation_.box_seed = query.hash(4);
  organisation_.office_device_id = query.id<DeviceId>(5);
  organisation_.office_key = signing_key_of_seed(query.hash(6));
  Hash box_secret{};
  crypto_box_seed_keypair(organisation_.box_key.data(), box_secret.data(), organisation_.box_seed.data());
  sodium_memzero(box_secret.data(), box_secret.size());
  return done();
}

Result<FeedHead> OrganisationStore::head() {
  auto query = db_->query("SELECT feed_seq, root FROM organisation");
  FeedHead head;
  if (query.next()) head = {static_cast<std::uint64_t>(query.integer(0)), query.hash(1)};
  if (const auto read = query.done(); !read) return read.error();
  return head;
}

Done OrganisationStore::save_head(const FeedHead& head) {
  return db_->run("UPDATE organisation SET feed_seq = ?, root = ?", head.seq, head.root);
}

Result<std::string> OrganisationStore::next_number(char kind) {
  auto query = db_->query(
      "INSERT INTO counter (kind, value) VALUES (?, 1) ON CONFLICT (kind) DO UPDATE SET value = value + 1 RETURNING value",
      std::string(1, kind));
  std::uint32_t value = 0;
  while (query.next()) value = static_cast<std::uint32_t>(query.integer(0));
  if (const auto counted = query.done(); !counted) return counted.error();
  return to_text(ShortNumber{kind, device_prefix(kOfficePrefix), value});
}

Done OrganisationStore::enter_new_epoch() {
  const auto epoch = make_id<protocol::EpochId>(clock_, random_);
  const auto ended = db_->run(
      "INSERT INTO past_epoch (epoch, kept_seq, kept_root, restored_ms) SELECT epoch, feed_seq, root, ? FROM organisation",
      clock_.now());
  if (!ended) return ended;
  FeedHead head;
  {
    auto query = db_->query("SELECT seq, hash, decision_commitment FROM feed ORDER BY seq");
    while (query.next()) {
      head.seq = static_cast<std::uint64_t>(query.integer(0));
      head.root = protocol::next_root(epoch, head.root, head.seq, query.hash(1), query.hash(2));
      if (const auto saved = db_->run("UPDATE feed SET root = ? WHERE seq = ?", head.root, head.seq); !saved)
        return saved;
    }
    if (const auto read = query.done(); !read) return read;
  }
  // Whether the archive is still kept somewhere is not known here: devices let go of nothing more until the
  // next backup.
  if (const auto saved = db_->run("UPDATE lineage SET answer = NULL, backed_up_dseq = 0"); !saved)
    return saved;
  if (const auto saved =
          db_->run("UPDATE organisation SET epoch = ?, root = ?, backed_up_seq = 0", epoch, head.root);
      !saved)
    return saved;
  organisation_.epoch = epoch;
  return forget_what_was_spent();
}

/// What was given out or used after the backup is not known any more: nobody gets in by it a second time.
Done OrganisationStore::forget_what_was_spent() {
  const auto now = clock_.now();
  auto saved = db_->run("UPDATE organisation SET next_prefix = next_prefix + ?",
                        static_cast<std::int64_t>(kPrefixesSkipped));
  if (saved) saved = db_->run("UPDATE enrolment SET expires_ms = min(expires_ms, ?)", now);
  if (saved) saved = db_->run("DELETE FROM sign_in_link");
  if (saved) saved = db_->run("DELETE FROM session");
  return saved;
}

Done OrganisationStore::note_audit(std::string_view actor, std::string_view action, std::string_view subject,
                                   std::string_view detail) {
  return db_->run("INSERT INTO audit (at_ms, actor, action, subject, detail) VALUES (?, ?, ?, ?, ?)",
                  clock_.now(), actor, action, subject, detail);
}

// The first job of a group needs no savepoint: it is undone by beginning anew. Under a savepoint SQLite
// copies every page that it changes, and most groups are one push.
Done OrganisationStore::begin() {
  is_at_begin_ = true;
  has_savepoint_ = false;
  return db_->run("BEGIN IMMEDIATE");
}

Done OrganisationStore::commit() { return db_->run("COMMIT"); }

void OrganisationStore::rollback() { (void)db_->run("ROLLBACK"); }

Done OrganisationStore::savepoint() {
  has_savepoint_ = !is_at_begin_;
  is_at_begin_ = false;
  return has_savepoint_ ? db_->run("SAVEPOINT job") : done();
}

Done OrganisationStore::release() {
  if (has_savepoint_) return db_->run("RELEASE job");
  return db_->is_in_transaction() ? done() : Done{Error{ErrorKind::Busy, "the transaction was undone"}};
}

Done OrganisationStore::rollback_to() {
  if (!has_savepoint_) {
    if (db_->is_in_transaction()) rollback();
    return begin();
  }
  if (const auto undone = db_->run("ROLLBACK TO job"); !undone) return undone;
  return release();
}

}  // namespace aftercare::server
