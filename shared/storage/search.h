#pragma once

#include "shared/domain/entity.h"
#include "shared/storage/database.h"

namespace aftercare::storage {

/// Something that was found, newest first; what it is called stands in its own table.
struct SearchHit {
  domain::EntityType type = domain::EntityType::Customer;
  AnyId id;
};

/// Whether people look for such records by their words.
[[nodiscard]] bool is_searched(domain::EntityType type);

/// Brings the folded text of one record up to date: after every write, and after an erasure.
[[nodiscard]] Done index_record(Database& db, domain::EntityType type, const AnyId& id);

/// Records in which every word begins a word. Newest first: ranking is dear for short words and tells a
/// technician little. An empty question finds nothing.
[[nodiscard]] Result<std::vector<SearchHit>> search(Database& db, std::string_view text,
                                                    std::size_t count_max);

}  // namespace aftercare::storage
