#pragma once

#include "shared/base/text.h"

#include <map>
#include <string>
#include <utility>

namespace aftercare::work {

/// Half-typed texts by field, as they enter the journal: composed, without blanks around them.
class TypedTexts {
 public:
  explicit TypedTexts(const std::map<std::string, std::string>& texts) : texts_(texts) {}

  std::string take(const std::string& field) {
    const auto found = texts_.find(field);
    if (found == texts_.end()) return {};
    auto text = to_nfc(trimmed(found->second));
    if (text) return std::move(text).value();
    is_clean_ = false;
    return {};
  }
  /// Whether all that was taken could be read.
  [[nodiscard]] bool is_clean() const { return is_clean_; }

 private:
  const std::map<std::string, std::string>& texts_;
  bool is_clean_ = true;
};

}  // namespace aftercare::work
