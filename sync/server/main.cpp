#include "shared/base/asset_folder.h"
#include "shared/base/printable.h"
#include "shared/language/catalogue.h"
#include "sync/office/office_parts.h"
#include "sync/office/page_files.h"
#include "sync/server/commands.h"
#include "sync/server/control.h"
#include "sync/server/serve.h"

#include <sodium.h>
#include <sys/stat.h>

#include <cstdio>
#include <exception>

namespace {

using namespace aftercare;
using namespace aftercare::server;

int print(const CommandOutput& output) {
  std::fputs(printable(output.out).c_str(), stdout);
  std::fputs(printable(output.err).c_str(), stderr);
  return std::fflush(stdout) == 0 ? output.exit : 1;
}

int run(const CommandCall& call) {
  const auto understood = command_of(call);
  if (const auto* output = std::get_if<CommandOutput>(&understood)) return print(*output);
  const auto& command = std::get<Command>(understood);

  const auto assets = asset_folder();
  const auto catalogue = language::Catalogue::load(assets / "lang");
  if (!catalogue) return print(failed(catalogue.error()));
  const auto office = office::office_parts(catalogue.value(), office::page_folder(assets));
  SystemClock clock;
  SystemRandom random;
  if (command.name == "restore") return print(run_restore(command, clock, random));
  std::error_code unseen;
  const bool is_empty = !std::filesystem::exists(command.data / "key", unseen) &&
                        !std::filesystem::exists(command.data / "organisations", unseen);
  if (!command.makes_the_folder() && is_empty && !unseen) {
    return print(failed(
        {ErrorKind::NotFound,
         command.data.string() + " is no data folder of a server: make one with `aftercare-server init`"}));
  }
  if (command.runs_a_server()) return serve(command, call.environment, clock, random, office);

  const auto house = House::open(command.data, clock, random);
  if (house) return print(run_command(command, call, *house.value(), {}, std::nullopt, office));
  if (house.error().kind != ErrorKind::Busy) return print(failed(house.error()));
  const auto output = run_through_server(command.data, call);
  return print(output ? output.value() : failed(output.error()));
}

}  // namespace

int main(int argc, char** argv) {
  ::umask(0077);
  if (sodium_init() < 0) {
    std::fputs("the system gives no random numbers: nothing was done\n", stderr);
    return 1;
  }
  try {
    CommandCall call;
    call.arguments.assign(argv + 1, argv + argc);
    call.folder = std::filesystem::current_path();
    call.environment = environment_of_process();
    return run(call);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "aftercare-server stopped: %s\nWhat was said to be saved is saved.\n", error.what());
    return 1;
  }
}
