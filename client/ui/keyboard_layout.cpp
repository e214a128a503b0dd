#include "client/ui/keyboard_layout.h"

#include "shared/base/json.h"
#include "shared/base/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <iterator>
#include <numeric>
#include <optional>
#include <system_error>
#include <utility>

namespace aftercare::ui {
namespace {

using Json = nlohmann::json;

constexpr std::string_view kRemedy =
    "install Aftercare again, or copy assets/keyboards from the same version of it";
constexpr JsonLimits kLimits{.byte_count_max = 64 << 10, .depth_max = 8, .value_count_max = 2'000};
constexpr float kWidthMin = 0.5F;
constexpr float kWidthMax = 8;
constexpr float kWidthSlack = 0.001F;  // 0.9 ten times is not quite 9

constexpr std::array<std::pair<std::string_view, Key::Does>, 8> kDoings{{
    {"shift", Key::Does::Shift},
    {"backspace", Key::Does::Backspace},
    {"enter", Key::Does::Enter},
    {"symbols", Key::Does::Symbols},
    {"letters", Key::Does::Letters},
    {"language", Key::Does::Language},
    {"hide", Key::Does::Hide},
    {"decimal", Key::Does::Decimal},
}};

Error wrong(std::string what) { return {ErrorKind::Invalid, std::move(what)}; }

std::vector<std::string> characters(std::string_view text) {
  std::vector<std::string> result;
  for (const char byte : text) {
    const bool is_first = (static_cast<unsigned char>(byte) & 0xc0) != 0x80;
    if (is_first) result.emplace_back();
    result.back() += byte;  // parse_json() let only whole UTF-8 through
  }
  return result;
}

/// "eE éÉ": what a key types without and with shift, then the same for each of its alternates.
Result<Key> key_of_words(std::string_view words) {
  if (words.ends_with(' ')) return wrong("it ends with a blank");
  Key key;
  while (!words.empty()) {
    const auto end = std::min(words.find(' '), words.size());
    const auto word = characters(words.substr(0, end));
    words.remove_prefix(std::min(end + 1, words.size()));
    if (word.empty() || word.size() > 2) {
      return wrong("a word has one character, or two when shift changes it; one blank stands between words");
    }
    if (key.types.empty()) {
      key.types = word.front();
      key.shifted = word.back();
    } else {
      key.alternates.push_back(word.front());
      key.shifted_alternates.push_back(word.back());
    }
  }
  if (key.types.empty()) return wrong("it types nothing");
  return key;
}

/// The member when it is a text; empty when it is missing or something else.
std::string_view text_at(const Json& object, const char* name) {
  const auto at = object.find(name);
  return at != object.end() && at->is_string() ? std::string_view{at->get_ref<const std::string&>()}
                                               : std::string_view{};
}

Result<Key> key_of_object(const Json& object) {
  const auto words = text_at(object, "key");
  const auto types = text_at(object, "types");
  const auto does = text_at(object, "does");
  const auto named_count =
      static_cast<int>(!words.empty()) + static_cast<int>(!types.empty()) + static_cast<int>(!does.empty());
  if (named_count != 1 || object.size() > 2) {
    return wrong("it needs exactly one of \"key\", \"types\" and \"does\", and may have a \"width\"");
  }

  Key key;
  if (!words.empty()) {
    auto read = key_of_words(words);
    if (!read) return read;
    key = std::move(read).value();
  } else if (!types.empty()) {
    key.types = key.shifted = types;
  } else {
    const auto* const doing = std::ranges::find(kDoings, does, [](const auto& entry) { return entry.first; });
    if (doing == kDoings.end()) return wrong(fmt::format("nobody knows how to do \"{}\"", does));
    key.does = doing->second;
  }
  if (object.size() == 1) return key;

  const auto width = object.find("width");
  if (width == object.end() || !width->is_number()) return wrong("its width is no number");
  key.width = width->get<float>();
  if (!(key.width >= kWidthMin && key.width <= kWidthMax)) {
    return wrong(fmt::format("its width is not between {} and {}", kWidthMin, kWidthMax));
  }
  return key;
}

Result<Key> key_of(const Json& json) {
  if (json.is_string()) return key_of_words(json.get_ref<const std::string&>());
  if (json.is_object()) return key_of_object(json);
  return wrong("it is neither a text nor an object");
}

Result<KeyboardLayer> layer_of(const Json& json, std::string_view name) {
  if (!json.is_array() || json.empty() || json.size() > kKeyboardRowsMax) {
    return wrong(fmt::format("\"{}\" is no list of 1 to {} rows", name, kKeyboardRowsMax));
  }
  KeyboardLayer layer;
  for (const auto& row : json) {
    const auto row_number = layer.rows.size() + 1;
    if (!row.is_array() || row.empty())
      return wrong(fmt::format("row {} of \"{}\" is no list of keys", row_number, name));
    auto& keys = layer.rows.emplace_back();
    for (const auto& entry : row) {
      auto key = key_of(entry);
      if (!key) {
        return wrong(fmt::format("key {} in row {} of \"{}\": {}", keys.size() + 1, row_number, name,
                                 key.error().detail));
      }
      keys.push_back(std::move(key).value());
    }
  }
  return layer;
}

/// A row that is narrower than the others would leave a hole, or squeeze its neighbours.
Done check_widths(const KeyboardLayout& layout) {
  const float width = row_width(layout.letters.rows.front());
  for (const auto* layer : {&layout.letters, &layout.symbols}) {
    for (std::size_t i = 0; i < layer->rows.size(); ++i) {
      const float own = row_width(layer->rows[i]);
      if (std::abs(own - width) > kWidthSlack) {
        return wrong(fmt::format("row {} of \"{}\" is {} units wide, the first of \"letters\" {}", i + 1,
                                 layer == &layout.letters ? "letters" : "symbols", own, width));
      }
    }
  }
  return done();
}

Result<KeyboardLayout> layout_of(const Json& json, const std::string& code) {
  if (!json.is_object()) return wrong("it is no object");
  if (text_at(json, "code") != code) return wrong("\"code\" is not the name of the file");
  for (const auto& [name, value] : json.items()) {
    if (name != "code" && name != "telex" && name != "letters" && name != "symbols")
      return wrong(fmt::format("nobody knows \"{}\"", name));
  }

  KeyboardLayout layout;
  layout.code = code;
  if (const auto telex = json.find("telex"); telex != json.end()) {
    if (!telex->is_boolean()) return wrong("\"telex\" is neither true nor false");
    layout.has_telex = telex->get<bool>();
  }
  const auto letters = json.find("letters");
  if (letters == json.end()) return wrong("it has no \"letters\"");
  auto layer = layer_of(*letters, "letters");
  if (!layer) return layer.error();
  layout.letters = std::move(layer).value();
  if (const auto symbols = json.find("symbols"); symbols != json.end()) {
    layer = layer_of(*symbols, "symbols");
    if (!layer) return layer.error();
    layout.symbols = std::move(layer).value();
  }
  if (const auto widths = check_widths(layout); !widths) return widths.error();
  return layout;
}

Result<KeyboardLayout> load_keyboard(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::string bytes(kLimits.byte_count_max + 1, '\0');  // one more, so that parse_json() sees the excess
  stream.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<std::size_t>(stream.gcount()));

  const auto damaged = [&](const Error& error) {
    return Error{ErrorKind::Corrupt, fmt::format("the keyboard file {} is damaged ({}): {}", file.string(),
                                                 error.detail, kRemedy)};
  };
  const auto composed = to_nfc(bytes);
  if (!composed) return damaged(composed.error());
  if (composed.value() != bytes) return damaged(wrong("a letter is written in parts"));
  const auto json = parse_json(bytes, kLimits);
  if (!json) return damaged(json.error());
  auto layout = layout_of(json.value(), file.stem().string());
  if (!layout) return damaged(layout.error());
  return layout;
}

}  // namespace

float row_width(const std::vector<Key>& row) {
  return std::accumulate(row.begin(), row.end(), 0.0F,
                         [](float sum, const Key& key) { return sum + key.width; });
}

Result<std::vector<KeyboardLayout>> load_keyboards(const std::filesystem::path& folder) {
  std::error_code failure;
  std::vector<std::filesystem::path> files;
  for (std::filesystem::directory_iterator at(folder, failure), end; !failure && at != end;
       at.increment(failure)) {
    if (at->path().extension() == ".json") files.push_back(at->path());
  }
  if (failure || files.empty()) {
    return Error{ErrorKind::NotFound,
                 fmt::format("the folder {} is missing, unreadable or without keyboards: {}", folder.string(),
                             kRemedy)};
  }
  std::ranges::sort(files);

  std::vector<KeyboardLayout> layouts;
  for (const auto& file : files) {
    auto layout = load_keyboard(file);
    if (!layout) return layout.error();
    layouts.push_back(std::move(layout).value());
  }
  return layouts;
}

}  // namespace aftercare::ui
