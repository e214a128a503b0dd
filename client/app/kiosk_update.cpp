#include "client/app/kiosk_update.h"

#include "client/app/update.h"
#include "shared/domain/product_code.h"

#include <algorithm>
#include <iterator>

namespace aftercare::app {
namespace {

constexpr std::int64_t kCountdownMsMax = 60'000;
constexpr std::int64_t kSheetMsMax = 20'000;
/// The one question beside the stars; its words are `rating.question.got_help`.
constexpr const char* kQuestion = "got_help";

/// What a scanner may say: letters, and the separator of GS1 codes.
std::string readable(std::string_view scanned) {
  std::string code;
  for (const char byte : scanned.substr(0, kCodeBytesMax)) {
    const auto value = static_cast<unsigned char>(byte);
    if ((value >= 0x20 && value != 0x7F) || value == 0x1D) code.push_back(byte);
  }
  return code;
}

/// Overwrites before it lets go: what is freed is not emptied.
void wipe(std::string& text) {
  std::ranges::fill(text, '\0');
  text.resize(text.capacity(), '\0');
  text.clear();
}

/// The kiosk on its way from one moment to the next, and what is to be done about it.
class KioskTurn {
 public:
  KioskTurn(KioskState state, const Now& now) : state_(std::move(state)), now_(now) {}

  // ---- what somebody asks for
  void operator()(const kiosk_intent::Begin& wish) {
    if (state_.place != KioskPlace::Attract) return;
    begin_customer(wish.language.empty() ? state_.house.language : wish.language);
  }
  void operator()(const kiosk_intent::Touch&) {
    if (!is_closing(state_)) stay();
  }
  void operator()(const kiosk_intent::MoreTime&) {
    stay();
    if (customer().closes_at_ms) *customer().closes_at_ms += kMoreTimeMs;
  }
  void operator()(const kiosk_intent::OpenDoor& wish) {
    if (!shown::is_of_customer(state_.place)) return;
    customer().door = wish.door;
    switch (wish.door) {
      case shown::Door::CheckProduct: go(KioskPlace::Check); break;
      case shown::Door::TalkToUs: go(KioskPlace::Rate); break;
      default: go(KioskPlace::Elsewhere); break;
    }
  }
  void operator()(const kiosk_intent::GoBack&) {
    const bool is_from_attract = !state_.behind.empty() && state_.behind.back() == KioskPlace::Attract;
    if (state_.place == KioskPlace::StaffPin && is_from_attract) {
      start_again();  // the digits that were tried, too, are nobody's business
      return;
    }
    if (state_.behind.empty()) {
      if (state_.place == KioskPlace::Home) start_again();
      return;
    }
    state_.place = state_.behind.back();
    state_.behind.pop_back();
    state_.pin = {};
    stay();
  }
  void operator()(const kiosk_intent::StartAgain&) { start_again(); }
  void operator()(const kiosk_intent::SetLanguage& wish) { customer().language = wish.language; }
  void operator()(const kiosk_intent::LargerText&) {
    const auto larger =
        std::ranges::find_if(kTextPercents, [&](int percent) { return percent > customer().text_percent; });
    customer().text_percent = larger == std::end(kTextPercents) ? kTextPercents[0] : *larger;
  }
  void operator()(const kiosk_intent::NextTheme&) {
    auto& theme = customer().theme;
    switch (theme) {
      case shown::ThemeChoice::Dark: theme = shown::ThemeChoice::Contrast; break;
      case shown::ThemeChoice::Contrast: theme = shown::ThemeChoice::Light; break;
      case shown::ThemeChoice::System:
      case shown::ThemeChoice::Light: theme = shown::ThemeChoice::Dark; break;
    }
  }

  // ---- check my product
  void operator()(const kiosk_intent::EditSerial&) {}
  void operator()(const kiosk_intent::CheckSerial&) { look_for(customer().serial); }
  void operator()(const kiosk_intent::Scan& scan) {
    using enum KioskPlace;
    switch (state_.place) {
      case Attract: begin_customer(state_.house.language); break;
      case Home:
      case Check:
      case Unit:
      case Elsewhere: break;
      default: return;  // in the middle of something else
    }
    look_for(scan.code);
  }
  void operator()(const kiosk_intent::ChooseProduct& wish) {
    if (customer().found.is_loading) return;
    customer().found.value.reset();
    customer().found.is_loading = true;
    ask(FindUnit{customer().code, wish.product_id});
  }
  void operator()(const kiosk_intent::CheckAnother&) {
    wipe(customer().serial);
    customer().found = {};
    state_.behind = {KioskPlace::Home};
    state_.place = KioskPlace::Check;
  }

  // ---- tell us
  void operator()(const kiosk_intent::Rate& wish) {
    if (state_.place != KioskPlace::Rate) return;
    customer().rating.stars = wish.stars;
    save_rating();
    go(KioskPlace::Question);
  }
  void operator()(const kiosk_intent::Answer& wish) {
    if (state_.place != KioskPlace::Question) return;
    customer().rating.answer = wish.answer;
    customer().rating.question = wish.answer == domain::RatingAnswer::None ? "" : kQuestion;
    if (wish.answer != domain::RatingAnswer::None) save_rating();
    go(KioskPlace::Comment);
  }
  void operator()(const kiosk_intent::EditComment&) {}
  void operator()(const kiosk_intent::SendComment&) {
    if (state_.place != KioskPlace::Comment) return;
    customer().rating.comment = customer().comment;
    if (!customer().comment.empty()) save_rating();
    state_.behind.clear();
    state_.place = KioskPlace::Thanks;
    stay();
  }

  // ---- staff
  void operator()(const kiosk_intent::KnockCorner&) {
    const bool is_late = now_.ms - state_.knocked_at_ms > kKnockPauseMs;
    state_.knock_count = is_late ? 1 : state_.knock_count + 1;
    state_.knocked_at_ms = now_.ms;
    if (state_.knock_count < kKnockCount) return;
    state_.knock_count = 0;
    state_.pin = {};
    state_.is_used = true;
    go(KioskPlace::StaffPin);
  }
  void operator()(const intent::TypePin& key) {
    auto& pin = state_.pin;
    if (pin.is_checking || pin.blocked_until_ms) return;
    pin.is_wrong = pin.is_unequal = false;
    if (pin.digits.size() < kPinLength) pin.digits.push_back(key.digit);
    if (pin.digits.size() == kPinLength) take_pin();
  }
  void operator()(const intent::ErasePinDigit&) {
    if (!state_.pin.digits.empty() && !state_.pin.is_checking) state_.pin.digits.pop_back();
  }
  void operator()(const kiosk_intent::TryAgain&) {
    state_.place = KioskPlace::Opening;
    ask(LoadStart{});
  }

  // ---- what the workers answer
  void operator()(Started& message) {
    if (!message.is_enrolled) {
      close("kiosk.not_enrolled", {});
      return;
    }
    state_.house.organisation_name = std::move(message.device.organisation_name);
    ask(LoadServiceDesk{});
    ask(WakeSync{});
  }
  void operator()(StartFailed& message) { close(std::move(message.key), std::move(message.detail)); }
  void operator()(ServiceDeskLoaded& message) {
    state_.house.desk = std::move(message.desk);
    state_.house.has_staff_pin = message.has_staff_pin;
    if (state_.place != KioskPlace::Opening) return;
    ask(ForgetCustomer{});  // what the last customer wrote lies beside what was read
    if (message.has_staff_pin) {
      state_.place = KioskPlace::Attract;
      return;
    }
    state_.place = KioskPlace::ChoosePin;
    state_.pin = {};
    state_.pin.stage = PinState::Stage::ChooseNew;
  }
  void operator()(UnitFound& message) {
    auto& found = customer().found;
    found.is_loading = false;
    if (!customer().next_code.empty()) {
      auto next = std::exchange(customer().next_code, {});
      look_for(next);
      wipe(next);
      return;
    }
    if (state_.place == KioskPlace::Unit) found.value = std::move(message.found);
  }
  void operator()(const StaffPinAccepted&) { state_.is_left = true; }
  void operator()(const StaffPinSet&) {
    state_.pin = {};
    state_.house.has_staff_pin = true;
    if (state_.place == KioskPlace::ChoosePin) state_.place = KioskPlace::Attract;
  }
  void operator()(const StaffPinRefused& message) {
    auto& pin = state_.pin;
    pin.is_checking = false;
    wipe(pin.digits);
    pin.is_wrong = true;
    if (message.wait.count() > 0) pin.blocked_until_ms = now_.ms + message.wait.count();
  }
  void operator()(const WriteFailed&) {
    // A customer cannot mend the disk. What was asked for is answered as if nothing was found.
    auto& found = customer().found;
    if (!found.is_loading) return;
    found.is_loading = false;
    found.value = shown::FoundUnit{};
  }
  void operator()(const SyncMoved& message) {
    const auto& progress = message.progress;
    if (progress.stage == shown::SyncProgress::Stage::Sending && progress.total_count > 0)
      state_.has_sent = true;
  }
  void operator()(const SyncEnded& message) {
    if (message.has_news) ask(LoadServiceDesk{});
    if (state_.place != KioskPlace::Attract) return;
    ask(ForgetCustomer{});
    if (state_.has_sent && message.progress.problem.empty()) state_.is_to_renew = true;
  }
  template <class Other>
  void operator()(const Other&) {}  // the tablet's

  // ---- time
  void pass_time() {
    auto& pin = state_.pin;
    if (pin.blocked_until_ms && *pin.blocked_until_ms <= now_.ms) {
      pin.blocked_until_ms.reset();
      pin.is_wrong = false;
    }
    if (state_.place == KioskPlace::Attract) {
      if (state_.greeting_until_ms > 0 && now_.ms >= state_.greeting_until_ms)
        state_.greeting = (state_.greeting + 1) % kGreetingCount;
      if (now_.ms >= state_.greeting_until_ms) state_.greeting_until_ms = now_.ms + kGreetingMs;
      return;
    }
    auto& closes = customer().closes_at_ms;
    if (!closes) return;
    const auto left = *closes - now_.ms;
    if (left <= 0) {
      start_again();
      return;
    }
    customer().counted_to_ms = *closes;
    customer().seconds_left.reset();
    if (left <= warning_ms(state_)) customer().seconds_left = (left + 999) / 1000;
  }

  KioskStep end() && { return {std::move(state_), std::move(effects_)}; }
  void ask(Effect effect) { effects_.push_back(std::move(effect)); }

 private:
  KioskCustomer& customer() { return state_.customer; }

  void close(std::string key, std::string detail) {
    state_.place = KioskPlace::Closed;
    state_.behind.clear();
    state_.problem = std::move(key);
    state_.problem_detail = std::move(detail);
  }

  void begin_customer(const std::string& language) {
    state_.is_used = true;
    customer().language = language;
    customer().theme = state_.house.theme;
    customer().text_percent = state_.house.text_percent;
    state_.behind.clear();
    state_.place = KioskPlace::Home;
    stay();
  }

  void go(KioskPlace place) {
    if (state_.place == place) return;
    state_.behind.push_back(state_.place);
    state_.place = place;
    stay();
  }

  /// Somebody is here: the page stays as long as pages stay.
  void stay() {
    if (!shown::is_of_customer(state_.place)) return;
    auto time = state_.house.idle_ms;
    if (state_.place == KioskPlace::Thanks) time = std::min(time, kThanksMs);
    if (state_.place == KioskPlace::StaffPin) time = std::min(time, kStaffPinMs);
    customer().closes_at_ms = now_.ms + time;
  }

  void look_for(std::string_view typed) {
    auto code = readable(typed);
    if (code.find_first_not_of(' ') == std::string::npos) return;
    if (customer().found.is_loading) {
      wipe(customer().next_code);
      customer().next_code = std::move(code);
      return;
    }
    customer().code = std::move(code);
    customer().found.value.reset();
    customer().found.is_loading = true;
    go(KioskPlace::Unit);
    stay();
    ask(FindUnit{customer().code, std::nullopt});
  }

  void save_rating() {
    customer().rating.language = customer().language;
    ask(SaveRating{state_.customer_count, customer().rating});
  }

  void take_pin() {
    auto& pin = state_.pin;
    if (pin.stage == PinState::Stage::ChooseNew) {
      pin.first_digits = std::exchange(pin.digits, {});
      pin.stage = PinState::Stage::RepeatNew;
      return;
    }
    if (pin.stage == PinState::Stage::RepeatNew && pin.digits != pin.first_digits) {
      pin = {};
      pin.stage = PinState::Stage::ChooseNew;
      pin.is_unequal = true;
      return;
    }
    pin.is_checking = true;
    if (pin.stage == PinState::Stage::RepeatNew) {
      ask(SetStaffPin{pin.digits});
    } else {
      ask(CheckStaffPin{pin.digits});
    }
  }

  /// For the next customer: nothing of this one stays, neither here nor in the memory of the process.
  void start_again() {
    auto& leaving = customer();
    for (auto* text : {&leaving.serial, &leaving.code, &leaving.next_code, &leaving.comment,
                       &leaving.rating.comment, &state_.pin.digits, &state_.pin.first_digits})
      wipe(*text);
    if (leaving.found.value) wipe(leaving.found.value->serial);
    leaving = {};
    leaving.language = state_.house.language;
    leaving.theme = state_.house.theme;
    leaving.text_percent = state_.house.text_percent;
    state_.pin = {};
    ++state_.customer_count;
    state_.behind.clear();
    state_.place = KioskPlace::Attract;
    state_.greeting = 0;
    state_.greeting_until_ms = now_.ms + kGreetingMs;
    ask(ForgetCustomer{});
    state_.is_to_renew = state_.is_used;
  }

  KioskState state_;
  Now now_;
  std::vector<Effect> effects_;
};

}  // namespace

std::int64_t warning_ms(const KioskState& state) {
  return std::min(kCountdownMsMax, state.house.idle_ms * 2 / 3);
}

bool is_closing(const KioskState& state) {
  if (state.place == KioskPlace::Thanks || state.place == KioskPlace::StaffPin) return false;
  const auto sheet_ms = std::min(kSheetMsMax, state.house.idle_ms / 3);
  return state.customer.seconds_left && *state.customer.seconds_left * 1000 <= sheet_ms;
}

KioskStep begin(KioskState state, const Now& now) {
  state.customer.language = state.house.language;
  state.customer.theme = state.house.theme;
  state.customer.text_percent = state.house.text_percent;
  KioskTurn turn{std::move(state), now};
  turn.ask(LoadStart{});
  return std::move(turn).end();
}

KioskStep update(KioskState state, const kiosk_intent::Any& intent, const Now& now) {
  KioskTurn turn{std::move(state), now};
  std::visit(turn, intent);
  return std::move(turn).end();
}

KioskStep receive(KioskState state, Message message, const Now& now) {
  KioskTurn turn{std::move(state), now};
  std::visit([&](auto& one) { turn(one); }, message);
  return std::move(turn).end();
}

KioskStep pass_time(KioskState state, const Now& now) {
  KioskTurn turn{std::move(state), now};
  turn.pass_time();
  return std::move(turn).end();
}

std::optional<std::int64_t> next_due_ms(const KioskState& state) {
  if (state.place == KioskPlace::Attract) return state.greeting_until_ms;
  std::optional<std::int64_t> due = state.pin.blocked_until_ms;
  const auto& customer = state.customer;
  if (!customer.closes_at_ms || !shown::is_of_customer(state.place)) return due;
  std::int64_t next = *customer.closes_at_ms - warning_ms(state);
  if (customer.seconds_left) {
    // Counted to another end than the one that is near now: to be told anew at once.
    next = customer.counted_to_ms == *customer.closes_at_ms
               ? *customer.closes_at_ms - (*customer.seconds_left - 1) * 1000
               : 0;
  }
  return due ? std::min(*due, next) : next;
}

}  // namespace aftercare::app
