#pragma once

#include "shared/storage/database.h"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace aftercare::office {

/// The words of a question, folded as everything that is searched is folded.
[[nodiscard]] std::vector<std::string> search_words(std::string_view text);
/// What somebody types of a short number while they still type: in capitals, without blanks around it.
[[nodiscard]] std::string number_beginning(std::string_view text);
/// Whether every word begins a word of the text.
[[nodiscard]] bool holds_all(std::string_view text, const std::vector<std::string>& words);

/// The ids, in column 0, of the rows whose other columns together hold all the words: at most
/// `count_max`. The server keeps no search index (it would cost every push), so this reads the table.
[[nodiscard]] Result<std::vector<AnyId>> matching_ids(storage::Database& db, std::string_view select,
                                                      int column_count, const std::vector<std::string>& words,
                                                      std::size_t count_max);

/// `column IN` a list of ids that is one argument, `list_text(ids)`: the text of the statement stays the
/// same for however many, so it is prepared once.
[[nodiscard]] std::string in_list(std::string_view column);
[[nodiscard]] std::string list_text(const std::vector<AnyId>& ids);

/// Customers and products that hold all the words, each as the argument of an `in_list`.
struct Matches {
  std::string customers;
  std::string assets;
};
[[nodiscard]] Result<Matches> customers_and_assets(storage::Database& db,
                                                   const std::vector<std::string>& words);

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

}  // namespace aftercare::office
