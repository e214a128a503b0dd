#pragma once

#include "shared/domain/coverage.h"
#include "shared/domain/rating.h"
#include "shared/domain/service_point.h"

/// What a kiosk shows. Nothing here is about a person.
namespace aftercare::shown {

/// One unit and what is promised for it.
struct Unit {
  domain::ProductId product_id;
  std::string product;  // "Termona T24 condensing boiler"
  std::string brand;
  std::string category;  // "boiler": for the icon
  std::string serial;    // as it is printed
  domain::Verdict verdict;
  domain::Translated terms;                    // their title; empty when there are none
  std::vector<domain::Translated> exclusions;  // what the terms never cover
};

enum class UnitAnswer {
  Found,
  NotFound,     // no such unit is on file: the service desk can help
  NotReadable,  // that was no serial number and no code that we know
  ArticleOnly,  // the number of the article (its barcode), not of this one unit
  Several,      // two makers gave the same number: ask which product
};

struct FoundUnit {
  UnitAnswer answer = UnitAnswer::NotFound;
  std::string serial;                     // what was looked for, as far as it was read
  std::optional<Unit> unit;               // Found
  std::vector<domain::Product> products;  // Several: which they are; ArticleOnly: the one that was read
  std::optional<Instant> as_of;           // when this kiosk last heard from the office; empty: never
};

/// Whom to call or visit instead.
struct ServiceDesk {
  std::string name;
  std::string phone;       // E.164, for a QR code
  std::string phone_text;  // as it is read
  std::string email;
  domain::OpeningHours hours;
  bool is_open = false;  // now, by its own clock
};

/// A customer's opinion, as the screen took it.
struct RatingGiven {
  std::int64_t stars = 0;     // 1 to 5
  std::string question = {};  // the key of what was asked, empty when nothing was
  domain::RatingAnswer answer = domain::RatingAnswer::None;
  std::string comment = {};
  std::string language = {};
};

}  // namespace aftercare::shown
