#pragma once

#include <string_view>

namespace aftercare::storage {

/// The text of a file of `migrations/`, built into the program; empty when there is none of that name.
[[nodiscard]] std::string_view migration_text(std::string_view name);

}  // namespace aftercare::storage
