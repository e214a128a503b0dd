#pragma once

#include "shared/domain/codec.h"
#include "shared/storage/database.h"

#include <fmt/format.h>

/// Records in their tables, along the one list of fields beside each record: the column is named like
/// the field, the table like the record.
namespace aftercare::storage {

inline void read_column(const Query& query, int column, std::string& value) { value = query.text(column); }
inline void read_column(const Query& query, int column, bool& value) { value = query.integer(column) != 0; }
inline void read_column(const Query& query, int column, std::int64_t& value) {
  value = query.integer(column);
}
inline void read_column(const Query& query, int column, Instant& value) {
  value = from_ms(query.integer(column));
}
inline void read_column(const Query& query, int column, domain::BlobRef& value) {
  value.sha256 = query.hash(column);
}
inline void read_column(const Query& query, int column, domain::Blob& value) {
  value.bytes = query.bytes(column);
}
template <class Tag>
void read_column(const Query& query, int column, Id<Tag>& value) {
  value = query.id<Id<Tag>>(column);
}
template <domain::Named Enum>
void read_column(const Query& query, int column, Enum& value) {
  value = domain::value_of<Enum>(query.text(column)).value_or(Enum{});
}
template <class T>
void read_column(const Query& query, int column, std::optional<T>& value) {
  if (query.is_null(column)) {
    value.reset();
  } else {
    read_column(query, column, value.emplace());
  }
}

namespace detail {

template <class Record>
std::string select_text() {
  std::string columns = "id, extra";
  const Record record{};
  domain::each_field(record, [&](auto, std::string_view name, const auto&, const auto&) {
    columns.append(", ").append(name);
  });
  return fmt::format("SELECT {} FROM {} WHERE ", columns, domain::EntityInfo<Record>::table);
}

template <class Record>
std::string add_text() {
  std::string columns = "id, extra";
  std::string places = "?, ?";
  const Record record{};
  domain::each_field(record, [&](auto, std::string_view name, const auto&, const auto&) {
    columns.append(", ").append(name);
    places += ", ?";
  });
  return fmt::format("INSERT INTO {} ({}) VALUES ({})", domain::EntityInfo<Record>::table, columns, places);
}

template <class Record>
std::string save_text() {
  std::string updates = "extra = excluded.extra";
  const Record record{};
  domain::each_field(record, [&](auto, std::string_view name, const auto&, const auto&) {
    updates += fmt::format(", {0} = excluded.{0}", name);
  });
  return fmt::format("{} ON CONFLICT (id) DO UPDATE SET {}", add_text<Record>(), updates);
}

template <class Record>
Record read_row(const Query& query) {
  Record record{};
  record.id = query.id<decltype(record.id)>(0);
  record.extra = query.bytes(1);
  int column = 2;
  domain::each_field(record, [&](auto, std::string_view, auto& member, const auto&) {
    read_column(query, column++, member);
  });
  return record;
}

template <class Record>
Done write_row(Database& db, std::string_view text, const Record& record) {
  auto query = db.statement(text);
  bind_value(query, 1, record.id);
  bind_value(query, 2, AsBlobOrNull{record.extra});
  int index = 3;
  domain::each_field(record, [&](auto, std::string_view, const auto& member, const auto&) {
    bind_value(query, index++, member);
  });
  return query.finish();
}

}  // namespace detail

/// Makes the record or replaces it.
template <class Record>
[[nodiscard]] Done save(Database& db, const Record& record) {
  static const std::string kText = detail::save_text<Record>();
  return detail::write_row(db, kText, record);
}

/// Makes the record; Conflict when it is there already, or when what it points to is not. Cheaper than
/// `save`, for which SQLite keeps a journal of its own for each statement.
template <class Record>
[[nodiscard]] Done add(Database& db, const Record& record) {
  static const std::string kText = detail::add_text<Record>();
  return detail::write_row(db, kText, record);
}

/// All records for which the condition holds, "visit_id = ? ORDER BY at_ms".
template <class Record, class... Args>
[[nodiscard]] Result<std::vector<Record>> where(Database& db, std::string_view condition,
                                                const Args&... args) {
  static const std::string kText = detail::select_text<Record>();
  auto query = db.query(kText + std::string(condition), args...);
  std::vector<Record> records;
  while (query.next()) records.push_back(detail::read_row<Record>(query));
  if (const auto read = query.done(); !read) return read.error();
  return records;
}

template <class Record, class IdType>
[[nodiscard]] Result<std::optional<Record>> find(Database& db, const IdType& id) {
  auto found = where<Record>(db, "id = ?", id);
  if (!found) return found.error();
  if (found.value().empty()) return std::optional<Record>{};
  return std::optional<Record>{std::move(found.value().front())};
}

/// The same, for a type that only the wire names.
[[nodiscard]] Result<bool> exists(Database& db, domain::EntityType type, const AnyId& id);
[[nodiscard]] Result<std::optional<domain::FieldMap>> read_fields(Database& db, domain::EntityType type,
                                                                  const AnyId& id);
/// Makes the record of these fields alone, or replaces it by one of these fields alone.
[[nodiscard]] Done write_fields(Database& db, domain::EntityType type, const AnyId& id,
                                const domain::FieldMap& fields);
[[nodiscard]] Done remove_record(Database& db, domain::EntityType type, const AnyId& id);

}  // namespace aftercare::storage
