#pragma once

#include "shared/base/result.h"
#include "shared/language/formatter.h"
#include "shared/language/language.h"

#include <filesystem>

namespace aftercare::language {

/// Every text of Aftercare in every language. All six are loaded at once, because the customer's
/// language may differ from the technician's on the next tap.
class Catalogue {
 public:
  /// Reads `<folder>/<code>.json` of each language. NotFound or Corrupt with a sentence that names the
  /// file and says what to do.
  [[nodiscard]] static Result<Catalogue> load(const std::filesystem::path& folder);

  /// From texts by language code; for tests and tools.
  explicit Catalogue(std::map<std::string, Texts, std::less<>> texts);

  /// Lives as long as the catalogue, also when that is moved. A language that we do not speak gets
  /// its closest, in the end English.
  [[nodiscard]] const Formatter& in(std::string_view language) const;

 private:
  std::vector<std::unique_ptr<Formatter>> formatters_;  // English first; the others point at it
};

/// Reads one file of texts: a flat object of strings.
[[nodiscard]] Result<Texts> read_texts(const std::filesystem::path& file);

}  // namespace aftercare::language
