#include "sync/server/organisation_store.h"

#include "shared/base/short_number.h"
#include "shared/storage/records.h"
#include "sync/server/office.h"

#include <sodium.h>

namespace aftercare::server {
namespace {

const std::vector<std::string_view> kMigrations{"records/0001_records.sql", "server/0001_organisation.sql",
                                                "records/0002_lookups.sql", "records/0003_kiosk.sql",
                                                "server/0002_unsent.sql",   "server/0003_office.sql",
                                                "server/0004_scopes.sql"};

/// The office's own prefix of short numbers; devices get the ones after it.
constexpr std::uint32_t kOfficePrefix = 0;

}  // namespace

OrganisationStore::OrganisationStore(std::unique_ptr<storage::Database> db, Clock& clock, Random& random)
    : db_(std::move(db)), clock_(clock), random_(random) {}

Result<std::unique_ptr<OrganisationStore>> OrganisationStore::create(const std::filesystem::path& path,
                                                                     const Hash& key, std::string name,
                                                                     Clock& clock, Random& random) {
  if (std::filesystem::exists(path))
    return Error{ErrorKind::Conflict, "the organisation's file exists already"};
  auto db = storage::Database::open(path, key, storage::Access::Write);
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
  auto db = storage::Database::open(path, key, access);
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
  if (const auto saved = db_->run("UPDATE lineage SET answer = NULL"); !saved) return saved;
  if (const auto saved = db_->run("UPDATE organisation SET epoch = ?, root = ?", epoch, head.root); !saved)
    return saved;
  organisation_.epoch = epoch;
  return done();
}

Done OrganisationStore::note_audit(std::string_view actor, std::string_view action, std::string_view subject,
                                   std::string_view detail) {
  return db_->run("INSERT INTO audit (at_ms, actor, action, subject, detail) VALUES (?, ?, ?, ?, ?)",
                  clock_.now(), actor, action, subject, detail);
}

Done OrganisationStore::begin() { return db_->run("BEGIN IMMEDIATE"); }
Done OrganisationStore::commit() { return db_->run("COMMIT"); }
void OrganisationStore::rollback() { (void)db_->run("ROLLBACK"); }
Done OrganisationStore::savepoint() { return db_->run("SAVEPOINT job"); }
Done OrganisationStore::release() { return db_->run("RELEASE job"); }
Done OrganisationStore::rollback_to() {
  if (const auto undone = db_->run("ROLLBACK TO job"); !undone) return undone;
  return release();
}

}  // namespace aftercare::server
