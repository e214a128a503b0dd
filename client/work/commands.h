#pragma once

#include "client/work/start_up.h"

#include <string>

/// The commands of `aftercare`, as functions from a workplace to words. Nothing here prints.
namespace aftercare::work {

/// What a command says and how it ends: 0 done, 1 not done (the words say what to do), 2 wrong use.
struct Output {
  int exit_code = 0;
  std::string out;
  std::string complaint;
};

struct Speech {
  const language::Formatter& in;
  const language::Catalogue& catalogue;
  bool is_json = false;
};

[[nodiscard]] Output enrol_command(Workplace& place, const Speech& speech, const std::string& line,
                                   const std::string& device_name);
[[nodiscard]] Output record_command(Workplace& place, const Speech& speech,
                                    const std::filesystem::path& file);
[[nodiscard]] Output sync_command(Workplace& place, const Speech& speech, bool compares_now = false);
[[nodiscard]] Output status_command(Workplace& place, const Speech& speech);
[[nodiscard]] Output visits_command(Workplace& place, const Speech& speech);
[[nodiscard]] Output search_command(Workplace& place, const Speech& speech, const std::string& text);
/// Looks over everything that is on this device: chain, seals, photos.
[[nodiscard]] Output check_command(Workplace& place, const Speech& speech);
[[nodiscard]] Output export_command(Workplace& place, const Speech& speech, const std::string& visit,
                                    const std::filesystem::path& to);

/// Writes what is only here into a file for a stick. With `set_aside`, from a database that was set aside as
/// damaged, as far as it can be read.
struct RescueWish {
  std::filesystem::path file;
  std::filesystem::path set_aside;
  bool is_all = false;  // also what the server holds
};
[[nodiscard]] Output rescue_export_command(Workplace& place, const Speech& speech, const RescueWish& wish);
/// Takes the rescue file of another device along to the server.
[[nodiscard]] Output rescue_import_command(Workplace& place, const Speech& speech,
                                           const std::filesystem::path& file);

/// The PIN by which staff leave a kiosk: set, or set anew. Refused in the folder of another device.
[[nodiscard]] Output kiosk_pin_command(Workplace& place, const Speech& speech, const std::string& pin);

/// Needs no workplace: a stranger has none. `expected_key` (64 hexadecimal digits) is the
/// organisation's key, when the asker knows it.
[[nodiscard]] Output verify_command(const Speech& speech, const std::filesystem::path& file,
                                    const std::string& expected_key);

/// Why a workplace could not be opened, or what was done about it, in the user's language.
[[nodiscard]] std::string in_words(const Speech& speech, const Error& error);

}  // namespace aftercare::work
