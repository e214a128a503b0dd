#pragma once

#include "shared/base/result.h"

#include <filesystem>
#include <string>
#include <vector>

/// The on-screen keyboards of assets/keyboards, as data. Who draws them decides what they look like.
namespace aftercare::ui {

struct Key {
  enum class Does { Type, Shift, Backspace, Enter, Symbols, Letters, Language, Hide, Decimal };
  Does does = Does::Type;
  std::string types;                            // empty unless it types
  std::string shifted;                          // the same again where shift changes nothing
  std::vector<std::string> alternates;          // offered by a long press
  std::vector<std::string> shifted_alternates;  // as many
  float width = 1;                              // in units of its row
};

struct KeyboardLayer {
  std::vector<std::vector<Key>> rows;  // from the top; all equally wide
};

struct KeyboardLayout {
  std::string code;  // of the language, or "number", "date", "phone"
  KeyboardLayer letters;
  KeyboardLayer symbols;   // no rows on the pads; otherwise as wide as the letters
  bool has_telex = false;  // what is typed goes through telex() of telex.h
};

inline constexpr std::size_t kKeyboardRowsMax = 5;

/// How many units wide the rows are.
[[nodiscard]] float row_width(const std::vector<Key>& row);

/// Reads every `<code>.json` of the folder, in order of their names. NotFound or Corrupt with a sentence that
/// names the file, and row and key of the first mistake.
[[nodiscard]] Result<std::vector<KeyboardLayout>> load_keyboards(const std::filesystem::path& folder);

}  // namespace aftercare::ui
