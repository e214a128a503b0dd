/// Fails when a language would let somebody down: a text that is missing, untranslated or broken, a plural
/// form that does not exist in that language, a character that our fonts cannot draw.
///
///     check_languages FOLDER       reads assets/lang and the sources of the project in FOLDER
///     check_languages --self-test  breaks a small catalogue in each way and makes sure that it is found
///
/// Every complaint is one line: file, key, what is wrong and what to do.

#include "shared/base/json.h"
#include "shared/base/text.h"
#include "shared/language/catalogue.h"

#include <fmt/format.h>
#include <fontconfig/fontconfig.h>
#include <ft2build.h>
#include FT_FREETYPE_H
#include <unicode/messagepattern.h>
#include <unicode/plurrule.h>
#include <unicode/strenum.h>
#include <unicode/uchar.h>
#include <unicode/uscript.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <functional>
#include <iostream>
#include <iterator>
#include <memory>
#include <optional>
#include <regex>
#include <set>

namespace {

using namespace aftercare;
using language::Texts;

constexpr std::string_view kEnglish = "en";

/// A key whose value may equal the English one, in which languages, and why.
struct Same {
  std::set<std::string> languages;
  std::string reason;
};

/// All that is checked together.
struct Subject {
  std::map<std::string, Texts, std::less<>> texts;  // by language
  std::map<std::string, Same> same_as_english;
  std::map<std::string, std::string> sources;  // C++ by file name
};

using Complaints = std::vector<std::string>;

std::string place(std::string_view code, std::string_view key) {
  return fmt::format("assets/lang/{}.json: {}", code, key);
}

// ---- What a pattern is made of ---------------------------------------------------------------------------

struct Branch {
  std::string selector;  // "one", "other", "=0"
  bool says_number = false;
};

struct Placeholder {
  std::string kind;  // plain, plural, ordinal, select or styled
  std::vector<Branch> branches;
};

struct Shape {
  std::map<std::string, Placeholder> placeholders;
  std::string words;  // what stands outside of the placeholders
};

std::string to_utf8(const icu::UnicodeString& text) {
  std::string utf8;
  return text.toUTF8String(utf8);
}

std::string kind_of(UMessagePatternArgType type) {
  switch (type) {
    case UMSGPAT_ARG_TYPE_NONE: return "plain";
    case UMSGPAT_ARG_TYPE_PLURAL: return "plural";
    case UMSGPAT_ARG_TYPE_SELECTORDINAL: return "ordinal";
    case UMSGPAT_ARG_TYPE_SELECT: return "select";
    case UMSGPAT_ARG_TYPE_SIMPLE:
    case UMSGPAT_ARG_TYPE_CHOICE: break;
  }
  return "styled";
}

/// Walks ICU's flat list of parts. Each start part knows the index of its end.
class ShapeReader {
 public:
  explicit ShapeReader(const icu::MessagePattern& pattern) : pattern_(pattern) {}

  Shape read() {
    message(0);
    return std::move(shape_);
  }

 private:
  int message(int start) {
    const int limit = pattern_.getLimitPartIndex(start);
    int text_from = pattern_.getPart(start).getLimit();
    for (int i = start + 1; i <= limit; ++i) {
      const auto& part = pattern_.getPart(i);
      words(text_from, part.getIndex());
      text_from = part.getLimit();
      if (part.getType() == UMSGPAT_PART_TYPE_REPLACE_NUMBER) says_number_ = true;
      if (part.getType() == UMSGPAT_PART_TYPE_ARG_START) {
        i = argument(i);
        text_from = pattern_.getPart(i).getLimit();
      }
    }
    shape_.words += ' ';
    return limit;
  }

  int argument(int start) {
    const int limit = pattern_.getLimitPartIndex(start);
    const auto name = to_utf8(pattern_.getSubstring(pattern_.getPart(start + 1)));
    Placeholder placeholder{kind_of(pattern_.getPart(start).getArgType()), {}};
    for (int i = start + 2; i < limit; ++i) {
      if (pattern_.getPart(i).getType() != UMSGPAT_PART_TYPE_ARG_SELECTOR) continue;
      Branch branch{to_utf8(pattern_.getSubstring(pattern_.getPart(i)))};
      while (pattern_.getPart(i).getType() != UMSGPAT_PART_TYPE_MSG_START) ++i;
      says_number_ = false;
      i = message(i);
      branch.says_number = says_number_;
      placeholder.branches.push_back(branch);
    }
    auto& known = shape_.placeholders[name];
    if (known.kind.empty() || known.kind == "plain") known = placeholder;
    return limit;
  }

  void words(int from, int to) {
    if (to > from) shape_.words += to_utf8(pattern_.getPatternString().tempSubStringBetween(from, to));
  }

  const icu::MessagePattern& pattern_;
  Shape shape_;
  bool says_number_ = false;
};

std::optional<Shape> shape_of(const std::string& text) {
  UErrorCode status = U_ZERO_ERROR;
  UParseError where{};
  const icu::MessagePattern pattern(icu::UnicodeString::fromUTF8(text), &where, status);
  if (U_FAILURE(status)) return std::nullopt;
  return ShapeReader(pattern).read();
}

// ---- Keys, placeholders, plurals -------------------------------------------------------------------------

void check_keys(const Subject& subject, Complaints& complaints) {
  static const std::regex kKey("[a-z][a-z0-9_]*(\\.[a-z][a-z0-9_]*)+");
  const auto& english = subject.texts.at(std::string(kEnglish));
  for (const auto& [key, text] : english) {
    if (!std::regex_match(key, kKey)) {
      complaints.push_back(place(kEnglish, key) +
                           ": name it by place, then meaning, as in visit.sign_off.title");
    }
  }
  for (const auto& [code, texts] : subject.texts) {
    for (const auto& [key, text] : english) {
      if (!texts.contains(key)) {
        complaints.push_back(place(code, key) + fmt::format(": is missing; translate \"{}\"", text));
      }
    }
    for (const auto& [key, text] : texts) {
      if (!english.contains(key)) {
        complaints.push_back(place(code, key) + ": is not in en.json; add it there or remove it here");
      }
    }
  }
}

void check_branches(const std::string& where, std::string_view code, const std::string& name,
                    const Placeholder& placeholder, Complaints& complaints) {
  UErrorCode status = U_ZERO_ERROR;
  const auto type = placeholder.kind == "ordinal" ? UPLURAL_TYPE_ORDINAL : UPLURAL_TYPE_CARDINAL;
  const std::unique_ptr<icu::PluralRules> rules(
      icu::PluralRules::forLocale(icu::Locale(std::string(code).c_str()), type, status));
  const std::unique_ptr<icu::StringEnumeration> keywords(U_SUCCESS(status) ? rules->getKeywords(status)
                                                                           : nullptr);
  if (U_FAILURE(status)) {
    complaints.push_back(where +
                         ": ICU has no plural rules for this language; check the installation of ICU");
    return;
  }

  std::set<std::string> categories;
  while (const char* keyword = keywords->next(nullptr, status)) categories.insert(keyword);
  for (const auto& category : categories) {
    if (std::ranges::find(placeholder.branches, category, &Branch::selector) == placeholder.branches.end()) {
      complaints.push_back(
          where + fmt::format(": {{{}}} has no form \"{}\"; this language needs one", name, category));
    }
  }

  const bool says_number = std::ranges::any_of(placeholder.branches, &Branch::says_number);
  for (const auto& branch : placeholder.branches) {
    if (branch.selector.starts_with("=")) continue;
    if (!categories.contains(branch.selector)) {
      complaints.push_back(where +
                           fmt::format(": {{{}}} has a form \"{}\" that this language never uses; remove it",
                                       name, branch.selector));
      continue;
    }
    std::array<double, 4> samples{};
    const auto sample_count = rules->getSamples(icu::UnicodeString::fromUTF8(branch.selector), samples.data(),
                                                samples.size(), status);
    if (says_number && !branch.says_number && sample_count > 1) {
      complaints.push_back(
          where + fmt::format(": the form \"{}\" of {{{}}} stands for {} and {} alike; write # in it",
                              branch.selector, name, samples[0], samples[1]));
    }
  }
}

void check_placeholders(const std::string& where, std::string_view code, const Shape& shape,
                        const Shape& english, Complaints& complaints) {
  for (const auto& [name, expected] : english.placeholders) {
    const auto found = shape.placeholders.find(name);
    if (found == shape.placeholders.end()) {
      complaints.push_back(where +
                           fmt::format(": does not say {{{}}}, which the English text says; add it", name));
    } else if (found->second.kind != expected.kind) {
      complaints.push_back(where + fmt::format(": {{{}}} is {} here and {} in English; make them alike", name,
                                               found->second.kind, expected.kind));
    } else if (expected.kind == "select") {
      std::set<std::string> here, there;
      for (const auto& branch : found->second.branches) here.insert(branch.selector);
      for (const auto& branch : expected.branches) there.insert(branch.selector);
      if (here != there) {
        complaints.push_back(where +
                             fmt::format(": {{{}}} does not choose between the same words as in English; "
                                         "make them alike",
                                         name));
      }
    }
  }
  for (const auto& [name, placeholder] : shape.placeholders) {
    if (!english.placeholders.contains(name)) {
      complaints.push_back(
          where + fmt::format(": says {{{}}}, which the English text does not; nobody gives it a value, "
                              "so remove it",
                              name));
    }
    if (placeholder.kind == "styled") {
      complaints.push_back(where +
                           fmt::format(": {{{}}} has a style of its own; write {{{}}} only, arguments come "
                                       "formatted",
                                       name, name));
    }
    if (placeholder.kind == "plural" || placeholder.kind == "ordinal") {
      check_branches(where, code, name, placeholder, complaints);
    }
  }
}

// ---- Words -----------------------------------------------------------------------------------------------

std::vector<char32_t> characters_of(std::string_view text) {
  const auto unicode =
      icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<int>(text.size())));
  std::vector<char32_t> characters;
  for (int i = 0; i < unicode.length(); i = unicode.moveIndex32(i, 1)) {
    characters.push_back(static_cast<char32_t>(unicode.char32At(i)));
  }
  return characters;
}

UScriptCode script_of(char32_t character) {
  const auto code_point = static_cast<UChar32>(character);
  if (!u_isalpha(code_point)) return USCRIPT_COMMON;
  UErrorCode status = U_ZERO_ERROR;
  const auto script = uscript_getScript(code_point, &status);
  return script == USCRIPT_GREEK ? USCRIPT_COMMON : script;  // Ω, µ: symbols everywhere
}

UScriptCode script_of_language(std::string_view code) {
  return code == "ka" ? USCRIPT_GEORGIAN : code == "ru" ? USCRIPT_CYRILLIC : USCRIPT_LATIN;
}

/// A Latin "a" inside a Cyrillic word looks right and is found by no search.
bool has_mixed_word(std::string_view words) {
  auto script = USCRIPT_COMMON;
  for (const auto character : characters_of(words)) {
    const auto next = script_of(character);
    if (next != USCRIPT_COMMON && script != USCRIPT_COMMON && next != script) return true;
    script = next;
  }
  return false;
}

void check_words(const std::string& where, std::string_view code, const std::string& text, const Shape& shape,
                 Complaints& complaints) {
  if (trimmed(text).empty()) complaints.push_back(where + ": is empty; translate it");
  if (trimmed(text) != text) complaints.push_back(where + ": begins or ends with a blank; remove it");
  if (const auto nfc = to_nfc(text); !nfc || nfc.value() != text) {
    complaints.push_back(where + ": is not composed (NFC), so letters would fall apart; write it composed");
  }
  if (text.find('\'') != std::string::npos || text.find('"') != std::string::npos) {
    complaints.push_back(
        where + ": has a typewriter's quote, which patterns give a meaning; write the language's own");
  }
  for (const auto character : characters_of(text)) {
    if (u_iscntrl(static_cast<UChar32>(character))) {
      complaints.push_back(where + fmt::format(": has the control character U+{:04X}; remove it",
                                               static_cast<std::uint32_t>(character)));
    }
  }
  if (has_mixed_word(shape.words)) {
    complaints.push_back(where + ": has letters of two scripts in one word; type the word again");
  }

  std::set<UScriptCode> scripts;
  for (const auto character : characters_of(shape.words)) scripts.insert(script_of(character));
  scripts.erase(USCRIPT_COMMON);
  if (!scripts.empty() && !scripts.contains(script_of_language(code))) {
    complaints.push_back(where + ": has no letter of this language's script; translate it");
  }
}

void check_same_as_english(const Subject& subject, Complaints& complaints) {
  const std::string list = "assets/lang/same_as_english.json: ";
  const auto& english = subject.texts.at(std::string(kEnglish));
  const auto is_listed = [&](const std::string& key, const std::string& code) {
    const auto found = subject.same_as_english.find(key);
    return found != subject.same_as_english.end() && found->second.languages.contains(code);
  };

  for (const auto& [code, texts] : subject.texts) {
    if (code == kEnglish) continue;
    for (const auto& [key, text] : texts) {
      const auto source = english.find(key);
      if (source == english.end()) continue;
      if (text == source->second && !is_listed(key, code)) {
        complaints.push_back(place(code, key) +
                             fmt::format(": is the English text \"{}\"; translate it, or list it with "
                                         "its reason in same_as_english.json",
                                         text));
      }
      if (text != source->second && is_listed(key, code)) {
        complaints.push_back(list + key +
                             fmt::format(": {} differs from English by now; remove it from the list", code));
      }
    }
  }
  for (const auto& [key, same] : subject.same_as_english) {
    if (!english.contains(key)) complaints.push_back(list + key + ": no such text; remove the entry");
    if (trimmed(same.reason).empty())
      complaints.push_back(list + key + ": gives no reason; say why it may be so");
    for (const auto& code : same.languages) {
      if (code == kEnglish || !subject.texts.contains(code)) {
        complaints.push_back(list + key + fmt::format(": \"{}\" is no language of ours; correct it", code));
      }
    }
  }
}

// ---- Glyphs ----------------------------------------------------------------------------------------------

/// The faces that the screens use: Noto Sans with Noto Sans Georgian, regular and bold.
class Fonts {
 public:
  static Result<Fonts> find() {
    Fonts fonts;
    FT_Library library = nullptr;
    if (FcInit() != FcTrue || FT_Init_FreeType(&library) != 0) {
      return Error{ErrorKind::NotFound,
                   "fontconfig or FreeType does not start; platforms/linux/install installs them"};
    }
    fonts.library_.reset(library, FT_Done_FreeType);
    for (auto& weight : fonts.weights_) {
      for (const char* family : {"Noto Sans", "Noto Sans Georgian"}) {
        const auto file = file_of(family, weight.fc_weight);
        FT_Face face = nullptr;
        if (file.empty() || FT_New_Face(library, file.c_str(), 0, &face) != 0) {
          return Error{
              ErrorKind::NotFound,
              fmt::format("the font {} {} is not installed; platforms/linux/install installs fonts-noto-core",
                          family, weight.name)};
        }
        weight.faces.push_back(face);
      }
    }
    FcFini();
    return fonts;
  }

  /// The weight that cannot draw the character; empty when both can.
  [[nodiscard]] std::string_view lacking(char32_t character) const {
    for (const auto& weight : weights_) {
      const auto draws = [&](FT_Face face) { return FT_Get_Char_Index(face, character) != 0; };
      if (withheld.contains(character) || std::ranges::none_of(weight.faces, draws)) return weight.name;
    }
    return {};
  }

  std::set<char32_t> withheld;  // for the self-test

 private:
  struct Weight {
    std::string_view name;
    int fc_weight;
    std::vector<FT_Face> faces;
  };

  static std::string file_of(const char* family, int weight) {
    FcPattern* const wanted = FcPatternCreate();
    FcPatternAddString(wanted, FC_FAMILY, reinterpret_cast<const FcChar8*>(family));
    FcPatternAddInteger(wanted, FC_WEIGHT, weight);
    FcPatternAddInteger(wanted, FC_SLANT, FC_SLANT_ROMAN);
    FcConfigSubstitute(nullptr, wanted, FcMatchPattern);
    FcDefaultSubstitute(wanted);
    FcResult result = FcResultNoMatch;
    FcPattern* const found = FcFontMatch(nullptr, wanted, &result);
    FcPatternDestroy(wanted);

    std::string file;
    FcChar8* name = nullptr;
    FcChar8* path = nullptr;
    int found_weight = 0;
    if (found != nullptr && FcPatternGetString(found, FC_FAMILY, 0, &name) == FcResultMatch &&
        FcPatternGetInteger(found, FC_WEIGHT, 0, &found_weight) == FcResultMatch &&
        FcPatternGetString(found, FC_FILE, 0, &path) == FcResultMatch &&
        std::string_view(reinterpret_cast<const char*>(name)) == family && found_weight == weight) {
      file = reinterpret_cast<const char*>(path);  // fontconfig would otherwise offer the nearest face it has
    }
    if (found != nullptr) FcPatternDestroy(found);
    return file;
  }

  std::shared_ptr<FT_LibraryRec_> library_;  // takes its faces along when it goes
  std::array<Weight, 2> weights_{{{"regular", FC_WEIGHT_REGULAR, {}}, {"bold", FC_WEIGHT_BOLD, {}}}};
};

/// Complains once about each character that is not yet in `seen`.
void check_glyphs(const std::string& where, std::string_view text, const Fonts& fonts,
                  std::set<char32_t>& seen, Complaints& complaints) {
  for (const auto character : characters_of(text)) {
    if (!seen.insert(character).second) continue;
    if (const auto weight = fonts.lacking(character); !weight.empty()) {
      complaints.push_back(
          where + fmt::format(": our {} font has no glyph for U+{:04X}; write it with other characters",
                              weight, static_cast<std::uint32_t>(character)));
    }
  }
}

/// What ICU writes rather than we: every month, weekday and hour, numbers, lists, and money of both signs.
std::vector<std::string> samples_of(const language::Formatter& in) {
  using namespace std::chrono;
  using language::DateStyle;
  std::vector<std::string> samples;

  const auto first = sys_days(year(2025) / 1 / 6);  // a Monday
  for (const auto style : {DateStyle::Short, DateStyle::Long, DateStyle::Weekday, DateStyle::Brief}) {
    for (int day_count = 0; day_count < 366; ++day_count) {
      samples.push_back(in.date(year_month_day(first + days(day_count)), style));
    }
  }
  for (const char* zone :
       {"Europe/Prague", "Asia/Tbilisi", "Asia/Ho_Chi_Minh", "America/New_York", "Nowhere/Unknown"}) {
    for (int hour = 0; hour < 24; ++hour) {
      const language::Moment moment{first + hours(hour) + minutes(7), zone};
      samples.push_back(in.time(moment));
      samples.push_back(in.date_time(moment));
      samples.push_back(in.date_time(moment, language::ZoneShown::Yes));
    }
  }
  for (const auto number : {std::int64_t{0}, std::int64_t{-1234}, std::int64_t{9'876'543'210}}) {
    samples.push_back(in.number(number));
    samples.push_back(in.number(Decimal{number, 2}));
    for (const char* currency : {"EUR", "CZK", "GEL", "RUB", "VND", "USD"}) {
      samples.push_back(in.money(Money{number, currency}));
    }
  }
  for (const int minute_count : {0, 5, 60, 135}) samples.push_back(in.duration(minutes(minute_count)));
  samples.push_back(in.list(std::vector<std::string>{"A", "B"}));
  samples.push_back(in.list(std::vector<std::string>{"A", "B", "C"}));
  return samples;
}

// ---- Everything together ---------------------------------------------------------------------------------

void check_sources(const Subject& subject, Complaints& complaints) {
  static const std::regex kUse(R"re(\btr\(\s*"([a-z0-9_.]+)")re");
  const auto& english = subject.texts.at(std::string(kEnglish));
  for (const auto& [file, code] : subject.sources) {
    for (std::sregex_iterator use(code.begin(), code.end(), kUse), end; use != end; ++use) {
      const auto key = (*use)[1].str();
      if (!english.contains(key)) {
        complaints.push_back(
            fmt::format("{}: {}: is used here but not in en.json; add it to all languages", file, key));
      }
    }
  }
}

Complaints complaints_about(const Subject& subject, const Fonts& fonts) {
  Complaints complaints;
  check_keys(subject, complaints);
  check_same_as_english(subject, complaints);
  check_sources(subject, complaints);

  std::map<std::string, Shape> english;
  for (const auto& [key, text] : subject.texts.at(std::string(kEnglish))) {
    if (auto shape = shape_of(text)) english.emplace(key, std::move(*shape));
  }
  for (const auto& [code, texts] : subject.texts) {
    for (const auto& [key, text] : texts) {
      const auto where = place(code, key);
      std::set<char32_t> seen;
      check_glyphs(where, text, fonts, seen, complaints);
      const auto shape = shape_of(text);
      if (!shape) {
        complaints.push_back(where + ": is no message pattern of ICU; look for a brace that is not closed");
        continue;
      }
      const auto same = subject.same_as_english.find(key);
      const bool is_symbol = same != subject.same_as_english.end() && same->second.languages.contains(code);
      check_words(where, is_symbol ? kEnglish : std::string_view(code), text, *shape, complaints);
      if (english.contains(key)) check_placeholders(where, code, *shape, english.at(key), complaints);
    }
  }

  const language::Catalogue catalogue(subject.texts);
  for (const auto& known : language::languages()) {
    std::set<char32_t> seen;
    check_glyphs(fmt::format("shared/language/language.cpp: the name of {}", known.code), known.own_name,
                 fonts, seen, complaints);
    for (const auto& sample : samples_of(catalogue.in(known.code))) {
      check_glyphs(fmt::format("what ICU writes in {}: \"{}\"", known.code, sample), sample, fonts, seen,
                   complaints);
    }
  }
  return complaints;
}

// ---- Reading ---------------------------------------------------------------------------------------------

std::string read_file(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

Result<std::map<std::string, Same>> read_same_as_english(const std::filesystem::path& file) {
  const auto json = parse_json(read_file(file));
  if (!json) return Error{ErrorKind::Corrupt, fmt::format("{}: {}", file.string(), json.error().detail)};
  std::map<std::string, Same> all;
  try {
    for (const auto& [key, entry] : json.value().items()) {
      Same same;
      entry.at("languages").get_to(same.languages);
      entry.at("reason").get_to(same.reason);
      all.emplace(key, std::move(same));
    }
  } catch (const nlohmann::json::exception&) {
    return Error{
        ErrorKind::Corrupt,
        fmt::format("{}: each entry needs \"languages\", a list, and \"reason\", a text", file.string())};
  }
  return all;
}

Result<Subject> read_subject(const std::filesystem::path& root) {
  Subject subject;
  const auto folder = root / "assets" / "lang";
  for (const auto& known : language::languages()) {
    auto texts = language::read_texts(folder / fmt::format("{}.json", known.code));
    if (!texts) return texts.error();
    subject.texts.emplace(known.code, std::move(texts).value());
  }
  auto same = read_same_as_english(folder / "same_as_english.json");
  if (!same) return same.error();
  subject.same_as_english = std::move(same).value();

  for (const char* top : {"shared", "sync", "client"}) {
    if (!std::filesystem::is_directory(root / top)) continue;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root / top)) {
      const auto extension = entry.path().extension();
      if (extension != ".cpp" && extension != ".h") continue;
      subject.sources.emplace(std::filesystem::relative(entry.path(), root).string(),
                              read_file(entry.path()));
    }
  }
  return subject;
}

int report(const Complaints& complaints) {
  for (const auto& complaint : complaints) std::cout << complaint << '\n';
  if (!complaints.empty()) std::cout << fmt::format("check_languages: {} to put right\n", complaints.size());
  return complaints.empty() ? 0 : 1;
}

// ---- Self-test -------------------------------------------------------------------------------------------

Subject a_sound_subject() {
  Subject subject;
  const auto add = [&](std::string_view code, std::string save, std::string visits, std::string found) {
    subject.texts[std::string(code)] = {
        {"button.save", std::move(save)},       {"count.visits", std::move(visits)},
        {"state.found", std::move(found)},      {"unit.volt", code == "ru" ? "В" : code == "ka" ? "ვ" : "V"},
        {"format.date_time", "{date}, {time}"}, {"format.date_time_zone", "{date}, {time} ({zone})"}};
  };
  add("en", "Save", "{count, plural, one {# visit} other {# visits}}", "Found “{text}”.");
  add("cs", "Uložit",
      "{count, plural, one {# návštěva} few {# návštěvy} many {# návštěvy} other {# návštěv}}",
      "Nalezeno „{text}“.");
  add("ka", "შენახვა", "{count, plural, one {# ვიზიტი} other {# ვიზიტი}}", "ნაპოვნია „{text}“.");
  add("sl", "Shrani", "{count, plural, one {# obisk} two {# obiska} few {# obiski} other {# obiskov}}",
      "Najdeno »{text}«.");
  add("ru", "Сохранить", "{count, plural, one {# визит} few {# визита} many {# визитов} other {# визита}}",
      "Найдено «{text}».");
  add("vi", "Lưu", "{count, plural, other {# lượt}}", "Đã tìm thấy “{text}”.");
  subject.same_as_english["unit.volt"] = {{"cs", "sl", "vi"}, "a symbol"};
  for (const char* key : {"format.date_time", "format.date_time_zone"}) {
    subject.same_as_english[key] = {{"cs", "ka", "sl", "ru", "vi"}, "only arguments"};
  }
  subject.sources["client/screens/a_screen.cpp"] = "draw(tr(\"button.save\"));";
  return subject;
}

struct Breakage {
  std::string name;
  std::function<void(Subject&, Fonts&)> cause;
  std::string expected;  // a part of the complaint
};

std::vector<Breakage> breakages() {
  const auto set = [](std::string code, std::string key, std::string text) {
    return [=](Subject& subject, Fonts&) { subject.texts[code][key] = text; };
  };
  return {
      {"a key is missing", [](Subject& s, Fonts&) { s.texts["cs"].erase("button.save"); },
       "cs.json: button.save: is missing"},
      {"a key is too many", set("vi", "button.more", "Thêm"), "vi.json: button.more: is not in en.json"},
      {"a key is named by its text", set("en", "Save", "Save"), "en.json: Save: name it by place"},
      {"a placeholder is missing", set("sl", "state.found", "Najdeno."),
       "sl.json: state.found: does not say {text}"},
      {"a placeholder is misspelt", set("ru", "state.found", "Найдено «{tekst}»."),
       "ru.json: state.found: says {tekst}, which the English"},
      {"a brace is open", set("ka", "state.found", "ნაპოვნია „{text“."),
       "ka.json: state.found: is no message pattern"},
      {"a plural form is missing",
       set("cs", "count.visits", "{count, plural, one {# návštěva} many {# návštěvy} other {# návštěv}}"),
       "cs.json: count.visits: {count} has no form \"few\""},
      {"the dual is missing",
       set("sl", "count.visits", "{count, plural, one {# obisk} few {# obiski} other {# obiskov}}"),
       "sl.json: count.visits: {count} has no form \"two\""},
      {"a plural form is of another language",
       set("vi", "count.visits", "{count, plural, one {# lượt} other {# lượt}}"),
       "vi.json: count.visits: {count} has a form \"one\" that this language never uses"},
      {"21 would be told as one",
       set("ru", "count.visits",
           "{count, plural, one {Один визит} few {# визита} many {# визитов} other {# визита}}"),
       "ru.json: count.visits: the form \"one\" of {count} stands for 1 and 21 alike"},
      {"a plural became plain", set("ka", "count.visits", "{count} ვიზიტი"),
       "ka.json: count.visits: {count} is plain here and plural in English"},
      {"an argument is styled", set("cs", "state.found", "Nalezeno {text, number}."),
       "cs.json: state.found: {text} has a style of its own"},
      {"a text was left in English", set("vi", "button.save", "Save"),
       "vi.json: button.save: is the English text"},
      {"a text was left in another script", set("ka", "button.save", "Shenakhva"),
       "ka.json: button.save: has no letter of this language's script"},
      {"the list of equal texts is stale", set("cs", "unit.volt", "volt"),
       "same_as_english.json: unit.volt: cs differs from English by now"},
      {"the list names no text",
       [](Subject& s, Fonts&) {
         s.same_as_english["unit.furlong"] = {{"cs"}, "a symbol"};
       },
       "same_as_english.json: unit.furlong: no such text"},
      {"the list gives no reason", [](Subject& s, Fonts&) { s.same_as_english["unit.volt"].reason = " "; },
       "same_as_english.json: unit.volt: gives no reason"},
      {"the list names no language of ours",
       [](Subject& s, Fonts&) { s.same_as_english["unit.volt"].languages.insert("de"); },
       "same_as_english.json: unit.volt: \"de\" is no language of ours"},
      {"a letter is decomposed", set("vi", "button.save", "Lu\u031bu"),
       "vi.json: button.save: is not composed"},
      {"a text is empty", set("sl", "button.save", ""), "sl.json: button.save: is empty"},
      {"a blank was left over", set("sl", "button.save", "Shrani "),
       "sl.json: button.save: begins or ends with a blank"},
      {"a typewriter's quote hides an argument", set("en", "state.found", "Found '{text}'."),
       "en.json: state.found: has a typewriter's quote"},
      {"a line break was left over", set("cs", "button.save", "Ulo\u017eit\nhned"),
       "cs.json: button.save: has the control character U+000A"},
      {"a Latin letter stands in a Cyrillic word", set("ru", "button.save", "Сохpанить"),
       "ru.json: button.save: has letters of two scripts"},
      {"a glyph is missing", set("cs", "button.save", "Uložit \u2713"),
       "cs.json: button.save: our regular font has no glyph for U+2713"},
      {"a glyph of formatted text is missing", [](Subject&, Fonts& f) { f.withheld.insert(U'\u20ab'); },
       "what ICU writes in vi: \"0\u00a0₫\": our regular font has no glyph for U+20AB"},
      {"a glyph of a month's name is missing", [](Subject&, Fonts& f) { f.withheld.insert(U'ю'); }, "июня"},
      {"the code uses an unknown key",
       [](Subject& s, Fonts&) { s.sources["client/screens/b.cpp"] = "tr(\"button.jump\", {{\"n\", 1}})"; },
       "client/screens/b.cpp: button.jump: is used here but not in en.json"},
  };
}

int self_test(const Fonts& fonts) {
  Complaints failures;
  for (const auto& complaint : complaints_about(a_sound_subject(), fonts)) {
    failures.push_back("a sound catalogue got the complaint: " + complaint);
  }
  int count = 0;
  for (const auto& breakage : breakages()) {
    ++count;
    auto subject = a_sound_subject();
    auto some_fonts = fonts;
    breakage.cause(subject, some_fonts);
    const auto complaints = complaints_about(subject, some_fonts);
    const auto is_expected = [&](const std::string& line) {
      return line.find(breakage.expected) != std::string::npos;
    };
    if (std::ranges::none_of(complaints, is_expected)) {
      failures.push_back(fmt::format("{}: not found; expected \"{}\"", breakage.name, breakage.expected));
    }
  }
  if (failures.empty())
    std::cout << fmt::format("check_languages: finds all {} ways to break a language\n", count);
  return report(failures);
}

int check(const std::filesystem::path& root, const Fonts& fonts) {
  const auto subject = read_subject(root);
  if (!subject) return report({subject.error().detail});
  const auto complaints = complaints_about(subject.value(), fonts);
  if (complaints.empty()) {
    std::cout << fmt::format("{} texts in {} languages are complete\n",
                             subject.value().texts.at(std::string(kEnglish)).size(),
                             subject.value().texts.size());
  }
  return report(complaints);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: check_languages FOLDER | --self-test\n";
    return 2;
  }
  const auto fonts = Fonts::find();
  if (!fonts) return report({fonts.error().detail});
  return std::string_view(argv[1]) == "--self-test" ? self_test(fonts.value())
                                                    : check(argv[1], fonts.value());
}
