#pragma once

#include "shared/language/catalogue.h"

#include <filesystem>
#include <string>
#include <vector>

namespace aftercare::tablet {

/// What the command line asks of the tablet's window.
struct ProgramOptions {
  std::filesystem::path data;
  std::filesystem::path assets;
  std::string language;  // empty: what the tablet remembers, else what the system says
  std::string system_language;
  std::string theme;  // light, dark, contrast; empty: what the tablet remembers
  std::string size = "1280x800";
  int text_percent = 0;  // 0: what the tablet remembers
  bool is_headless = false;
  bool is_software = false;
  bool is_full_screen = false;
  bool is_offline = false;  // syncs only when somebody asks for it
  bool has_test_camera = false;
  std::vector<std::filesystem::path> photo_folders;
  std::filesystem::path journey;   // plays it and ends
  std::filesystem::path pictures;  // of the journey
};

struct ProgramEnd {
  int exit_code = 0;  // 1: a journey's step failed, or the window cannot be opened; 2: wrong use
  std::string complaint;
};

/// Opens the window and lives until it is closed, or plays the journey.
[[nodiscard]] ProgramEnd run(const ProgramOptions& options, const language::Catalogue& catalogue);

}  // namespace aftercare::tablet
