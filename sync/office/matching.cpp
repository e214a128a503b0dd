#include "sync/office/matching.h"

#include "shared/base/short_number.h"
#include "shared/base/text.h"

namespace aftercare::office {
namespace {

constexpr std::size_t kMatchMax = 500;

/// What somebody types of a short number while they still type: in capitals, without blanks around it.
std::string number_beginning(std::string_view text) {
  auto beginning = trimmed(text);
  for (auto& sign : beginning) {
    if (sign >= 'a' && sign <= 'z') sign = static_cast<char>(sign - 'a' + 'A');
  }
  return beginning;
}

/// `column IN` a list of ids that is one argument: the text of the statement stays the same for however many,
/// so it is prepared once.
std::string in_list(std::string_view column) {
  return std::string(column) + " IN (SELECT unhex(value) FROM json_each(?))";
}

std::string list_text(const std::vector<AnyId>& ids) {
  std::string list = "[";
  for (const auto& id : ids) list += (list.size() > 1 ? ",\"" : "\"") + to_text(id) + '"';
  return list + ']';
}

}  // namespace

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

Done add_words(storage::Database& db, std::string_view table, std::string_view own_text,
               std::string_view text, Condition& condition) {
  const std::string row{table};
  if (const auto number = short_number_of_text(text)) {
    condition.add(row + ".number = ?", to_text(number.value()));
    return done();
  }
  const auto words = search_words(text);
  if (words.empty()) {
    if (!trimmed(text).empty()) condition.add("0");  // only signs that no word has
    return done();
  }
  const auto customers = matching_ids(db, "SELECT id, name, number FROM customer", 2, words, kMatchMax);
  if (!customers) return customers.error();
  const auto assets = matching_ids(db, "SELECT id, name, serial FROM asset", 2, words, kMatchMax);
  if (!assets) return assets.error();
  auto own = Result<std::vector<AnyId>>{std::vector<AnyId>{}};
  if (!own_text.empty()) own = matching_ids(db, own_text, 1, words, kMatchMax);
  if (!own) return own.error();
  condition.add("instr(" + row + ".number, ?) = 1 OR " + in_list(row + ".customer_id") + " OR " +
                    in_list(row + ".asset_id") + " OR " + in_list(row + ".id"),
                number_beginning(text), list_text(customers.value()), list_text(assets.value()),
                list_text(own.value()));
  return done();
}

}  // namespace aftercare::office
