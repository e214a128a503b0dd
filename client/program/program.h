#pragma once

#include "shared/language/catalogue.h"

#include <filesystem>
#include <string>
#include <vector>

/// The window, as the command line asks for it: the technician's tablet or the kiosk, for people or for a
/// journey.
namespace aftercare::program {

struct ProgramOptions {
  std::filesystem::path data;
  std::filesystem::path assets;
  std::string language;  // empty: what the tablet remembers, else what the system says
  std::string system_language;
  std::string theme;     // light, dark, contrast; empty: what the tablet remembers
  std::string size;      // empty: of a tablet; a kiosk then fills its screen
  int text_percent = 0;  // 0: what the tablet remembers
  bool is_kiosk = false;
  int idle_s = 90;  // of a kiosk: how long a page stays that nobody touches
  bool is_headless = false;
  bool is_software = false;
  bool is_full_screen = false;
  bool is_offline = false;  // syncs only when somebody asks for it
  bool has_test_camera = false;
  std::vector<std::filesystem::path> photo_folders;
  std::filesystem::path journey;   // plays it and ends
  std::filesystem::path pictures;  // of the journey
  std::size_t journey_step = 0;    // where the program before this one left it
};

struct ProgramEnd {
  int exit_code = 0;  // 1: a journey's step failed, or the window cannot be opened; 2: wrong use
  std::string complaint = {};
  /// The program is to be begun anew, in a fresh process that knows nothing of the last customer; in a
  /// journey from this step.
  bool is_to_be_renewed = false;
  std::size_t journey_step = 0;
};

/// Opens the window and lives until it is closed, or plays the journey.
[[nodiscard]] ProgramEnd run(const ProgramOptions& options, const language::Catalogue& catalogue);

/// Whether the memory that is let go of is overwritten at once, by the C library, for every part of the
/// program and whatever it links: decided when a process begins.
[[nodiscard]] bool is_forgetful();

/// Replaces this process by a fresh and forgetful one with the same arguments. Returns only when the system
/// refuses.
void renew(const std::vector<std::string>& arguments, std::size_t journey_step);

}  // namespace aftercare::program
