#pragma once

#include "shared/base/clock.h"
#include "shared/base/decimal.h"
#include "shared/base/money.h"

#include <chrono>
#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace aftercare::language {

/// A moment as people tell it: when, and by the clock of which place.
struct Moment {
  Instant at{};
  std::string zone;  // IANA, "Europe/Prague"
};

/// The texts of one language by key, as assets/lang/<code>.json holds them: ICU message patterns.
using Texts = std::map<std::string, std::string, std::less<>>;

/// One named value for a text. It is only ever inserted, never read as a pattern: a name like
/// `{count}` stays exactly that.
struct Argument {
  using Value = std::variant<std::string, std::int64_t, Decimal, Money, Moment, std::chrono::year_month_day>;

  Argument(std::string_view the_name, std::string_view text) : name(the_name), value(std::string(text)) {}
  Argument(std::string_view the_name, const char* text) : Argument(the_name, std::string_view(text)) {}
  Argument(std::string_view the_name, const std::string& text) : Argument(the_name, std::string_view(text)) {}
  template <std::integral Number>
  requires(!std::same_as<Number, bool>) Argument(std::string_view the_name, Number number)
      : name(the_name), value(static_cast<std::int64_t>(number)) {}
  Argument(std::string_view the_name, Decimal number) : name(the_name), value(number) {}
  Argument(std::string_view the_name, Money amount) : name(the_name), value(std::move(amount)) {}
  Argument(std::string_view the_name, Moment moment) : name(the_name), value(std::move(moment)) {}
  Argument(std::string_view the_name, std::chrono::year_month_day day) : name(the_name), value(day) {}

  std::string_view name;  // points at the caller's words, which outlive the call
  Value value;
};

enum class DateStyle {
  Short,    // 9. 7. 2025: for tables
  Long,     // 9. července 2025
  Weekday,  // středa 9. července 2025
  Brief,    // st 9. 7.: of these days, where there is little room
};
enum class ZoneShown { No, Yes };

/// Says things in one language: texts, numbers, money, dates, lists, and what comes before what.
///
/// Never fails: what cannot be said is shown so that somebody will notice it and nothing is hidden
/// (a missing text as its key in brackets, an unknown currency as its code, an unknown zone as UTC
/// that says so). All functions may be called from several threads at once.
class Formatter {
 public:
  /// `english` answers for keys that `texts` lacks, and must outlive this; null for English itself.
  Formatter(std::string_view code, Texts texts, const Formatter* english);
  ~Formatter();
  Formatter(const Formatter&) = delete;
  Formatter& operator=(const Formatter&) = delete;

  [[nodiscard]] std::string_view code() const { return code_; }

  /// The text of `key` with its arguments: `tr("count.photos", {{"count", 3}})`. A plural is chosen by
  /// an integer argument. An empty text argument takes the blank before it along, so that a measure
  /// without a unit leaves no gap.
  [[nodiscard]] std::string tr(std::string_view key, std::initializer_list<Argument> arguments = {}) const;
  [[nodiscard]] std::string tr(std::string_view key, std::span<const Argument> arguments) const;
  /// Whether `tr` would find words for the key, here or in English.
  [[nodiscard]] bool has(std::string_view key) const;
  /// Every text of the language as it stands in its file: for whoever prepares its letters.
  [[nodiscard]] const Texts& texts() const { return texts_; }

  [[nodiscard]] std::string number(std::int64_t number) const;
  /// All digits that were typed: 2.50 stays two places wide.
  [[nodiscard]] std::string number(const Decimal& number) const;
  /// All minor units of the currency, always: a signed price is shown to the last tetri.
  [[nodiscard]] std::string money(const Money& amount) const;

  [[nodiscard]] std::string date(std::chrono::year_month_day day, DateStyle style = DateStyle::Long) const;
  [[nodiscard]] std::string date(const Moment& moment, DateStyle style = DateStyle::Long) const;
  [[nodiscard]] std::string time(const Moment& moment) const;
  [[nodiscard]] std::string date_time(const Moment& moment, ZoneShown zone = ZoneShown::No) const;
  /// Whole minutes, rounded down: "2 h 15 min".
  [[nodiscard]] std::string duration(std::chrono::milliseconds time) const;

  /// "A, B and C".
  [[nodiscard]] std::string list(std::span<const std::string> items) const;

  /// Below, at or above zero as `left` stands before, with or after `right` in this language's order;
  /// numbers inside names count as numbers (Hall 2 before Hall 10).
  [[nodiscard]] int compare(std::string_view left, std::string_view right) const;
  /// Bytes whose plain order is this language's order, for sorting many or in a database.
  [[nodiscard]] std::string sort_key(std::string_view text) const;

 private:
  struct Icu;  // keeps ICU out of every file that only wants to say something

  [[nodiscard]] const std::string* find(std::string_view key) const;
  [[nodiscard]] std::string exact_number(const std::string& exact, int scale) const;

  std::string code_;
  Texts texts_;
  const Formatter* english_;
  std::unique_ptr<Icu> icu_;
};

}  // namespace aftercare::language
