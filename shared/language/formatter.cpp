#include "shared/language/formatter.h"

#include <fmt/format.h>
#include <unicode/coll.h>
#include <unicode/currunit.h>
#include <unicode/dcfmtsym.h>
#include <unicode/dtptngen.h>
#include <unicode/listformatter.h>
#include <unicode/msgfmt.h>
#include <unicode/numberformatter.h>
#include <unicode/smpdtfmt.h>
#include <unicode/timezone.h>

#include <algorithm>
#include <array>
#include <mutex>

namespace aftercare::language {
namespace {

// Stands for an empty argument until the blank before it is gone. A noncharacter: no text holds it.
constexpr char16_t kEmpty = 0xFDD0;
constexpr std::size_t kZoneCountMax = 64;
constexpr std::size_t kCurrencyCountMax = 64;
constexpr std::string_view kUtc = "Etc/UTC";

icu::UnicodeString to_icu(std::string_view text) {
  return icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())));
}

std::string to_utf8(const icu::UnicodeString& text) {
  std::string utf8;
  return text.toUTF8String(utf8);
}

// English as Europe writes it: 9 July 2025, 16:45. CLDR's plain "en" is American.
icu::Locale locale_of(std::string_view code) {
  return icu::Locale(code == "en" ? "en_GB" : std::string(code).c_str());
}

bool is_currency_code(std::string_view text) {
  return text.size() == 3 &&
         std::ranges::all_of(text, [](char letter) { return letter >= 'A' && letter <= 'Z'; });
}

void take_blank_along(icu::UnicodeString& text) {
  for (auto at = text.indexOf(kEmpty); at >= 0; at = text.indexOf(kEmpty)) {
    const bool has_blank = at > 0 && (text[at - 1] == u' ' || text[at - 1] == u'\u00a0');
    text.remove(has_blank ? at - 1 : at, has_blank ? 2 : 1);
  }
}

}  // namespace

// ICU's own objects, made when first needed (a language that is never shown costs nothing) and kept
// (making one takes longer than a frame has). The mutex guards all of them: some of ICU's `const`
// functions fill caches.
struct Formatter::Icu {
  explicit Icu(std::string_view code) : locale(locale_of(code)) {}

  icu::Locale locale;
  std::mutex mutex;

  icu::MessageFormat* message(const std::string& key, const std::string& pattern) {
    auto& known = messages[key];
    if (!known) {
      UErrorCode status = U_ZERO_ERROR;
      UParseError where{};
      known = std::make_unique<icu::MessageFormat>(to_icu(pattern), locale, where, status);
      if (U_FAILURE(status)) known.reset();
    }
    return known.get();
  }

  const icu::number::LocalizedNumberFormatter& numbers(int scale) {
    const auto known = scales.find(scale);
    if (known != scales.end()) return known->second;
    return scales.emplace(scale, plain().precision(icu::number::Precision::fixedFraction(scale)))
        .first->second;
  }

  const icu::number::LocalizedNumberFormatter* amounts(const std::string& currency) {
    const auto known = currencies.find(currency);
    if (known != currencies.end()) return &known->second;

    UErrorCode status = U_ZERO_ERROR;
    const icu::CurrencyUnit unit(icu::StringPiece(currency), status);
    if (U_FAILURE(status)) return nullptr;
    if (currencies.size() >= kCurrencyCountMax) currencies.clear();
    // Digits by ISO 4217, as `Money` counts them: CLDR rounds some currencies for the cash desk.
    auto format = plain().unit(unit).precision(icu::number::Precision::fixedFraction(minor_digits(currency)));
    return &currencies.emplace(currency, std::move(format)).first->second;
  }

  // Null when the zone is unknown: ICU would silently take GMT.
  const icu::TimeZone* zone(std::string_view name) {
    const auto known = zones.find(name);
    if (known != zones.end()) return known->second.get();

    if (zones.size() >= kZoneCountMax) zones.clear();
    std::unique_ptr<icu::TimeZone> made(icu::TimeZone::createTimeZone(to_icu(name)));
    if (*made == icu::TimeZone::getUnknown()) made.reset();
    return zones.emplace(name, std::move(made)).first->second.get();
  }

  // `skeleton` says which parts are wanted; the language decides their order and signs. One that
  // starts with = is a pattern as it is.
  std::string in_zone(std::string_view skeleton, Instant at, const icu::TimeZone& zone) {
    auto& known = dates[std::string(skeleton)];
    UErrorCode status = U_ZERO_ERROR;
    if (!known) {
      auto pattern = to_icu(skeleton.substr(1));
      if (skeleton.front() != '=') {
        const std::unique_ptr<icu::DateTimePatternGenerator> generator(
            icu::DateTimePatternGenerator::createInstance(locale, status));
        if (U_SUCCESS(status)) pattern = generator->getBestPattern(to_icu(skeleton), status);
      }
      auto made = std::make_unique<icu::SimpleDateFormat>(pattern, locale, status);
      if (U_FAILURE(status)) return to_rfc3339(at);
      known = std::move(made);
    }
    known->setTimeZone(zone);
    icu::UnicodeString text;
    known->format(static_cast<UDate>(to_ms(at)), text);
    return to_utf8(text);
  }

  const icu::ListFormatter* lists() {
    if (!list) {
      UErrorCode status = U_ZERO_ERROR;
      list.reset(icu::ListFormatter::createInstance(locale, ULISTFMT_TYPE_AND, ULISTFMT_WIDTH_WIDE, status));
    }
    return list.get();
  }

  const icu::Collator* order() {
    if (!collator) {
      UErrorCode status = U_ZERO_ERROR;
      std::unique_ptr<icu::Collator> made(icu::Collator::createInstance(locale, status));
      if (U_SUCCESS(status)) made->setAttribute(UCOL_NUMERIC_COLLATION, UCOL_ON, status);
      if (U_SUCCESS(status)) collator = std::move(made);
    }
    return collator.get();
  }

 private:
  icu::number::LocalizedNumberFormatter plain() const {
    auto format = icu::number::NumberFormatter::withLocale(locale);
    UErrorCode status = U_ZERO_ERROR;
    icu::DecimalFormatSymbols symbols(locale, status);
    if (U_FAILURE(status)) return format;
    // A hyphen before an amount is easily overlooked on a bill, and the true minus sign U+2212, which
    // CLDR has for Slovenian, is not in Debian's Noto Sans: the dash stands for it in all languages.
    symbols.setSymbol(icu::DecimalFormatSymbols::kMinusSignSymbol, icu::UnicodeString(u"\u2013"));
    return format.symbols(symbols);
  }

  std::map<std::string, std::unique_ptr<icu::MessageFormat>> messages;
  std::map<int, icu::number::LocalizedNumberFormatter> scales;
  std::map<std::string, icu::number::LocalizedNumberFormatter> currencies;
  std::map<std::string, std::unique_ptr<icu::TimeZone>, std::less<>> zones;
  std::map<std::string, std::unique_ptr<icu::SimpleDateFormat>> dates;
  std::unique_ptr<icu::ListFormatter> list;
  std::unique_ptr<icu::Collator> collator;
};

Formatter::Formatter(std::string_view code, Texts texts, const Formatter* english)
    : code_(code), texts_(std::move(texts)), english_(english), icu_(std::make_unique<Icu>(code)) {}

Formatter::~Formatter() = default;

const std::string* Formatter::find(std::string_view key) const {
  const auto found = texts_.find(key);
  return found == texts_.end() ? nullptr : &found->second;
}

bool Formatter::has(std::string_view key) const {
  return find(key) != nullptr || (english_ != nullptr && english_->has(key));
}

std::string Formatter::tr(std::string_view key, std::initializer_list<Argument> arguments) const {
  return tr(key, std::span(arguments.begin(), arguments.size()));
}

std::string Formatter::tr(std::string_view key, std::span<const Argument> arguments) const {
  const auto* const pattern = find(key);
  if (pattern == nullptr)
    return english_ != nullptr ? english_->tr(key, arguments) : fmt::format("[{}]", key);
  if (pattern->find_first_of("{'") == std::string::npos) return *pattern;

  struct Inserted {
    const Formatter& in;
    icu::Formattable operator()(const std::string& text) const {
      return icu::Formattable(text.empty() ? icu::UnicodeString(kEmpty) : to_icu(text));
    }
    icu::Formattable operator()(std::int64_t number) const { return icu::Formattable(number); }
    icu::Formattable operator()(const Decimal& number) const { return (*this)(in.number(number)); }
    icu::Formattable operator()(const Money& amount) const { return (*this)(in.money(amount)); }
    icu::Formattable operator()(const Moment& moment) const { return (*this)(in.date_time(moment)); }
    icu::Formattable operator()(std::chrono::year_month_day day) const { return (*this)(in.date(day)); }
  };
  std::vector<icu::UnicodeString> names;
  std::vector<icu::Formattable> values;
  for (const auto& argument : arguments) {
    names.push_back(to_icu(argument.name));
    values.push_back(std::visit(Inserted{*this}, argument.value));
  }

  UErrorCode status = U_ZERO_ERROR;
  icu::UnicodeString text;
  {
    const std::lock_guard lock(icu_->mutex);
    const auto* const message = icu_->message(std::string(key), *pattern);
    if (message == nullptr) return fmt::format("[{}]", key);
    message->format(names.data(), values.data(), static_cast<std::int32_t>(values.size()), text, status);
  }
  if (U_FAILURE(status)) return fmt::format("[{}]", key);
  take_blank_along(text);
  return to_utf8(text);
}

std::string Formatter::number(std::int64_t number) const { return exact_number(std::to_string(number), 0); }
std::string Formatter::number(const Decimal& number) const {
  return exact_number(to_text(number), number.scale);
}

std::string Formatter::exact_number(const std::string& exact, int scale) const {
  UErrorCode status = U_ZERO_ERROR;
  const std::lock_guard lock(icu_->mutex);
  const auto text = icu_->numbers(scale).formatDecimal(exact, status).toString(status);
  return U_SUCCESS(status) ? to_utf8(text) : exact;
}

std::string Formatter::money(const Money& amount) const {
  auto exact = to_text(amount);
  if (!is_currency_code(amount.currency)) return exact;

  UErrorCode status = U_ZERO_ERROR;
  const std::lock_guard lock(icu_->mutex);
  const auto* const format = icu_->amounts(amount.currency);
  if (format == nullptr) return exact;
  const auto text = format->formatDecimal(exact.substr(0, exact.find(' ')), status).toString(status);
  return U_SUCCESS(status) ? to_utf8(text) : exact;
}

namespace {

constexpr std::string_view skeleton_of(DateStyle style) {
  switch (style) {
    case DateStyle::Short: return "yMd";
    case DateStyle::Weekday: return "yMMMMEEEEd";
    case DateStyle::Brief: return "MMMEd";
    case DateStyle::Long: break;
  }
  return "yMMMMd";
}

}  // namespace

std::string Formatter::date(std::chrono::year_month_day day, DateStyle style) const {
  if (!day.ok()) {
    return fmt::format("{}-{}-{}", static_cast<int>(day.year()), static_cast<unsigned>(day.month()),
                       static_cast<unsigned>(day.day()));
  }
  return date(Moment{std::chrono::sys_days(day), std::string(kUtc)}, style);
}

std::string Formatter::date(const Moment& moment, DateStyle style) const {
  const std::lock_guard lock(icu_->mutex);
  const auto* const zone = icu_->zone(moment.zone);
  return icu_->in_zone(skeleton_of(style), moment.at, zone != nullptr ? *zone : *icu::TimeZone::getGMT());
}

std::string Formatter::time(const Moment& moment) const {
  const std::lock_guard lock(icu_->mutex);
  const auto* const zone = icu_->zone(moment.zone);
  if (zone != nullptr) return icu_->in_zone("jm", moment.at, *zone);
  return icu_->in_zone("jm", moment.at, *icu::TimeZone::getGMT()) + " (UTC)";
}

std::string Formatter::date_time(const Moment& moment, ZoneShown zone_shown) const {
  const auto day = date(moment);
  if (zone_shown == ZoneShown::No) return tr("format.date_time", {{"date", day}, {"time", time(moment)}});

  std::string clock;
  std::string offset;
  {
    const std::lock_guard lock(icu_->mutex);
    const auto* const known = icu_->zone(moment.zone);
    const auto& zone = known != nullptr ? *known : *icu::TimeZone::getGMT();
    clock = icu_->in_zone("jm", moment.at, zone);
    offset = icu_->in_zone("=xxx", moment.at, zone);
  }
  return tr("format.date_time_zone",
            {{"date", day}, {"time", clock}, {"zone", offset == "+00:00" ? "UTC" : "UTC" + offset}});
}

std::string Formatter::duration(std::chrono::milliseconds time) const {
  const auto minutes = std::chrono::floor<std::chrono::minutes>(time).count();
  if (minutes < 1) return tr("duration.under_a_minute");
  if (minutes < 60) return tr("duration.minutes", {{"minutes", minutes}});
  if (minutes % 60 == 0) return tr("duration.hours", {{"hours", minutes / 60}});
  return tr("duration.hours_minutes", {{"hours", minutes / 60}, {"minutes", minutes % 60}});
}

std::string Formatter::list(std::span<const std::string> items) const {
  std::vector<icu::UnicodeString> parts;
  parts.reserve(items.size());
  for (const auto& item : items) parts.push_back(to_icu(item));

  UErrorCode status = U_ZERO_ERROR;
  icu::UnicodeString text;
  const std::lock_guard lock(icu_->mutex);
  const auto* const format = icu_->lists();
  if (format != nullptr) format->format(parts.data(), static_cast<std::int32_t>(parts.size()), text, status);
  return format != nullptr && U_SUCCESS(status) ? to_utf8(text) : fmt::format("{}", fmt::join(items, ", "));
}

int Formatter::compare(std::string_view left, std::string_view right) const {
  const std::lock_guard lock(icu_->mutex);
  const auto* const order = icu_->order();
  if (order == nullptr) return left.compare(right);
  UErrorCode status = U_ZERO_ERROR;
  return order->compare(to_icu(left), to_icu(right), status);
}

std::string Formatter::sort_key(std::string_view text) const {
  const std::lock_guard lock(icu_->mutex);
  const auto* const order = icu_->order();
  if (order == nullptr) return std::string(text);

  const auto unicode = to_icu(text);
  std::string key(static_cast<std::size_t>(order->getSortKey(unicode, nullptr, 0)), '\0');
  order->getSortKey(unicode, reinterpret_cast<std::uint8_t*>(key.data()),
                    static_cast<std::int32_t>(key.size()));
  if (!key.empty()) key.pop_back();  // ICU ends it with a zero byte
  return key;
}

}  // namespace aftercare::language
