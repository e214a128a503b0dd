#pragma once

#include "client/app/kiosk_state.h"

/// What a tap at a kiosk, a worker's answer and the passing of time mean. Pure, as update.h.
namespace aftercare::app {

[[nodiscard]] KioskStep begin(KioskState state, const Now& now);
[[nodiscard]] KioskStep update(KioskState state, const kiosk_intent::Any& intent, const Now& now);
[[nodiscard]] KioskStep receive(KioskState state, Message message, const Now& now);
[[nodiscard]] KioskStep pass_time(KioskState state, const Now& now);
[[nodiscard]] std::optional<std::int64_t> next_due_ms(const KioskState& state);

/// Of the time that nobody touched the page, so much is counted down in words, and the last of it over a
/// sheet that cannot be overlooked.
[[nodiscard]] std::int64_t warning_ms(const KioskState& state);
[[nodiscard]] bool is_closing(const KioskState& state);

inline constexpr std::int64_t kGreetingMs = 6'000;  // before another language greets
inline constexpr std::int64_t kThanksMs = 12'000;
inline constexpr std::int64_t kStaffPinMs = 45'000;
inline constexpr std::int64_t kMoreTimeMs = 60'000;
inline constexpr std::size_t kKnockCount = 5;
inline constexpr std::int64_t kKnockPauseMs = 1'500;
inline constexpr std::size_t kGreetingCount = 6;
inline constexpr int kTextPercents[] = {100, 130, 160};
inline constexpr std::size_t kCodeBytesMax = 512;

}  // namespace aftercare::app
