#pragma once

#include <filesystem>

namespace aftercare {

/// Where forms, languages and the demo lie: what AFTERCARE_ASSETS says, else beside the installed
/// program (../share/aftercare), else in the sources that it was built from.
[[nodiscard]] std::filesystem::path asset_folder();

}  // namespace aftercare
