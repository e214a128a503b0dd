#pragma once

#include "shared/storage/records.h"

namespace aftercare::storage {

/// Hands every record for which the condition holds to `use(record) -> Done`, in the order of their ids and a
/// few at a time, however many there are. The condition may name one argument, ?1.
template <class Record, class Argument, class Use>
[[nodiscard]] Done each_record(Database& db, std::string_view condition, const Argument& argument,
                               Use&& use) {
  constexpr std::size_t kStep = 500;
  const auto which = fmt::format("({}) AND id > ?2 ORDER BY id LIMIT {}", condition, kStep);
  for (AnyId last{};;) {
    const auto records = where<Record>(db, which, argument, last);
    if (!records) return records.error();
    for (const auto& record : records.value()) {
      if (const auto used = use(record); !used) return used;
      last = id_cast<AnyId>(record.id);
    }
    if (records.value().size() < kStep) return done();
  }
}

}  // namespace aftercare::storage
