#include "shared/base/asset_folder.h"

#include <cstdlib>

namespace aftercare {

std::filesystem::path asset_folder() {
  if (const char* said = std::getenv("AFTERCARE_ASSETS"); said != nullptr && *said != '\0') return said;
  std::error_code failed;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", failed);
  if (!failed) {
    const auto installed = program.parent_path().parent_path() / "share" / "aftercare";
    if (std::filesystem::is_directory(installed, failed)) return installed;
  }
  return AFTERCARE_ASSET_DIR_DEFAULT;
}

}  // namespace aftercare
