#pragma once

#include "client/app/state.h"
#include "client/shown/kiosk_intent.h"

namespace aftercare::app {

using shown::KioskPlace;

/// What the shop decided: how the kiosk is for everybody who has not chosen otherwise.
struct KioskHouse {
  std::string language = "en";
  shown::ThemeChoice theme = shown::ThemeChoice::Light;
  int text_percent = 100;
  std::int64_t idle_ms = 90'000;  // how long a page stays that nobody touches
  std::string organisation_name = {};
  std::optional<shown::ServiceDesk> desk = std::nullopt;
  bool has_staff_pin = true;
  std::optional<Instant> as_of = std::nullopt;
};

/// Everything of the customer who is at the kiosk. Beginning anew leaves nothing of it.
struct KioskCustomer {
  std::string language = {};
  shown::ThemeChoice theme = shown::ThemeChoice::Light;
  int text_percent = 100;
  shown::Door door = shown::Door::CheckProduct;
  std::string serial = {};  // while it is typed
  std::string code = {};    // what is looked for
  Loaded<shown::FoundUnit> found = {};
  std::string next_code = {};  // scanned while another was looked for
  shown::RatingGiven rating = {};
  std::string comment = {};  // while it is typed
  std::optional<std::int64_t> closes_at_ms = std::nullopt;
  std::optional<std::int64_t> seconds_left = std::nullopt;  // said on the page
  std::int64_t counted_to_ms = 0;                           // the end that these seconds lead to
};

/// Everything a kiosk is drawn from.
struct KioskState {
  KioskPlace place = KioskPlace::Opening;
  std::vector<KioskPlace> behind;
  std::string problem;         // of the catalogue: why it is closed
  std::string problem_detail;  // for the office
  KioskHouse house;
  KioskCustomer customer;
  std::uint64_t customer_count = 0;
  PinState pin;
  std::size_t knock_count = 0;
  std::int64_t knocked_at_ms = 0;
  std::size_t greeting = 0;  // of the languages: which one greets just now
  std::int64_t greeting_until_ms = 0;
  bool has_sent = false;     // something that a customer wrote went through this process
  bool is_used = false;      // somebody was here since the process began
  bool is_to_renew = false;  // the program begins anew, with an empty memory
  bool is_left = false;      // staff ended it
};

struct KioskStep {
  KioskState state;
  std::vector<Effect> effects;
};

}  // namespace aftercare::app
