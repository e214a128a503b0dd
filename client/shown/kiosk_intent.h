#pragma once

#include "client/shown/intent.h"
#include "client/shown/kiosk.h"

namespace aftercare::shown {

/// The places of a kiosk.
enum class KioskPlace {
  Opening,
  Closed,     // why it cannot be used
  ChoosePin,  // of staff, at the very first start
  Attract,    // nobody is here
  Home,       // the six doors
  Check,      // which product?
  Unit,       // is it covered?
  Elsewhere,  // what a door leads to that is not built yet: people
  Rate,
  Question,
  Comment,
  Thanks,
  StaffPin,  // the way out
};
/// Whether a customer is at it, so that the page closes when nobody touches it.
[[nodiscard]] inline bool is_of_customer(KioskPlace place) { return place >= KioskPlace::Home; }

enum class Door { SomethingWrong, CheckProduct, ReturnOrExchange, BookVisit, Help, TalkToUs };

}  // namespace aftercare::shown

/// What somebody asked of a kiosk by a tap, on keys, or with a scanner.
namespace aftercare::kiosk_intent {

struct Begin {
  std::string language = {};  // empty: the house's
};
struct Touch {};  // somebody is here
struct OpenDoor {
  shown::Door door = shown::Door::CheckProduct;
};
struct GoBack {};
struct StartAgain {};
struct MoreTime {};
struct SetLanguage {
  std::string language;
};
struct LargerText {};  // and after the largest the usual again
struct NextTheme {};

struct EditSerial {};
struct CheckSerial {};
struct Scan {
  std::string code;
};
struct ChooseProduct {
  domain::ProductId product_id;
};  // two makers gave the same number
struct CheckAnother {};

struct Rate {
  std::int64_t stars = 0;
};
struct Answer {
  domain::RatingAnswer answer = domain::RatingAnswer::None;
};
struct EditComment {};
struct SendComment {};

struct KnockCorner {};  // five times: staff
struct TryAgain {};

using Any =
    std::variant<Begin, Touch, OpenDoor, GoBack, StartAgain, MoreTime, SetLanguage, LargerText, NextTheme,
                 EditSerial, CheckSerial, Scan, ChooseProduct, CheckAnother, Rate, Answer, EditComment,
                 SendComment, KnockCorner, TryAgain, intent::TypePin, intent::ErasePinDigit>;

}  // namespace aftercare::kiosk_intent
