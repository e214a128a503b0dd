#pragma once

#include "shared/base/money.h"

#include <string_view>

/// Numbers as people type them.
namespace aftercare::work {

/// "48990", "48 990,00", "48.990,50", "48 990.5" in the smallest unit of the currency. One mark may stand
/// before the decimals, of which there are at most as many as the currency has; marks and blanks between
/// groups of three are skipped. Invalid otherwise, and below zero. Nothing typed is nothing to pay.
[[nodiscard]] Result<std::int64_t> minor_of_text(std::string_view text, const std::string& currency);

/// A measured number as the forms keep it: a decimal comma becomes a point, a typographic minus a plain one.
[[nodiscard]] std::string plain_number(std::string_view text);

/// What is paid with in a country (ISO 3166-1); euro where we do not know.
[[nodiscard]] std::string currency_of_country(std::string_view country);

/// The country in which the clocks of this zone are set; empty where we do not know.
[[nodiscard]] std::string country_of_zone(std::string_view zone);

/// What is paid with at a place: by its country, where nobody wrote one down by its clocks.
[[nodiscard]] std::string currency_of_place(std::string_view country, std::string_view zone);

}  // namespace aftercare::work
