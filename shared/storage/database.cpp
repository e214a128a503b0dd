#include "shared/storage/database.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <cerrno>
#include <fstream>

namespace aftercare::storage {
namespace {

constexpr int kBusyTimeoutMs = 5000;
constexpr int kPageByteCount = 4096;

// Small pieces that SQLite takes and gives back with every statement: 192 KiB a connection. With SQLite's
// own 40 most of them come from malloc.
constexpr int kLookasideByteCount = 1200;
constexpr int kLookasideCount = 160;

/// Before the first connection. Nobody asks how much memory SQLite uses, and counting it takes a lock of
/// the whole process for every allocation.
void start_sqlite() {
  static const int kStarted = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  static_cast<void>(kStarted);  // SQLITE_MISUSE when somebody was first: then it goes on counting
}

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

Query::Query(sqlite3* db, sqlite3_stmt* statement, std::vector<sqlite3_stmt*>& idle)
    : db_(db), statement_(statement), idle_(&idle) {}

Query::~Query() {
  if (statement_ == nullptr) return;
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
  idle_->push_back(statement_);
}

Query::Query(Query&& other) noexcept
    : db_(other.db_),
      statement_(std::exchange(other.statement_, nullptr)),
      idle_(other.idle_),
      binds_in_place_(other.binds_in_place_),
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

Done Query::finish() {
  while (next()) {
  }
  return done();
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

void Query::bind(int index, std::int64_t value) {
  if (statement_ != nullptr) sqlite3_bind_int64(statement_, index, value);
}

void Query::bind(int index, std::nullptr_t) {
  if (statement_ != nullptr) sqlite3_bind_null(statement_, index);
}

void Query::bind(int index, std::string_view value) { bind(index, value, /*is_text=*/true); }

void Query::bind_bytes(int index, std::string_view value) { bind(index, value, /*is_text=*/false); }

// The caller's arguments outlive the stepping of `run` but not always that of `query`, which copies them.
void Query::bind(int index, std::string_view value, bool is_text) {
  if (statement_ == nullptr) return;
  const auto* const bytes = value.data() == nullptr ? "" : value.data();
  const auto keeping = binds_in_place_ ? SQLITE_STATIC : SQLITE_TRANSIENT;
  if (is_text) {
    sqlite3_bind_text64(statement_, index, bytes, value.size(), keeping, SQLITE_UTF8);
  } else {
    sqlite3_bind_blob64(statement_, index, bytes, value.size(), keeping);
  }
}

Result<std::unique_ptr<Database>> Database::open(const std::filesystem::path& path, const Hash& key,
                                                 Access access) {
  return open(path, key, access, kPageByteCount);
}

Result<std::unique_ptr<Database>> Database::open(const std::filesystem::path& path, const Hash& key,
                                                 Access access, int page_byte_count) {
  if (kIsEncrypted && is_plain_sqlite(path)) {
    return Error{ErrorKind::Corrupt,
                 fmt::format("{} is not encrypted, so it is not one of ours", path.filename().string())};
  }
  start_sqlite();
  sqlite3* raw = nullptr;
  const int flags =
      access == Access::Write ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READWRITE;
  const int code =
      sqlite3_open_v2(path.c_str(), &raw, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE, nullptr);
  std::unique_ptr<Database> db{new Database(raw)};
  if (code != SQLITE_OK) return error_of(raw);
  if (const auto configured = db->configure(key, access, page_byte_count); !configured)
    return configured.error();
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

Done Database::unlock(const Hash& key, int page_byte_count) {
  // What went wrong is said in our words; SQLCipher would write its own to the terminal of whoever opens a
  // damaged file.
  if (const auto set = script("PRAGMA cipher_log_level = NONE"); !set) return set;
  const auto literal = key_literal(key);
  if (sqlite3_key_v2(db_, "main", literal.data(), static_cast<int>(literal.size())) != SQLITE_OK)
    return error_of(db_);
  if (const auto sized = script(fmt::format("PRAGMA cipher_page_size = {}", page_byte_count)); !sized)
    return sized;
  return check_cipher();
}

Done Database::configure(const Hash& key, Access access, int page_byte_count) {
  sqlite3_extended_result_codes(db_, 1);
  sqlite3_db_config(db_, SQLITE_DBCONFIG_LOOKASIDE, nullptr, kLookasideByteCount, kLookasideCount);
  sqlite3_busy_timeout(db_, kBusyTimeoutMs);
  sqlite3_db_config(db_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);

  // A plain file says its page size itself; only a new one takes it from here.
  const auto opened = kIsEncrypted ? unlock(key, page_byte_count)
                                   : script(fmt::format("PRAGMA page_size = {}", page_byte_count));
  if (!opened) return opened;

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
  Query query{db_, statement, idle};
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
  if (!worked && is_in_transaction()) (void)run("ROLLBACK");
  return worked;
}

bool Database::is_in_transaction() const { return sqlite3_get_autocommit(db_) == 0; }

std::int64_t Database::changes() const { return sqlite3_changes64(db_); }

std::int64_t Database::last_rowid() const { return sqlite3_last_insert_rowid(db_); }

int Database::page_byte_count() {
  auto size = query("PRAGMA page_size");
  return size.next() ? static_cast<int>(size.integer(0)) : kPageByteCount;
}

Done Database::back_up_to(const std::filesystem::path& path, const Hash& key) {
  auto copy = open(path, key, Access::Write, page_byte_count());
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
