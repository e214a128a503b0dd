#pragma once

#include "shared/base/bytes.h"
#include "shared/base/clock.h"
#include "shared/base/id.h"
#include "shared/domain/field.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

struct sqlite3;
struct sqlite3_stmt;

namespace aftercare::storage {

/// One prepared statement on its way through its rows. Resets itself, so that no read transaction
/// outlives the block it stands in.
class Query {
 public:
  /// The statement goes back to `idle` when the query is over.
  Query(sqlite3* db, sqlite3_stmt* statement, std::vector<sqlite3_stmt*>& idle);
  ~Query();
  Query(Query&& other) noexcept;
  Query& operator=(Query&&) = delete;

  /// The next row; false at the end and on an error, which `done` tells apart.
  bool next();
  [[nodiscard]] Done done() const;
  /// To the last row, for statements of which none matters.
  Done finish();

  [[nodiscard]] std::int64_t integer(int column) const;
  [[nodiscard]] std::string text(int column) const;
  [[nodiscard]] Bytes bytes(int column) const;
  [[nodiscard]] bool is_null(int column) const;
  [[nodiscard]] Hash hash(int column) const;  // zero when the column holds no 32 bytes
  template <class IdType>
  [[nodiscard]] IdType id(int column) const {
    IdType id;
    const auto value = bytes(column);
    if (value.size() == id.bytes.size()) std::copy(value.begin(), value.end(), id.bytes.begin());
    return id;
  }

  void bind(int index, std::int64_t value);
  void bind(int index, std::string_view value);
  void bind(int index, std::nullptr_t);
  void bind_bytes(int index, std::string_view value);

 private:
  friend class Database;
  void bind(int index, std::string_view value, bool is_text);
  sqlite3* db_;
  sqlite3_stmt* statement_;
  std::vector<sqlite3_stmt*>* idle_;
  bool binds_in_place_ = false;
  std::optional<Error> error_;
};

/// Bytes for a BLOB column; plain strings are bound as TEXT.
struct AsBlob {
  std::string_view bytes;
};
/// Bytes, or NULL when there are none.
struct AsBlobOrNull {
  std::string_view bytes;
};

inline void bind_value(Query& query, int index, std::int64_t value) { query.bind(index, value); }
inline void bind_value(Query& query, int index, std::uint64_t value) {
  query.bind(index, static_cast<std::int64_t>(value));
}
inline void bind_value(Query& query, int index, int value) {
  query.bind(index, static_cast<std::int64_t>(value));
}
inline void bind_value(Query& query, int index, bool value) {
  query.bind(index, static_cast<std::int64_t>(value));
}
inline void bind_value(Query& query, int index, std::string_view value) { query.bind(index, value); }
inline void bind_value(Query& query, int index, const std::string& value) {
  query.bind(index, std::string_view{value});
}
inline void bind_value(Query& query, int index, const char* value) {
  query.bind(index, std::string_view{value});
}
inline void bind_value(Query& query, int index, std::nullptr_t) { query.bind(index, nullptr); }
inline void bind_value(Query& query, int index, Instant value) { query.bind(index, to_ms(value)); }
inline void bind_value(Query& query, int index, AsBlob value) { query.bind_bytes(index, value.bytes); }
inline void bind_value(Query& query, int index, AsBlobOrNull value) {
  if (value.bytes.empty()) {
    query.bind(index, nullptr);
  } else {
    query.bind_bytes(index, value.bytes);
  }
}
inline void bind_value(Query& query, int index, const Hash& value) { query.bind_bytes(index, view(value)); }
inline void bind_value(Query& query, int index, const domain::BlobRef& value) {
  query.bind_bytes(index, view(value.sha256));
}
inline void bind_value(Query& query, int index, const domain::Blob& value) {
  bind_value(query, index, AsBlobOrNull{value.bytes});
}
template <class Tag>
void bind_value(Query& query, int index, const Id<Tag>& value) {
  query.bind_bytes(index, view(value));
}
template <domain::Named Enum>
void bind_value(Query& query, int index, Enum value) {
  query.bind(index, domain::name_of(value));
}
template <class T>
void bind_value(Query& query, int index, const std::optional<T>& value) {
  if (value) {
    bind_value(query, index, *value);
  } else {
    query.bind(index, nullptr);
  }
}

enum class Access {
  Write,  // the one connection of the one process that writes and checkpoints
  Read,   // others of the same process; never checkpoints
};

/// One connection to one SQLite file under SQLCipher. Used from one thread at a time. What it read is kept
/// out of swap by the program (shared/base/memory_guard.h), not by SQLCipher allocation by allocation.
class Database {
 public:
  /// Opens or (for writing) makes the file. Refuses with Corrupt what is not ours: a file that the key
  /// does not open, a file that is not encrypted, a library without its cipher. Nothing is changed then.
  static Result<std::unique_ptr<Database>> open(const std::filesystem::path& path, const Hash& key,
                                                Access access);
  /// The same with pages of another size than 4096 bytes. A file opens only with the size that it was made
  /// with; with another one it looks like a damaged file.
  static Result<std::unique_ptr<Database>> open(const std::filesystem::path& path, const Hash& key,
                                                Access access, int page_byte_count);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  template <class... Args>
  Query query(std::string_view sql, const Args&... args) {
    auto query = prepare(sql);
    if (!query.error_) {
      int index = 0;
      (bind_value(query, ++index, args), ...);
    }
    return query;
  }

  template <class... Args>
  Done run(std::string_view sql, const Args&... args) {
    auto writing = statement(sql);
    int index = 0;
    (bind_value(writing, ++index, args), ...);
    return writing.finish();
  }

  /// For values that the caller binds one by one and that stay where they are until the query is over.
  Query statement(std::string_view sql) {
    auto query = prepare(sql);
    query.binds_in_place_ = true;
    return query;
  }

  /// Several statements without arguments: migrations and pragmas.
  Done script(std::string_view sql);

  /// Runs the work in a transaction of its own: all of it, or nothing of it.
  Done transaction(const std::function<Done()>& work);

  /// False also after an error at which SQLite undid the transaction by itself; a full disk is one.
  [[nodiscard]] bool is_in_transaction() const;
  [[nodiscard]] std::int64_t changes() const;  // rows that the last statement touched
  [[nodiscard]] std::int64_t last_rowid() const;
  /// A consistent copy while others go on; encrypted with the same key.
  Done back_up_to(const std::filesystem::path& path, const Hash& key);
  /// Moves the write-ahead log into the file and empties it: after an erasure nothing lingers there.
  Done checkpoint();
  Done quick_check();

 private:
  explicit Database(sqlite3* db) : db_(db) {}
  Query prepare(std::string_view sql);
  Done configure(const Hash& key, Access access, int page_byte_count);
  Done unlock(const Hash& key, int page_byte_count);
  Done check_cipher();
  int page_byte_count();

  sqlite3* db_ = nullptr;
  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  std::unordered_map<std::string, std::vector<sqlite3_stmt*>, TextHash, std::equal_to<>> idle_;
};

/// Brings the file up to date: each named migration in a transaction of its own, its number in
/// `user_version` in the same transaction. Newer when a newer program made the file: nothing is
/// touched. The names are the program's whole history, oldest first.
[[nodiscard]] Done migrate(Database& db, const std::vector<std::string_view>& names);

/// Moves a file that cannot be trusted out of the way, with its log, under a name that says when; never
/// deletes it. Returns the new name.
[[nodiscard]] Result<std::filesystem::path> set_aside_file(const std::filesystem::path& path, Instant now);

}  // namespace aftercare::storage
