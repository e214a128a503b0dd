#include "shared/storage/database.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <cerrno>
#include <fstream>

namespace aftercare::storage {
namespace {

constexpr int kBusyTimeoutMs = 5000;

/// Where SQLite has no cipher (in a browser, and in the half of the simulation that repeats byte for byte),
/// our files are plain; everywhere else a plain one is refused.
#ifdef AFTERCARE_PLAIN_SQLITE
constexpr bool kIsEncrypted = false;
#else
constexpr bool kIsEncrypted = true;
#endif

// A passing fault of the disk (EIO, no memory) is no reason to put a healthy file aside.
ErrorKind kind_of(int code, int system_errno) {
  if (code == SQLITE_IOERR_CORRUPTFS) return ErrorKind::Corrupt;
  switch (code & 0xff) {
    case SQLITE_FULL: return ErrorKind::Full;
    case SQLITE_IOERR:
      return system_errno == ENOSPC || system_errno == EDQUOT ? ErrorKind::Full : ErrorKind::Busy;
    case SQLITE_CANTOPEN: return system_errno == ENOSPC ? ErrorKind::Full : ErrorKind::NotFound;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return ErrorKind::Corrupt;
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return ErrorKind::Busy;
    case SQLITE_CONSTRAINT: return ErrorKind::Conflict;
    case SQLITE_READONLY: return ErrorKind::Refused;
    default: return ErrorKind::Invalid;
  }
}

Error error_of(sqlite3* db) {
  const int code = sqlite3_extended_errcode(db);
  const auto kind = kind_of(code, sqlite3_system_errno(db));
  if (kind == ErrorKind::Full)
    return {kind, "the disk is full: nothing was written; free some space and try again"};
  return {kind, fmt::format("database: {} ({})", sqlite3_errmsg(db), code)};
}

// A file that begins like this was never encrypted, so it is not ours, whatever else it holds.
bool is_plain_sqlite(const std::filesystem::path& path) {
  std::string start(16, '\0');
  std::ifstream file(path, std::ios::binary);
  file.read(start.data(), static_cast<std::streamsize>(start.size()));
  return file && start == std::string_view{"SQLite format 3\0", 16};
}

std::string key_literal(const Hash& key) { return fmt::format("x'{}'", to_hex(key)); }

}  // namespace

Query::Query(sqlite3* db, sqlite3_stmt* statement, std::function<void(sqlite3_stmt*)> give_back)
    : db_(db), statement_(statement), give_back_(std::move(give_back)) {}

Query::~Query() {
  if (statement_ == nullptr) return;
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
  give_back_(statement_);
}

Query::Query(Query&& other) noexcept
    : db_(other.db_),
      statement_(std::exchange(other.statement_, nullptr)),
      give_back_(std::move(other.give_back_)),
      error_(std::move(other.error_)) {}

bool Query::next() {
  if (error_ || statement_ == nullptr) return false;
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) error_ = error_of(db_);
  return false;
}

Done Query::done() const {
  if (error_) return *error_;
  return aftercare::done();
}

std::int64_t Query::integer(int column) const { return sqlite3_column_int64(statement_, column); }

std::string Query::text(int column) const {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  return text == nullptr
             ? std::string{}
             : std::string(text, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column)));
}

Bytes Query::bytes(int column) const {
  const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement_, column));
  return bytes == nullptr ? Bytes{}
                          : Bytes(bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column)));
}

bool Query::is_null(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }

Hash Query::hash(int column) const {
  const auto value = hash_of_bytes(bytes(column));
  return value ? value.value() : Hash{};
}

void Query::bind(int index, std::int64_t value) { sqlite3_bind_int64(statement_, index, value); }

// The caller's arguments outlive the stepping of `run` but not always that of `query`, so both copy.
void Query::bind(int index, std::string_view value) {
  sqlite3_bind_text64(statement_, index, value.data() == nullptr ? "" : value.data(), value.size(),
                      SQLITE_TRANSIENT, SQLITE_UTF8);
}

void Query::bind(int index, std::nullptr_t) { sqlite3_bind_null(statement_, index); }

void Query::bind_bytes(int index, std::string_view value) {
  sqlite3_bind_blob64(statement_, index, value.data() == nullptr ? "" : value.data(), value.size(),
                      SQLITE_TRANSIENT);
}

Result<std::unique_ptr<Database>> Database::open(const std::filesystem::path& path, const Hash& key,
                                                 Access access) {
  if (kIsEncrypted && is_plain_sqlite(path)) {
    return Error{ErrorKind::Corrupt,
                 fmt::format("{} is not encrypted, so it is not one of ours", path.filename().string())};
  }
  sqlite3* raw = nullptr;
  const int flags =
      access == Access::Write ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READWRITE;
  const int code =
      sqlite3_open_v2(path.c_str(), &raw, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE, nullptr);
  std::unique_ptr<Database> db{new Database(raw)};
  if (code != SQLITE_OK) return error_of(raw);
  if (const auto configured = db->configure(key, access); !configured) return configured.error();
  return db;
}

/// That the library encrypts at all, and that this key opens this file.
Done Database::check_cipher() {
  auto version = query("PRAGMA cipher_version");
  if (!version.next() || version.text(0).empty()) {
    return Error{ErrorKind::Refused,
                 "this program was built without encryption: install it again from our package"};
  }
  auto probe = query("SELECT count(*) FROM sqlite_schema");
  if (probe.next()) return done();
  const auto read = probe.done();
  if (!read && read.error().kind != ErrorKind::Corrupt) return read;
  return Error{ErrorKind::Corrupt,
               "the database cannot be opened: it is damaged, or was locked with another key"};
}

Done Database::unlock(const Hash& key) {
  // What went wrong is said in our words; SQLCipher would write its own to the terminal of whoever opens a
  // damaged file.
  if (const auto set = script("PRAGMA cipher_log_level = NONE"); !set) return set;
  const auto literal = key_literal(key);
  if (sqlite3_key_v2(db_, "main", literal.data(), static_cast<int>(literal.size())) != SQLITE_OK)
    return error_of(db_);
  return check_cipher();
}

Done Database::configure(const Hash& key, Access access) {
  sqlite3_extended_result_codes(db_, 1);
  sqlite3_busy_timeout(db_, kBusyTimeoutMs);
  sqlite3_db_config(db_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);

  if (kIsEncrypted) {
    if (const auto unlocked = unlock(key); !unlocked) return unlocked;
  }

  const auto set = script(
      "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON;"
      "PRAGMA temp_store = MEMORY; PRAGMA synchronous = FULL");
  if (!set) return set;
  if (access == Access::Read) return script("PRAGMA wal_autocheckpoint = 0; PRAGMA query_only = ON");
  return script("PRAGMA journal_mode = WAL");
}

Database::~Database() {
  for (auto& [sql, statements] : idle_) {
    for (auto* statement : statements) sqlite3_finalize(statement);
  }
  sqlite3_close(db_);
}

Query Database::prepare(std::string_view sql) {
  auto found = idle_.find(sql);
  if (found == idle_.end()) found = idle_.emplace(std::string(sql), std::vector<sqlite3_stmt*>{}).first;
  auto& idle = found->second;
  sqlite3_stmt* statement = nullptr;
  if (!idle.empty()) {
    statement = idle.back();
    idle.pop_back();
  } else {
    sqlite3_prepare_v3(db_, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT, &statement,
                       nullptr);
  }
  Query query{db_, statement, [&idle](sqlite3_stmt* used) { idle.push_back(used); }};
  if (statement == nullptr) query.error_ = error_of(db_);
  return query;
}

Done Database::script(std::string_view sql) {
  const std::string text{sql};
  if (sqlite3_exec(db_, text.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) return error_of(db_);
  return done();
}

Done Database::transaction(const std::function<Done()>& work) {
  if (const auto begun = run("BEGIN IMMEDIATE"); !begun) return begun;
  Done worked = done();
  try {
    worked = work();
  } catch (...) {
    (void)run("ROLLBACK");
    throw;
  }
  if (worked) worked = run("COMMIT");
  // SQLite itself rolls back when the disk is full; a second ROLLBACK is then a harmless complaint.
  if (!worked && sqlite3_get_autocommit(db_) == 0) (void)run("ROLLBACK");
  return worked;
}

std::int64_t Database::changes() const { return sqlite3_changes64(db_); }

std::int64_t Database::last_rowid() const { return sqlite3_last_insert_rowid(db_); }

Done Database::back_up_to(const std::filesystem::path& path, const Hash& key) {
  auto copy = open(path, key, Access::Write);
  if (!copy) return copy.error();
  auto* target = copy.value()->db_;
  auto* backup = sqlite3_backup_init(target, "main", db_, "main");
  if (backup == nullptr) return error_of(target);
  int code = SQLITE_OK;
  do {
    constexpr int kPages = 256;
    code = sqlite3_backup_step(backup, kPages);
  } while (code == SQLITE_OK || code == SQLITE_BUSY || code == SQLITE_LOCKED);
  sqlite3_backup_finish(backup);
  if (code != SQLITE_DONE) return error_of(target);
  return copy.value()->checkpoint();
}

Done Database::checkpoint() { return run("PRAGMA wal_checkpoint(TRUNCATE)"); }

Done Database::quick_check() {
  auto check = query("PRAGMA quick_check(1)");
  if (check.next() && check.text(0) == "ok") return done();
  return Error{ErrorKind::Corrupt, "the database is damaged inside"};
}

Result<std::filesystem::path> set_aside_file(const std::filesystem::path& path, Instant now) {
  auto stamp = to_rfc3339(now).substr(0, 19);
  std::erase(stamp, ':');
  std::filesystem::path aside;
  for (int n = 1;; ++n) {
    aside = fmt::format("{}.damaged-{}{}", path.string(), stamp, n == 1 ? "" : fmt::format("-{}", n));
    if (!std::filesystem::exists(aside)) break;
  }
  // The log goes first: a database that finds a stranger's log beside it would replay it.
  for (const char* suffix : {"-wal", "-shm", ""}) {
    std::error_code failed;
    const std::filesystem::path from = path.string() + suffix;
    if (!std::filesystem::exists(from, failed)) continue;
    std::filesystem::rename(from, aside.string() + suffix, failed);
    if (failed)
      return Error{ErrorKind::Refused,
                   fmt::format("the damaged file could not be renamed: {}", failed.message())};
  }
  return aside;
}

}  // namespace aftercare::storage
