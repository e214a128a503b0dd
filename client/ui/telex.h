#pragma once

#include <string>
#include <string_view>

namespace aftercare::ui {

/// Vietnamese as it is typed on a keyboard of plain letters: the word before the cursor and the key that was
/// pressed give the word that stands there afterwards.
///
///   aa ee oo   â ê ô, when the vowel was typed last          s f r x j   the five tones, any time later
///   aw ow uw   ă ơ ư, also after the last consonant           z           takes the tone away
///   dd         đ, at the start of a word                      again       the same key once more undoes it
///
/// A tone stands where it is traditionally written (hòa, thúy, quý, khỏe) and moves when the word grows.
/// Where no Vietnamese syllable would come of it, the key types itself: "Wi-Fi" and "kW" stay as they are.
/// `word_before` is composed (NFC); what precedes its last sign that is no letter comes back unchanged.
[[nodiscard]] std::string telex(std::string_view word_before, char32_t key);

}  // namespace aftercare::ui
