#include "client/work/two_values.h"

#include "shared/base/money.h"
#include "shared/domain/codec.h"
#include "shared/storage/records.h"

#include <algorithm>
#include <optional>
#include <string>

namespace aftercare::work {
namespace {

using domain::EntityType;
using shown::TwoValues;

/// A value as people read it; nothing for keys and measures. Words of a list stay words: the screen says
/// them.
std::optional<std::string> text_of(storage::Database&, const std::string& value) { return value; }
std::optional<std::string> text_of(storage::Database&, std::int64_t value) { return std::to_string(value); }
template <domain::Named Enum>
std::optional<std::string> text_of(storage::Database&, Enum value) {
  return std::string(domain::name_of(value));
}
template <class T>
requires(!domain::Named<T>) std::optional<std::string> text_of(storage::Database&, const T&) {
  return std::nullopt;
}
template <class Tag>
std::optional<std::string> text_of(storage::Database& db, const Id<Tag>& id) {
  if constexpr (requires { domain::ReferenceTo<Id<Tag>>::type; }) {
    constexpr auto type = domain::ReferenceTo<Id<Tag>>::type;
    if constexpr (type == EntityType::Customer || type == EntityType::Site || type == EntityType::Asset ||
                  type == EntityType::User) {
      auto query = db.query("SELECT name FROM " + std::string(domain::table_of(type)) + " WHERE id = ?", id);
      return query.next() ? query.text(0) : std::string{};
    }
  }
  return std::nullopt;
}
template <class T>
std::optional<std::string> text_of(storage::Database& db, const std::optional<T>& value) {
  return value ? text_of(db, *value) : std::optional{std::string{}};
}

struct Lost {
  std::uint32_t field = 0;
  Bytes value;
  bool is_ours = false;
  Instant at{};
};

Result<std::vector<Lost>> lost_of(storage::Database& db, const AnyId& id) {
  std::vector<Lost> all;
  auto query = db.query(
      "SELECT field, value, is_ours, at_ms FROM lost_value WHERE entity_id = ? ORDER BY rowid DESC LIMIT 50",
      id);
  while (query.next()) {
    all.push_back({static_cast<std::uint32_t>(query.integer(0)), query.bytes(1), query.integer(2) != 0,
                   from_ms(query.integer(3))});
  }
  if (const auto read = query.done(); !read) return read.error();
  return all;
}

template <class Record>
Done add(storage::Database& db, const AnyId& id, std::vector<TwoValues>& all) {
  const auto lost = lost_of(db, id);
  if (!lost) return lost.error();
  if (lost.value().empty()) return done();
  const auto standing = storage::find<Record>(db, id_cast<decltype(Record::id)>(id));
  if (!standing) return standing.error();
  if (!standing.value()) return done();
  for (const auto& one : lost.value()) {
    auto other = *standing.value();
    if (!domain::apply({{one.field, one.value}}, other)) continue;
    TwoValues told{.record = std::string(domain::table_of(domain::EntityInfo<Record>::type)),
                   .at = one.at,
                   .is_ours = one.is_ours};
    if constexpr (requires { standing.value()->question.size(); }) told.question = standing.value()->question;
    if constexpr (requires { standing.value()->currency.size(); }) told.currency = standing.value()->currency;
    std::optional<std::string> stands;
    std::optional<std::string> written;
    const auto read = [&](const Record& record, std::optional<std::string>& text) {
      domain::each_field(record,
                         [&](std::uint32_t number, std::string_view name, const auto& member, const auto&) {
                           if (number != one.field) return;
                           told.field = name;
                           text = text_of(db, member);
                         });
    };
    read(*standing.value(), stands);
    read(other, written);
    if (!stands || !written || *stands == *written) continue;
    told.stands = *stands;
    told.lost = *written;
    all.push_back(std::move(told));
  }
  return done();
}

}  // namespace

Result<std::vector<TwoValues>> two_values_of(storage::Database& db,
                                             const std::vector<std::pair<EntityType, AnyId>>& records) {
  std::vector<TwoValues> all;
  for (const auto& [type, id] : records) {
    const auto added = domain::with_entity(type, [&]<class Record>() { return add<Record>(db, id, all); });
    if (!added) return added.error();
  }
  std::ranges::stable_sort(all, std::greater{}, &TwoValues::at);
  return all;
}

}  // namespace aftercare::work
