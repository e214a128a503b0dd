#include "shared/storage/search.h"

#include "shared/base/text.h"
#include "shared/storage/records.h"

#include <algorithm>
#include <array>
#include <sstream>

namespace aftercare::storage {
namespace {

/// Codes for programs. Whoever types Prague looks for somebody there, not for every appointment of its time
/// zone.
constexpr std::array<std::string_view, 6> kCodeFields{"zone",    "language", "currency",
                                                      "country", "form_key", "gtin"};

/// Every text of the record that a person wrote or reads.
template <class Record>
std::string texts_of(const Record& record) {
  std::string texts;
  domain::each_field(record, [&](auto, std::string_view name, const auto& member, const auto&) {
    if constexpr (std::same_as<std::remove_cvref_t<decltype(member)>, std::string>) {
      if (std::ranges::find(kCodeFields, name) == kCodeFields.end()) texts.append(member).append(" ");
    }
  });
  return texts;
}

/// A place is also found by whose it is: people ask for a name and a town in one breath.
Result<std::string> owner_of(Database& db, const domain::Site& site) {
  const auto owner = find<domain::Customer>(db, id_cast<AnyId>(site.customer_id));
  if (!owner) return owner.error();
  return owner.value() ? owner.value()->name : std::string{};
}
template <class Record>
Result<std::string> owner_of(Database& /*db*/, const Record& /*record*/) {
  return std::string{};
}

Done index_sites_of(Database& db, const AnyId& customer_id) {
  std::vector<AnyId> sites;
  {
    auto query = db.query("SELECT id FROM site WHERE customer_id = ?", customer_id);
    while (query.next()) sites.push_back(query.id<AnyId>(0));
    if (const auto found = query.done(); !found) return found;
  }
  for (const auto& site : sites) {
    if (const auto indexed = index_record(db, domain::EntityType::Site, site); !indexed) return indexed;
  }
  return done();
}

constexpr std::size_t kIndexedLengthMax = 4;  // of a word's beginning; see device/0002_screens.sql

struct Question {
  std::string pattern;
  bool is_indexed = true;  // each word is short enough to be looked up as it is
};

Question question_of(std::string_view text) {
  // Folded words hold letters and digits only, so quoting them is all that FTS5's syntax asks for.
  std::istringstream words(fold_for_search(text));
  Question question;
  for (std::string word; words >> word;) {
    question.pattern += (question.pattern.empty() ? "\"" : " \"") + word + "\"*";
    if (character_count(word) > kIndexedLengthMax) question.is_indexed = false;
  }
  return question;
}

/// The index is read from its end, no further than needed.
Result<std::vector<std::int64_t>> newest_of_index(Database& db, const std::string& pattern,
                                                  std::size_t count_max) {
  std::vector<std::int64_t> rows;
  auto query = db.query("SELECT rowid FROM search_text WHERE search_text MATCH ? ORDER BY rowid DESC LIMIT ?",
                        pattern, count_max);
  while (query.next()) rows.push_back(query.integer(0));
  if (const auto found = query.done(); !found) return found.error();
  return rows;
}

/// FTS5 gathers what begins with a longer word, and is quick at it forwards only. Few records have such a
/// word.
Result<std::vector<std::int64_t>> newest_of_all(Database& db, const std::string& pattern,
                                                std::size_t count_max) {
  std::vector<std::int64_t> rows;
  auto query = db.query("SELECT rowid FROM search_text WHERE search_text MATCH ? ORDER BY rowid", pattern);
  while (query.next()) rows.push_back(query.integer(0));
  if (const auto found = query.done(); !found) return found.error();
  std::ranges::reverse(rows);
  if (rows.size() > count_max) rows.resize(count_max);
  return rows;
}

}  // namespace

bool is_searched(domain::EntityType type) {
  using enum domain::EntityType;
  return type == Customer || type == Site || type == Contact || type == Asset || type == WorkOrder ||
         type == Visit || type == Product;
}

Done index_record(Database& db, domain::EntityType type, const AnyId& id) {
  if (!is_searched(type)) return done();
  std::string folded;
  const auto read = domain::with_entity(type, [&]<class Record>() -> Done {
    const auto record = find<Record>(db, id);
    if (!record) return record.error();
    if (!record.value()) return done();
    const auto owner = owner_of(db, *record.value());
    if (!owner) return owner.error();
    folded = fold_for_search(owner.value() + " " + texts_of(*record.value()));
    return done();
  });
  if (!read) return read;
  if (type == domain::EntityType::Customer) {
    if (const auto indexed = index_sites_of(db, id); !indexed) return indexed;
  }

  if (const auto named = db.run("INSERT OR IGNORE INTO search_entry (entity_id, type) VALUES (?, ?)", id,
                                static_cast<std::int64_t>(type));
      !named) {
    return named;
  }
  std::int64_t rowid = 0;
  {
    auto query = db.query("SELECT rowid FROM search_entry WHERE entity_id = ?", id);
    if (query.next()) rowid = query.integer(0);
    if (const auto found = query.done(); !found) return found;
  }
  if (const auto removed = db.run("DELETE FROM search_text WHERE rowid = ?", rowid); !removed) return removed;
  if (folded.empty()) return db.run("DELETE FROM search_entry WHERE rowid = ?", rowid);
  return db.run("INSERT INTO search_text (rowid, folded) VALUES (?, ?)", rowid, folded);
}

Result<std::vector<SearchHit>> search(Database& db, std::string_view text, std::size_t count_max) {
  const auto question = question_of(text);
  if (question.pattern.empty() || count_max == 0) return std::vector<SearchHit>{};
  auto rows = question.is_indexed ? newest_of_index(db, question.pattern, count_max)
                                  : newest_of_all(db, question.pattern, count_max);
  if (!rows) return rows.error();
  std::vector<SearchHit> hits;
  for (const auto row : rows.value()) {
    auto query = db.query("SELECT type, entity_id FROM search_entry WHERE rowid = ?", row);
    if (query.next()) hits.push_back({static_cast<domain::EntityType>(query.integer(0)), query.id<AnyId>(1)});
    if (const auto found = query.done(); !found) return found.error();
  }
  return hits;
}

}  // namespace aftercare::storage
