#include "sync/office/matching.h"

#include "shared/base/text.h"

namespace aftercare::office {

std::vector<std::string> search_words(std::string_view text) {
  const auto folded = fold_for_search(text);
  std::vector<std::string> words;
  std::size_t at = 0;
  while (at < folded.size()) {
    const auto end = std::min(folded.find(' ', at), folded.size());
    if (end > at) words.push_back(folded.substr(at, end - at));
    at = end + 1;
  }
  return words;
}

std::string number_beginning(std::string_view text) {
  auto beginning = trimmed(text);
  for (auto& sign : beginning) {
    if (sign >= 'a' && sign <= 'z') sign = static_cast<char>(sign - 'a' + 'A');
  }
  return beginning;
}

bool holds_all(std::string_view text, const std::vector<std::string>& words) {
  const auto folded = ' ' + fold_for_search(text);
  for (const auto& word : words) {
    if (folded.find(' ' + word) == std::string::npos) return false;
  }
  return true;
}

Result<std::vector<AnyId>> matching_ids(storage::Database& db, std::string_view select, int column_count,
                                        const std::vector<std::string>& words, std::size_t count_max) {
  std::vector<AnyId> ids;
  auto query = db.query(select);
  std::string text;
  while (ids.size() < count_max && query.next()) {
    text.clear();
    for (int column = 1; column <= column_count; ++column) text += query.text(column) + ' ';
    if (holds_all(text, words)) ids.push_back(query.id<AnyId>(0));
  }
  if (const auto read = query.done(); !read) return read.error();
  return ids;
}

std::string in_list(std::string_view column) {
  return std::string(column) + " IN (SELECT unhex(value) FROM json_each(?))";
}

std::string list_text(const std::vector<AnyId>& ids) {
  std::string list = "[";
  for (const auto& id : ids) list += (list.size() > 1 ? ",\"" : "\"") + to_text(id) + '"';
  return list + ']';
}

Result<Matches> customers_and_assets(storage::Database& db, const std::vector<std::string>& words) {
  constexpr std::size_t kMatchMax = 500;
  const auto customers = matching_ids(db, "SELECT id, name, number FROM customer", 2, words, kMatchMax);
  if (!customers) return customers.error();
  const auto assets = matching_ids(db, "SELECT id, name, serial FROM asset", 2, words, kMatchMax);
  if (!assets) return assets.error();
  return Matches{list_text(customers.value()), list_text(assets.value())};
}

}  // namespace aftercare::office
