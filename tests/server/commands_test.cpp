#include "sync/server/commands.h"
#include "shared/base/hash.h"
#include "sync/server/backup.h"
#include "sync/server/control.h"
#include "sync/server/demo.h"
#include "sync/server/office.h"
#include "tests/server/served_house.h"

namespace aftercare::server {
namespace {

OfficeParts office_of_tests() { return office::office_parts(ServedHouse::catalogue(), {}); }

CommandOutput run(House& house, std::vector<std::string> arguments) {
  const CommandCall call{.arguments = std::move(arguments),
                         .folder = house.path(),
                         .environment = {{"AFTERCARE_ADMIN_PASSWORD", "correct horse battery"}}};
  const auto understood = command_of(call);
  if (const auto* output = std::get_if<CommandOutput>(&understood)) return *output;
  return run_command(std::get<Command>(understood), call, house, quick_rules(), std::nullopt,
                     office_of_tests());
}

/// A demo organisation whose tablet has sent one record and one picture.
struct Filled : ServedHouse {
  OrganisationId id = add_organisation("Demo");
  TestDevice tablet = enrolled(id);
  protocol::Head head = first_head(tablet);
  Hash photo = sha256("a photo");

  Filled() {
    REQUIRE(ask(push_request(tablet, push_body(tablet, head, "Anna"))).status == 200);
    REQUIRE(house->blobs(id).save(photo, "a photo"));
  }
  std::filesystem::path file(const char* name) { return folder.path() / name; }
};

}  // namespace

TEST_CASE("commands: init makes an organisation with one administrator, once", "[S07]") {
  ServedHouse served;

  const auto made =
      run(*served.house, {"init", "--data", ".", "--organisation", "Demo", "--admin", "A@example.com"});
  const auto again =
      run(*served.house, {"init", "--data", ".", "--organisation", "Demo", "--admin", "b@example.com"});

  CHECK(made.exit == 0);
  CHECK(made.out.find("correct horse") == std::string::npos);
  CHECK(again.exit == 1);
  CHECK(served.sign_in("Demo", "a@example.com").csrf.size() > 20);
}

TEST_CASE("commands: enrol prints one line on standard output and its explanation beside it", "[S07]") {
  ServedHouse served;
  served.add_organisation("Demo");

  const auto output =
      run(*served.house, {"enrol", "--data", ".", "--role", "tablet", "--public", "server.example:8443"});

  REQUIRE(output.exit == 0);
  CHECK(output.out.starts_with("aftercare://server.example:8443/enrol#"));
  CHECK(output.out.find('\n') == output.out.size() - 1);
  CHECK_FALSE(output.err.empty());
}

TEST_CASE("commands: words that make no sense exit with 2, a refusal with 1, and help with 0", "[S07]") {
  ServedHouse served;
  served.add_organisation("Demo");

  CHECK(run(*served.house, {"fly"}).exit == 2);
  CHECK(run(*served.house, {"visits"}).exit == 2);
  CHECK(run(*served.house, {"visits", "--data", ".", "--organisation", "Other"}).exit == 1);
  CHECK(run(*served.house, {"device", "revoke", "nothing", "--data", "."}).exit == 1);
  for (const auto* name :
       {"init", "serve", "enrol", "demo", "visits", "backup", "restore", "person", "device", "erase"}) {
    CAPTURE(name);
    const auto help = run(*served.house, {name, "--help"});
    CHECK(help.exit == 0);
    CHECK(help.out.find("Usage") != std::string::npos);
  }
}

TEST_CASE("commands: the demo fills an organisation once, through the feed", "[S01]") {
  ServedHouse served;
  const auto id = served.add_organisation("Demo");
  const std::filesystem::path assets = std::filesystem::path{AFTERCARE_SOURCE_DIR} / "assets";

  const auto first = fill_with_demo(*served.house, id, assets);
  const auto seq = served.house->read(id).value()->head().value().seq;
  const auto second = fill_with_demo(*served.house, id, assets);

  if (!first) FAIL(first.error().detail);
  CHECK(first.value().customer_count > 10);
  CHECK(seq > first.value().customer_count + first.value().asset_count);
  REQUIRE(second);
  CHECK(second.value().was_there);
  CHECK(served.house->read(id).value()->head().value().seq == seq);
}

TEST_CASE("commands: a backup and the key bring everything back under a new epoch", "[S01]") {
  Filled filled;
  REQUIRE(back_up(*filled.house, filled.file("backup.tar")));
  const auto before = filled.house->find("Demo").value();
  const auto seq = filled.house->read(filled.id).value()->head().value().seq;

  const auto restored = restore(filled.file("restored"), filled.file("backup.tar"),
                                filled.house->path() / "key", filled.clock, filled.random);

  if (!restored) FAIL(restored.error().detail);
  CHECK(restored.value().organisations.at("Demo") == seq);
  const auto house = House::open(filled.file("restored"), filled.clock, filled.random);
  REQUIRE(house);
  const auto after = house.value()->find("Demo").value();
  CHECK(after.id == before.id);
  CHECK(after.signing_key.public_key == before.signing_key.public_key);
  CHECK(after.epoch != before.epoch);
  CHECK(house.value()->blobs(after.id).read_all(filled.photo, 100).value() == "a photo");
}

TEST_CASE("commands: a backup is of no use without its key, and half of one restores nothing", "[S07]") {
  Filled filled;
  REQUIRE(back_up(*filled.house, filled.file("backup.tar")));
  const auto archive = testing::file_bytes(filled.file("backup.tar"));
  CHECK(archive.find("Anna") == std::string::npos);
  CHECK(archive.find("Demo") == std::string::npos);

  SECTION("another key") {
    testing::write_file_bytes(filled.file("key"), filled.random.bytes(32));
    CHECK_FALSE(restore(filled.file("restored"), filled.file("backup.tar"), filled.file("key"), filled.clock,
                        filled.random));
  }
  SECTION("cut") {
    testing::write_file_bytes(filled.file("backup.tar"), archive.substr(0, archive.size() / 2));
    CHECK_FALSE(restore(filled.file("restored"), filled.file("backup.tar"), filled.house->path() / "key",
                        filled.clock, filled.random));
  }
  SECTION("a name that leads out of the folder") {
    auto evil = archive;
    evil.replace(evil.find("organisations/"), 14, "organisation/..");
    testing::write_file_bytes(filled.file("backup.tar"), evil);
    CHECK_FALSE(restore(filled.file("restored"), filled.file("backup.tar"), filled.house->path() / "key",
                        filled.clock, filled.random));
  }
  SECTION("a folder that is not empty") {
    std::filesystem::create_directories(filled.file("restored"));
    testing::write_file_bytes(filled.file("restored") / "something", "of mine");
    CHECK_FALSE(restore(filled.file("restored"), filled.file("backup.tar"), filled.house->path() / "key",
                        filled.clock, filled.random));
    CHECK(testing::file_bytes(filled.file("restored") / "something") == "of mine");
    return;
  }
  CHECK_FALSE(std::filesystem::exists(filled.file("restored")));
}

TEST_CASE("commands: a second process goes through the one that holds the folder", "[S07]") {
  ServedHouse served;
  const auto id = served.add_organisation("Demo");
  Live live;
  Lanes lanes{
      {},
      [&](const OrganisationId& organisation_id) { return served.house->find_target(organisation_id); },
      live};
  served.house->write_through(&lanes);
  {
    const auto control = Control::open(served.house->path(), [&](const CommandCall& call) {
      return run_command(std::get<Command>(command_of(call)), call, *served.house, quick_rules(),
                         PublicAddress{.host = "h", .port = 1}, office_of_tests());
    });
    REQUIRE(control);
    CHECK_FALSE(House::open(served.house->path(), served.clock, served.random));

    const auto output = run_through_server(
        served.house->path(),
        {.arguments = {"person", "add", "--data", ".", "--name", "Ada", "--role", "technician"},
         .folder = served.house->path(),
         .environment = {}});

    if (!output) FAIL(output.error().detail);
    CHECK(output.value().exit == 0);
    CHECK(live.seq(id) == served.house->read(id).value()->head().value().seq);  // those who wait were told
  }
  served.house->write_through(nullptr);
  const auto nobody =
      run_through_server(served.house->path(), {.arguments = {"visits"}, .folder = {}, .environment = {}});
  REQUIRE_FALSE(nobody);
  CHECK(nobody.error().kind == ErrorKind::Busy);
}

TEST_CASE("commands: erasing a customer takes their records' words out of the database", "[F03]") {
  Filled filled;
  const auto store = filled.house->read(filled.id);
  REQUIRE(filled.house->write(filled.id, [](OrganisationStore& writer) {
    domain::Customer customer;
    customer.id = make_id<domain::CustomerId>(writer.clock(), writer.random());
    customer.number = "C-22-0001-A";
    customer.name = "Berta to be forgotten";
    customer.language = "en";
    return office_create(writer, UserId{}, customer);
  }));

  const auto erased = filled.house->erase(filled.id, UserId{}, "C-22-0001-A");

  if (!erased) FAIL(erased.error().detail);
  CHECK_FALSE(erased.value().kept.empty());
  auto query =
      store.value()->db().query("SELECT count(*) FROM feed WHERE instr(body, CAST('Berta' AS BLOB)) > 0");
  REQUIRE(query.next());
  CHECK(query.integer(0) == 0);
  CHECK_FALSE(filled.house->erase(filled.id, UserId{}, "C-22-0009-A"));
}

TEST_CASE("commands: person link prints a link that signs somebody in at the office page, once", "[S07]") {
  ServedHouse served;
  const auto id = served.add_organisation("Demo");
  served.add(id, {.name = "Ada", .email = "ada@example.com", .role = Role::Administrator});

  const auto printed = run(
      *served.house, {"person", "link", "ada@example.com", "--data", ".", "--public", "server.example:8443"});

  REQUIRE(printed.exit == 0);
  const std::string beginning = "https://server.example:8443/office/#sign-in=";
  REQUIRE(printed.out.starts_with(beginning));
  const auto token = printed.out.substr(beginning.size(), printed.out.find('\n') - beginning.size());
  const auto use = [&] { return served.ask(ServedHouse::post_json("/v1/session/link", {{"token", token}})); };
  CHECK(use().status == 200);
  CHECK(use().status == 401);
}

TEST_CASE("commands: nobody without an account gets a link", "[S07]") {
  ServedHouse served;
  const auto id = served.add_organisation("Demo");
  served.add(id, {.name = "Petr", .role = Role::Technician});

  const auto printed =
      run(*served.house, {"person", "link", "Petr", "--data", ".", "--public", "server.example:8443"});

  CHECK(printed.exit == 1);
  CHECK(printed.err.find("tablet only") != std::string::npos);
}

}  // namespace aftercare::server
