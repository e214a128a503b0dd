#pragma once

#include "shared/storage/database.h"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace aftercare::office {

/// The words of a question, folded as everything that is searched is folded.
[[nodiscard]] std::vector<std::string> search_words(std::string_view text);
/// Whether every word begins a word of the text.
[[nodiscard]] bool holds_all(std::string_view text, const std::vector<std::string>& words);

/// The ids, in column 0, of the rows whose other columns together hold all the words: at most
/// `count_max`. The server keeps no search index (it would cost every push), so this reads the table.
[[nodiscard]] Result<std::vector<AnyId>> matching_ids(storage::Database& db, std::string_view select,
                                                      int column_count, const std::vector<std::string>& words,
                                                      std::size_t count_max);

/// A condition of SQL that grows by parts, with its arguments in order.
class Condition {
 public:
  template <class... Args>
  Condition& add(std::string_view part, const Args&... args) {
    text_ += text_.empty() ? "" : " AND ";
    text_ += '(';
    text_ += part;
    text_ += ')';
    (arguments_.push_back(
         [args](storage::Query& query, int index) { storage::bind_value(query, index, args); }),
     ...);
    return *this;
  }
  [[nodiscard]] std::string text() const { return text_.empty() ? "1" : text_; }
  /// A statement that holds `text()` first, its arguments bound, then those that follow it.
  template <class... Args>
  [[nodiscard]] storage::Query query(storage::Database& db, std::string_view sql,
                                     const Args&... after) const {
    auto query = db.query(sql);
    int index = 0;
    for (const auto& bind : arguments_) bind(query, ++index);
    (storage::bind_value(query, ++index, after), ...);
    return query;
  }

 private:
  std::string text_;
  std::vector<std::function<void(storage::Query&, int)>> arguments_;
};

/// Narrows visits or work orders, `table` being what the statement calls them, to those that somebody means
/// by these words: a number or its beginning, words of the customer or of the product, or words of their own,
/// which `own_text` selects behind the id (empty: they have none).
[[nodiscard]] Done add_words(storage::Database& db, std::string_view table, std::string_view own_text,
                             std::string_view text, Condition& condition);

}  // namespace aftercare::office
