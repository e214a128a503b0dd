#include "shared/storage/records.h"

namespace aftercare::storage {

Result<bool> exists(Database& db, domain::EntityType type, const AnyId& id) {
  const auto& text = domain::with_entity(type, []<class Record>() -> const std::string& {
    static const std::string kText =
        fmt::format("SELECT 1 FROM {} WHERE id = ?", domain::EntityInfo<Record>::table);
    return kText;
  });
  auto query = db.query(text, id);
  const bool is_there = query.next();
  if (const auto read = query.done(); !read) return read.error();
  return is_there;
}

Result<std::optional<domain::FieldMap>> read_fields(Database& db, domain::EntityType type, const AnyId& id) {
  return domain::with_entity(type, [&]<class Record>() -> Result<std::optional<domain::FieldMap>> {
    const auto record = find<Record>(db, id);
    if (!record) return record.error();
    if (!record.value()) return std::optional<domain::FieldMap>{};
    return std::optional{domain::fields_of(*record.value())};
  });
}

Done write_fields(Database& db, domain::EntityType type, const AnyId& id, const domain::FieldMap& fields) {
  return domain::with_entity(type, [&]<class Record>() -> Done {
    const auto record = domain::record_of<Record>(id, fields);
    if (!record) return record.error();
    return save(db, record.value());
  });
}

Done remove_record(Database& db, domain::EntityType type, const AnyId& id) {
  return db.run(fmt::format("DELETE FROM {} WHERE id = ?", domain::table_of(type)), id);
}

}  // namespace aftercare::storage
