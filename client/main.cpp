// aftercare: the program on technicians' tablets and on kiosks. Alone it opens the window
// (program/program.h); with a command it does that one thing and ends (work/commands.h).
#include "client/program/program.h"
#include "client/work/commands.h"
#include "client/work/visit_steps.h"
#include "shared/base/asset_folder.h"
#include "shared/base/memory_guard.h"
#include "shared/base/printable.h"

#include <sodium.h>

#include <CLI/CLI.hpp>

#include <cstdio>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <string>

namespace {

using namespace aftercare;

std::string environment(const char* name) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): before any thread
  return value == nullptr ? std::string{} : std::string{value};
}

std::filesystem::path default_folder() {
  if (const auto folder = environment("AFTERCARE_DATA"); !folder.empty()) return folder;
  if (const auto folder = environment("XDG_DATA_HOME"); !folder.empty())
    return std::filesystem::path{folder} / "aftercare";
  const auto home = environment("HOME");
  return std::filesystem::path{home.empty() ? "." : home} / ".local/share/aftercare";
}

int print(const work::Output& output) {
  std::fputs(printable(output.out).c_str(), stdout);
  if (!output.complaint.empty()) std::fputs((printable(output.complaint) + "\n").c_str(), stderr);
  // An answer that nobody could read is not an answer: a full disk behind a redirect must be noticed.
  if (std::fflush(stdout) != 0) return 1;
  return output.exit_code;
}

/// What somebody types at the terminal, or a script hands over; never on the command line, where all can read
/// it.
std::string typed_line() {
  std::string line;
  std::getline(std::cin, line);
  return line;
}

struct Arguments {
  std::filesystem::path data = default_folder();
  std::string language = environment("LANG");
  bool is_json = false;
  bool compares_now = false;
  bool is_all = false;
  std::string line, device_name = "tablet", visit, text, key;
  std::filesystem::path file, to, set_aside;
  std::vector<std::string> words;  // of the command line, as they came
};

/// Opens the folder, tells when something had to be set aside, and runs the command in it.
int run_in_workplace(const work::Speech& speech, const Arguments& arguments,
                     const std::function<work::Output(work::Workplace&)>& command) {
  auto place = work::open_workplace(arguments.data);
  if (!place) return print({.exit_code = 1, .out = {}, .complaint = work::in_words(speech, place.error())});
  auto output = command(place.value());
  if (place.value().set_aside) {
    const auto told = speech.in.tr("start.damaged", {{"file", place.value().set_aside->filename().string()}});
    output.complaint = told + (output.complaint.empty() ? "" : "\n" + output.complaint);
    output.exit_code = 1;
  }
  return print(output);
}

void add_window_options(CLI::App& app, program::ProgramOptions& program) {
  const auto* group = "The window (without a command)";
  app.add_option("--size", program.size, "WIDTHxHEIGHT of the window; a kiosk then does not fill its screen")
      ->group(group);
  app.add_option("--theme", program.theme, "light, dark or contrast")->group(group);
  app.add_option("--text-size", program.text_percent, "100 to 200 percent")
      ->check(CLI::Range(100, 200))
      ->group(group);
  app.add_flag("--kiosk", program.is_kiosk, "The kiosk in the shop, for a folder that was enrolled as one")
      ->group(group);
  app.add_option("--idle", program.idle_s, "Seconds after which a kiosk forgets who walked away")
      ->check(CLI::Range(3, 3600))
      ->group(group);
  app.add_flag("--full-screen", program.is_full_screen, "Without a frame, over everything")->group(group);
  app.add_flag("--software", program.is_software, "Draw without the graphics card")->group(group);
  app.add_flag("--headless", program.is_headless, "No display at all: for journeys")->group(group);
  app.add_flag("--offline", program.is_offline, "Sync only when somebody taps for it")->group(group);
  app.add_flag("--test-camera", program.has_test_camera, "Colour bars in place of a camera")->group(group);
  app.add_option("--photo-folder", program.photo_folders, "Where photos may be taken from (Pictures, sticks)")
      ->group(group);
  app.add_option("--journey", program.journey,
                 "Plays the steps of this file and ends (tests/journeys/README.md)")
      ->group(group);
  app.add_option("--pictures", program.pictures, "The folder for the journey's pictures")->group(group);
  app.add_option("--journey-step", program.journey_step)->group("");  // of the process before this one
}

int run_window(const Arguments& arguments, const Done& guarded, program::ProgramOptions program,
               const language::Catalogue& catalogue, const CLI::Option& language) {
  if (!guarded) std::fputs((guarded.error().detail + "\n").c_str(), stderr);
  program.data = arguments.data;
  program.assets = asset_folder();
  if (language.count() > 0) program.language = arguments.language;
  program.system_language = environment("LANG");
  if (program.photo_folders.empty()) {
    program.photo_folders.emplace_back(std::filesystem::path{environment("HOME")} / "Pictures");
    program.photo_folders.emplace_back("/media");
  }
  const auto end = program::run(program, catalogue);
  if (end.is_to_be_renewed) {
    program::renew(arguments.words, end.journey_step);
    std::perror("aftercare");
    return 1;
  }
  return print({.exit_code = end.exit_code, .out = {}, .complaint = end.complaint});
}

}  // namespace

int main(int argc, char** argv) {
  if (sodium_init() < 0) return 1;
  const auto guarded = guard_memory();  // before the first key is read
  Arguments arguments;
  arguments.words.assign(argv, argv + argc);
  CLI::App app{
      "Aftercare on a technician's tablet: records visits, offline, and syncs them; or, in the shop, at the kiosk."};
  app.require_subcommand(0, 1);
  app.set_version_flag("--version", std::string(work::kAppVersion));
  app.add_option("--data", arguments.data,
                 "The folder of this device (AFTERCARE_DATA, or ~/.local/share/aftercare)");
  auto* language =
      app.add_option("--language", arguments.language, "en, cs, ka, sl, ru or vi; otherwise what LANG says");
  app.fallthrough();
  program::ProgramOptions program;
  add_window_options(app, program);
  const auto with_json = [&](CLI::App* command) {
    command->add_flag("--json", arguments.is_json, "Answer in JSON, for programs");
    return command;
  };

  auto* enrol = with_json(app.add_subcommand("enrol", "Make this folder a device of an organisation"));
  enrol->add_option("line", arguments.line, "The aftercare://… line from the office")->required();
  enrol->add_option("--name", arguments.device_name, "What the office calls this device");
  auto* record = with_json(app.add_subcommand(
      "record", "Record the visit of a file (format: assets/demo/README.md); no network is needed"));
  record->add_option("file", arguments.file, "FILE.json; photos lie beside it")->required();
  auto* sync = with_json(app.add_subcommand("sync", "Send and receive once, and say what moved"));
  sync->add_flag(
      "--compare", arguments.compares_now,
      "Also compare every record here with the server's, and repair what differs (else once a day)");
  auto* status =
      with_json(app.add_subcommand("status", "What is only here, what the server holds, what needs you"));
  auto* visits = with_json(app.add_subcommand("visits", "The visits on this device, newest first"));
  auto* search = with_json(
      app.add_subcommand("search", "Customers, sites, assets, work orders and visits by their words"));
  search->add_option("text", arguments.text, "The beginnings of words; case and accents do not matter")
      ->required();
  auto* check = with_json(
      app.add_subcommand("check", "Look over everything on this device: its chain, its seals, its photos"));
  auto* export_ = with_json(
      app.add_subcommand("export", "Write the sealed record of a visit into a file that anybody can verify"));
  export_->add_option("visit", arguments.visit, "Its number, V-22-0001-K, or id")->required();
  export_->add_option("--to", arguments.to, "The file to write; an existing one is never overwritten")
      ->required();
  auto* rescue = app.add_subcommand("rescue", "Work that must leave a device without a network, on a stick");
  rescue->require_subcommand(1);
  rescue->fallthrough();
  auto* rescue_export = with_json(rescue->add_subcommand(
      "export",
      "Write what is only on this device into a file that only your organisation's server can open"));
  rescue_export->add_option("file", arguments.file, "The file to write; an existing one is never overwritten")
      ->required();
  rescue_export->add_flag("--all", arguments.is_all,
                          "Everything ever written here, also what the server holds");
  rescue_export->add_option("--from", arguments.set_aside,
                            "A database of this folder that was set aside as damaged");
  rescue_export->footer(
      "Take the file to any other device of your organisation, to the kiosk, or to the office. Nothing is\n"
      "changed here: this device goes on to send its work itself, and it arrives once all the same.");
  auto* rescue_import = with_json(rescue->add_subcommand(
      "import", "Take another device's rescue file along; the next sync hands it to the server"));
  rescue_import->add_option("file", arguments.file, "The file that `aftercare rescue export` wrote")
      ->required();
  auto* verify = with_json(
      app.add_subcommand("verify", "Check a sealed record: needs no server, no enrolment and no permission"));
  verify->add_option("file", arguments.file, "The sealed record")->required();
  auto* key = verify->add_option("--key", arguments.key,
                                 "The organisation's key in hexadecimal, when you know it from elsewhere");

  auto* kiosk_pin = app.add_subcommand(
      "kiosk-pin", "Set the PIN by which staff leave the kiosk: six digits, read from the standard input");

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& wrong) {
    return app.exit(wrong) == 0 ? 0 : 2;
  }

  if (program.is_kiosk && app.get_subcommands().empty() && !program::is_forgetful())
    program::renew(arguments.words, 0);
  const auto catalogue = language::Catalogue::load(asset_folder() / "lang");
  if (!catalogue) {
    std::fputs((catalogue.error().detail + "\n").c_str(), stderr);
    return 1;
  }
  if (app.get_subcommands().empty())
    return run_window(arguments, guarded, program, catalogue.value(), *language);
  const work::Speech speech{catalogue.value().in(arguments.language), catalogue.value(), arguments.is_json};
  const auto in_place = [&](const std::function<work::Output(work::Workplace&)>& command) {
    return run_in_workplace(speech, arguments, command);
  };

  if (*verify && key->count() > 0 && arguments.key.empty()) {
    return print({.exit_code = 2, .out = {}, .complaint = "--key is empty: a key is 64 hexadecimal digits"});
  }
  if (*verify) return print(work::verify_command(speech, arguments.file, arguments.key));
  if (*enrol)
    return in_place([&](auto& place) {
      return work::enrol_command(place, speech, arguments.line, arguments.device_name);
    });
  if (*record)
    return in_place([&](auto& place) { return work::record_command(place, speech, arguments.file); });
  if (*sync)
    return in_place([&](auto& place) { return work::sync_command(place, speech, arguments.compares_now); });
  if (*status) return in_place([&](auto& place) { return work::status_command(place, speech); });
  if (*kiosk_pin)
    return in_place([&](auto& place) { return work::kiosk_pin_command(place, speech, typed_line()); });
  if (*visits) return in_place([&](auto& place) { return work::visits_command(place, speech); });
  if (*check) return in_place([&](auto& place) { return work::check_command(place, speech); });
  if (*search)
    return in_place([&](auto& place) { return work::search_command(place, speech, arguments.text); });
  if (*rescue_export)
    return in_place([&](auto& place) {
      return work::rescue_export_command(place, speech,
                                         {arguments.file, arguments.set_aside, arguments.is_all});
    });
  if (*rescue_import)
    return in_place([&](auto& place) { return work::rescue_import_command(place, speech, arguments.file); });
  return in_place(
      [&](auto& place) { return work::export_command(place, speech, arguments.visit, arguments.to); });
}
