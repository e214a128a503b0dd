#include "sync/server/commands.h"

#include "shared/base/asset_folder.h"
#include "shared/base/text.h"
#include "shared/storage/data_folder.h"
#include "sync/protocol/limits.h"
#include "sync/server/authority.h"
#include "sync/server/backup.h"
#include "sync/server/checking.h"
#include "sync/server/demo.h"
#include "sync/server/enrolment.h"
#include "sync/server/office_parts.h"
#include "sync/server/rescuing.h"
#include "sync/server/returning.h"
#include "sync/server/scoping.h"

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <sstream>

namespace aftercare::server {
namespace {

using nlohmann::json;

// ---- Words -----------------------------------------------------------------------------------------

std::filesystem::path from(const std::filesystem::path& folder, const std::filesystem::path& path) {
  return path.empty() || path.is_absolute() ? path : (folder / path).lexically_normal();
}

constexpr const char* kScopeHelp =
    "organisation: every customer; assigned: those with an order or visit of its user's, or work of its own";

/// Declares every command; what is typed lands in `command`.
class Grammar {
 public:
  explicit Grammar(Command& command) : command_(command) {
    app_.require_subcommand(1);
    app_.failure_message([](const CLI::App* app, const CLI::Error& error) {
      const auto* asked = app->get_subcommands().empty() ? app : app->get_subcommands().front();
      return fmt::format("{}\nSee `{} --help`.\n", error.what(),
                         asked == app ? "aftercare-server" : "aftercare-server " + asked->get_name());
    });
    add_folder_commands();
    add_office_commands();
    add_people_commands();
    add_device_commands();
  }

  void parse(std::vector<std::string> arguments) {
    std::ranges::reverse(arguments);  // CLI11 takes them from the back
    app_.parse(std::move(arguments));
  }
  int explain(const CLI::ParseError& error, std::ostream& out, std::ostream& err) {
    return app_.exit(error, out, err);
  }

 private:
  CLI::App* add(CLI::App& parent, const std::string& name, const std::string& help,
                const std::string& full_name = {}) {
    auto* sub = parent.add_subcommand(name, help);
    sub->add_option("--data", command_.data, "The server's data folder")->required();
    sub->callback([this, said = full_name.empty() ? name : full_name] { command_.name = said; });
    return sub;
  }
  CLI::App* with_organisation(CLI::App* sub) {
    sub->add_option("--organisation", command_.organisation,
                    "Its name; may be left out when there is only one");
    return sub;
  }
  CLI::App* with_json(CLI::App* sub) {
    sub->add_flag("--json", command_.is_json, "Answer in JSON, for programs");
    return sub;
  }
  void with_public(CLI::App* sub) {
    sub->add_option("--public", command_.public_address,
                    "HOST:PORT under which devices find the server, when it differs from where it listens");
  }

  void add_folder_commands() {
    auto* init = add(app_, "init", "Make an organisation with its keys, and its first administrator");
    init->add_option("--organisation", command_.organisation, "Name of the organisation")->required();
    init->add_option("--admin", command_.admin, "E-mail address of the administrator")->required();
    init->footer("The password is taken from AFTERCARE_ADMIN_PASSWORD, else one is made and printed once.");
    with_public(init);
    with_json(init);

    auto* serve = add(app_, "serve", "Serve devices and the office over HTTPS until told to stop (SIGTERM)");
    serve->add_option("--config", command_.config_file,
                      "TOML file; else server.toml in the data folder, when it is there");
    with_public(serve);
    for (const auto& key : config_keys()) {
      serve->add_option_function<std::string>(
          key.flag(),
          [this, name = std::string{key.name}](const std::string& value) { command_.flags[name] = value; },
          std::string{key.help});
    }

    auto* backup = with_json(add(
        app_, "backup", "Write everything but the key into one encrypted archive, while the server goes on"));
    backup->add_option("--to", command_.file, "The archive to make")->required();
    auto* restore = with_json(add(app_, "restore", "Make a new data folder from a backup and the key"));
    restore->add_option("--from", command_.file, "The archive")->required();
    restore->add_option("--key", command_.key_file, "A copy of the file `key` of the lost data folder")
        ->required();
  }

  void add_office_commands() {
    with_json(with_organisation(
        add(app_, "demo", "Fill the organisation with invented customers, assets and work orders, once")));
    auto* visits = with_json(
        with_organisation(add(app_, "visits", "List the visits that the server holds, newest first")));
    visits->add_option("--limit", command_.limit, "How many")
        ->check(CLI::Range(1, 200))
        ->capture_default_str();
    with_json(with_organisation(
        add(app_, "check", "Look over everything: feed, journals, seals, photos; changes nothing")));
    auto* erase = with_json(with_organisation(add(
        app_, "erase", "Destroy a customer's personal data, as the law asks; says what was kept and why")));
    erase->add_option("--customer", command_.number, "The customer's number, C-…")->required();
    auto& rescue = *app_.add_subcommand("rescue", "Work that left a device without a network, on a stick");
    rescue.require_subcommand(1);
    auto* brought = with_json(add(
        rescue, "import", "Take a rescue file; what is here already is not taken twice", "rescue import"));
    brought->add_option("file", command_.file, "The file that `aftercare rescue export` wrote")->required();
  }

  void add_people_commands() {
    auto& person = *app_.add_subcommand("person", "People who work here");
    person.require_subcommand(1);
    const std::string who = "Name or e-mail address";
    auto* added = with_json(with_organisation(add(person, "add", "Add somebody", "person add")));
    added->add_option("--name", command_.person, "Their name")->required();
    added->add_option("--email", command_.email, "To sign in with; technicians may do without");
    added->add_option("--role", command_.role, "technician, dispatcher, manager or administrator")
        ->required();
    added->add_option("--language", command_.language, "en, cs, ka, sl, ru or vi")->capture_default_str();
    added->footer("The password is taken from AFTERCARE_PASSWORD, else one is made and printed once.");
    auto* password = with_json(with_organisation(
        add(person, "password", "Give somebody a new password; their sessions end", "person password")));
    password->add_option("person", command_.person, who)->required();
    password->footer("The password is taken from AFTERCARE_PASSWORD, else one is made and printed once.");
    auto* role = with_json(with_organisation(
        add(person, "role", "Give somebody another role; their sessions end", "person role")));
    role->add_option("person", command_.person, who)->required();
    role->add_option("role", command_.role, "technician, dispatcher, manager or administrator")->required();
    auto* link = with_json(with_organisation(
        add(person, "link", "Print a link that signs somebody in at the office page, once, within the hour",
            "person link")));
    link->add_option("person", command_.person, who)->required();
    link->add_option("--config", command_.config_file, "The configuration that the server runs with");
    with_public(link);
    auto* second_factor = with_json(with_organisation(
        add(person, "totp-reset",
            "Take somebody's second factor away, when its device is lost; they set it up anew",
            "person totp-reset")));
    second_factor->add_option("person", command_.person, who)->required();
    auto* removed = with_json(with_organisation(
        add(person, "remove", "Let somebody go: they can no longer sign in; what they wrote stays",
            "person remove")));
    removed->add_option("person", command_.person, who)->required();
  }

  void add_device_commands() {
    auto* enrol = with_json(
        with_organisation(add(app_, "enrol", "Print a line that lets one device in, once, within 24 hours")));
    enrol->add_option("--role", command_.role, "tablet or kiosk")->required();
    enrol->add_option("--user", command_.user, "Whose it is: name or e-mail address");
    enrol->add_option("--scope", command_.scope, kScopeHelp)->capture_default_str();
    enrol->add_option("--config", command_.config_file, "The configuration that the server runs with");
    with_public(enrol);

    auto& device = *app_.add_subcommand("device", "Tablets and kiosks");
    device.require_subcommand(1);
    with_json(with_organisation(add(device, "list", "List the devices", "device list")));
    auto* revoked = with_json(with_organisation(add(
        device, "revoke", "A lost or stolen device may from now on only hand in its work", "device revoke")));
    revoked->add_option("device", command_.device, "Its id, or its prefix as `device list` shows it")
        ->required();
    auto* scoped = with_json(with_organisation(add(
        device, "scope", "Give a device all customers, or those that its user works for", "device scope")));
    scoped->add_option("device", command_.device, "Its id, or its prefix as `device list` shows it")
        ->required();
    scoped->add_option("scope", command_.scope, kScopeHelp)->required();
  }

  Command& command_;
  CLI::App app_{"The server of Aftercare", "aftercare-server"};
};

// ---- Answers ---------------------------------------------------------------------------------------

CommandOutput said(const Command& command, const json& value, std::string words) {
  CommandOutput output;
  output.out = command.is_json ? value.dump(2) + '\n' : std::move(words);
  return output;
}

/// A table for people: columns as wide as their widest cell.
std::string table(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], character_count(row[i]));
  }
  std::string text;
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      line += row[i];
      if (i + 1 < row.size()) line += std::string(widths[i] - character_count(row[i]) + 2, ' ');
    }
    text += line + '\n';
  }
  return text;
}

// ---- Passwords -------------------------------------------------------------------------------------

struct ChosenPassword {
  std::string hash;
  std::optional<std::string> made;  // to be told, once
};

Result<ChosenPassword> choose_password(const CommandCall& call, const char* variable, std::string_view email,
                                       const AccountRules& rules, Random& random) {
  const Passwords passwords{rules};
  ChosenPassword chosen;
  std::string password;
  const auto given = call.environment.find(variable);
  if (given != call.environment.end() && !given->second.empty()) {
    password = given->second;
  } else {
    password = Passwords::make(random);
    chosen.made = password;
  }
  if (const auto checked = passwords.check(password, email); !checked) return checked.error();
  auto hash = passwords.hash(password);
  if (!hash) return hash.error();
  chosen.hash = std::move(hash).value();
  return chosen;
}

std::string password_line(const ChosenPassword& chosen) {
  return chosen.made ? fmt::format("  password:      {}   (shown only now)\n", *chosen.made) : std::string{};
}

// ---- The commands ----------------------------------------------------------------------------------

/// Everything that a command works with.
struct Desk {
  const Command& command;
  const CommandCall& call;
  House& house;
  const AccountRules& rules;
  const std::optional<PublicAddress>& address;
  const OfficeParts& office;
};

using Outcome = Result<CommandOutput>;

Result<bool> has_administrator(House& house, const OrganisationId& id) {
  const auto store = house.read(id);
  if (!store) return store.error();
  const auto people = list_people(store.value()->db());
  if (!people) return people.error();
  return std::ranges::any_of(people.value(), [](const Person& person) {
    return person.user.role == Role::Administrator && person.user.is_active;
  });
}

/// The organisation, made or left unfinished by an init that was interrupted.
Result<Organisation> make_organisation(House& house, const std::string& name) {
  auto added = house.add(name);
  if (added || added.error().kind != ErrorKind::Conflict) return added;
  const auto there = house.find(name);
  if (!there) return there.error();
  const auto is_finished = has_administrator(house, there.value().id);
  if (!is_finished) return is_finished.error();
  if (is_finished.value()) return added.error();
  return there.value();
}

Outcome init(const Desk& desk) {
  const auto& command = desk.command;
  const auto email = email_of_text(command.admin);
  if (!email) return email.error();
  const auto chosen =
      choose_password(desk.call, "AFTERCARE_ADMIN_PASSWORD", email.value(), desk.rules, desk.house.random());
  if (!chosen) return chosen.error();
  const auto config = config_of(command, desk.call.environment);
  if (!config) return config.error();
  std::vector<std::string> names;
  if (const auto at = public_address(command.public_address, config.value()))
    names = certificate_names(config.value(), at.value());
  const auto authority = make_authority(desk.house.path() / "tls", names, desk.house.clock());
  if (!authority) return authority.error();

  const auto organisation = make_organisation(desk.house, command.organisation);
  if (!organisation) return organisation.error();
  const auto added = desk.house.write(organisation.value().id, [&](OrganisationStore& store) -> Done {
    const auto id = add_person(store, UserId{},
                               {.name = email.value(),
                                .email = email.value(),
                                .role = Role::Administrator,
                                .password_hash = chosen.value().hash});
    return id ? done() : Done{id.error()};
  });
  if (!added) return added.error();

  const auto data = desk.house.path().string();
  json value{{"organisation", organisation.value().name},
             {"id", to_text(organisation.value().id)},
             {"data", data},
             {"admin", email.value()}};
  if (chosen.value().made) value["password"] = *chosen.value().made;
  return said(
      command, value,
      fmt::format(
          "Made the organisation {} in {}.\n"
          "  administrator: {}\n{}"
          "\nNext:\n"
          "  aftercare-server serve --data {}\n"
          "  aftercare-server enrol --data {} --organisation '{}' --role tablet\n"
          "\nKeep a copy of {}/key and {}/tls/spare.key somewhere else: without the key nothing here can be read.\n",
          organisation.value().name, data, email.value(), password_line(chosen.value()), data, data,
          organisation.value().name, data, data));
}

/// Where devices will find this server: what a running one knows, else what the last one noted.
Result<PublicAddress> address_for(const Desk& desk) {
  const auto& command = desk.command;
  if (desk.address && command.public_address.empty()) return *desk.address;
  const auto config = config_of(command, desk.call.environment);
  if (!config) return config.error();
  auto place = command.public_address;
  if (place.empty() && command.config_file.empty()) {
    if (const auto noted = storage::read_file(desk.house.path() / "address", 300)) place = noted.value();
  }
  const auto at = public_address(place, config.value());
  if (!at) return at.error();
  if (at.value().port == 0)
    return Error{ErrorKind::Refused,
                 "the server takes any free port: start it first, or say --public HOST:PORT"};
  PublicAddress address{.host = at.value().host, .port = at.value().port};
  if (desk.address) {
    address.pin = desk.address->pin;
    address.spare_pin = desk.address->spare_pin;
    return address;
  }
  const auto authority = make_authority(desk.house.path() / "tls",
                                        certificate_names(config.value(), at.value()), desk.house.clock());
  if (!authority) return authority.error();
  address.pin = authority.value().pin;
  address.spare_pin = authority.value().spare_pin;
  return address;
}

Result<domain::Scope> scope_said(const Command& command) {
  const auto scope = domain::value_of<domain::Scope>(command.scope);
  if (!scope) return Error{ErrorKind::Invalid, "the scope of a device is organisation or assigned"};
  return *scope;
}

Outcome enrol_command(const Desk& desk, const Organisation& organisation) {
  const auto role = domain::value_of<DeviceRole>(desk.command.role);
  if (!role || *role == DeviceRole::Office)
    return Error{ErrorKind::Invalid, "the role of a device is tablet or kiosk"};
  const auto scope = scope_said(desk.command);
  if (!scope) return scope.error();
  const auto address = address_for(desk);
  if (!address) return address.error();
  EnrolmentCode code;
  const auto opened = desk.house.write(organisation.id, [&](OrganisationStore& store) -> Done {
    std::optional<UserId> user_id;
    if (!desk.command.user.empty()) {
      const auto person = find_by_words(store.db(), desk.command.user);
      if (!person) return person.error();
      user_id = person.value().user.id;
    }
    const auto made = open_enrolment(store, UserId{}, *role, user_id, scope.value());
    if (!made) return made.error();
    code = made.value();
    return done();
  });
  if (!opened) return opened.error();
  const auto line = enrolment_line(address.value(), organisation.id, code.code);
  auto output = said(desk.command, {{"line", line}, {"expires", to_rfc3339(code.expires_at)}}, line + '\n');
  output.err = fmt::format("For one {} of {}, until {}. On the device: aftercare enrol '<the line>'\n",
                           desk.command.role, organisation.name, to_rfc3339(code.expires_at));
  return output;
}

Outcome demo_command(const Desk& desk, const Organisation& organisation) {
  const auto filled = fill_with_demo(desk.house, organisation.id, asset_folder());
  if (!filled) return filled.error();
  const auto& report = filled.value();
  const json value{{"was_there", report.was_there}, {"customers", report.customer_count},
                   {"assets", report.asset_count},  {"work_orders", report.work_order_count},
                   {"forms", report.form_count},    {"people", report.user_count}};
  if (report.was_there)
    return said(desk.command, value,
                fmt::format("The demo is in {} already: nothing was changed.\n", organisation.name));
  return said(
      desk.command, value,
      fmt::format(
          "Filled {} with {} people, {} customers in six languages, {} assets, {} work orders and {} forms. All of it is invented.\n",
          organisation.name, report.user_count, report.customer_count, report.asset_count,
          report.work_order_count, report.form_count));
}

Outcome visits_command(const Desk& desk, const Organisation& organisation) {
  auto visits = desk.office.visits(desk.house, organisation.id, desk.command.limit);
  if (!visits) return visits.error();
  auto words = visits.value().rows.size() == 1
                   ? fmt::format("The server holds no visit of {} yet.\n", organisation.name)
                   : table(visits.value().rows);
  if (visits.value().has_more) words += "There are more: say --limit.\n";
  return said(desk.command, visits.value().json, std::move(words));
}

/// What the restore cost, for whoever has to make up for it.
std::string lost_words(const LostFeed& lost) {
  return fmt::format(
      "The restore of {} kept the feed up to {}; devices show that it had reached at least {}. Of these {} operations {} came back. "
      "What only the office wrote since the backup (work orders, people, devices revoked) does not come back: look it over.\n",
      to_rfc3339(lost.restored_at).substr(0, 16), lost.kept_seq, lost.reached_seq, lost.lost_count(),
      lost.came_back_count);
}

/// From now on they count as missing, and devices that have them are asked. Says which they were.
Result<std::vector<std::string>> put_aside_damaged(storage::BlobFiles& blobs,
                                                   const std::vector<Hash>& names) {
  std::vector<std::string> damaged;
  for (const auto& name : names) {
    const auto bytes = blobs.read_or_put_aside(name, protocol::kLimits.blob_byte_count_max);
    if (!bytes && bytes.error().kind != ErrorKind::Corrupt) return bytes.error();
    if (!bytes) damaged.push_back(to_hex(name));
  }
  return damaged;
}

Outcome check_command(const Desk& desk, const Organisation& organisation) {
  const auto store = desk.house.read(organisation.id);
  if (!store) return store.error();
  const auto checked = check_organisation(*store.value(), desk.house.blobs(organisation.id));
  if (!checked) return checked.error();
  const auto& found = checked.value();
  const auto damaged = put_aside_damaged(desk.house.blobs(organisation.id), found.damaged_blobs);
  if (!damaged) return damaged.error();
  auto output = said(
      desk.command,
      {{"sound", found.complaints.empty() && damaged.value().empty()},
       {"operations", found.operation_count},
       {"journals", found.lineage_count},
       {"seals", found.sealed_count},
       {"blobs", found.blob_count},
       {"blobs_awaited", found.blob_awaited_count},
       {"blobs_damaged", damaged.value()},
       {"complaints", found.complaints}},
      fmt::format(
          "Followed {} operations of {} journals, {} seals, {} photos and signatures; {} more are still with the devices.\n",
          found.operation_count, found.lineage_count, found.sealed_count, found.blob_count,
          found.blob_awaited_count));
  const auto lost = lost_feeds(store.value()->db());
  if (!lost) return lost.error();
  for (const auto& one : lost.value()) output.err += lost_words(one);
  for (const auto& complaint : found.complaints) output.err += complaint + '\n';
  for (const auto& name : damaged.value()) output.err += fmt::format("the photo {} is damaged\n", name);
  if (!damaged.value().empty()) {
    output.exit = 1;
    output.err += fmt::format(
        "{} damaged photos or signatures were put aside (blobs/{}/damaged; none was deleted). Devices that still have them send them "
        "again, within a day of their next contact. What has not come back then, take from a backup: restore it elsewhere.\n",
        damaged.value().size(), to_text(organisation.id));
  }
  if (!found.complaints.empty()) {
    output.exit = 1;
    output.err +=
        "This data cannot be trusted as it is. Nothing was changed: keep a copy of the folder, and restore the last backup elsewhere.\n";
  }
  return output;
}

Outcome backup_command(const Desk& desk) {
  const auto file = from(desk.call.folder, desk.command.file);
  const auto backed_up = back_up(desk.house, file);
  if (!backed_up) return backed_up.error();
  const auto& report = backed_up.value();
  return said(
      desk.command,
      {{"file", file.string()},
       {"organisations", report.organisation_count},
       {"blobs", report.blob_count},
       {"bytes", report.byte_count}},
      fmt::format(
          "Wrote {} organisations and {} photos and signatures ({} bytes) to {}.\n"
          "The key is not in it: keep a copy of {}/key in another place than the backup. To restore, both are needed:\n"
          "  aftercare-server restore --data NEW-FOLDER --from {} --key KEY\n",
          report.organisation_count, report.blob_count, report.byte_count, file.string(),
          desk.house.path().string(), file.string()));
}

Outcome erase_command(const Desk& desk, const Organisation& organisation) {
  const auto erased = desk.house.erase(organisation.id, UserId{}, desk.command.number);
  if (!erased) return erased.error();
  const auto& report = erased.value();
  std::string kinds;
  json by_kind = json::object();
  for (const auto& [kind, count] : report.erased) {
    kinds += fmt::format("  {:<14} {}\n", kind, count);
    by_kind[kind] = count;
  }
  return said(
      desk.command,
      {{"customer", desk.command.number},
       {"erased", by_kind},
       {"operations", report.operation_count},
       {"blobs", report.blobs.size()},
       {"kept", report.kept}},
      fmt::format(
          "Destroyed the personal data of {}: in {} operations, {} photos and signatures, and these records:\n{}Kept: {}\n"
          "Devices erase it at their next sync.\n",
          desk.command.number, report.operation_count, report.blobs.size(), kinds, report.kept));
}

/// Which organisation's it is stands in the file.
Outcome rescue_command(const Desk& desk) {
  const auto file = from(desk.call.folder, desk.command.file);
  const auto taken = import_rescue(desk.house, file);
  if (!taken) return taken.error();
  const auto& report = taken.value();
  const auto& answer = report.answer;
  auto output = said(
      desk.command,
      {{"file", file.string()},
       {"device", report.prefix},
       {"is_whole", report.is_whole},
       {"new_operations", answer.new_operation_count},
       {"new_blobs", answer.new_blob_count},
       {"pieces", report.piece_count},
       {"damaged", report.damaged_count},
       {"behind", report.behind_count}},
      fmt::format("Took what device {} wrote: {} operations and {} photos and signatures were new here.\n",
                  report.prefix, answer.new_operation_count, answer.new_blob_count));
  if (report.is_whole) return output;
  output.exit = 1;
  output.err =
      report.behind_count > 0
          ? fmt::format(
                "{} pieces follow on work of device {} that is not here. Keep the file, and bring it "
                "again when that device has synced or its older rescue file was taken.\n",
                report.behind_count, report.prefix)
          : fmt::format(
                "The file is damaged or cut off: {} pieces could not be read, the others were taken. "
                "Nothing on device {} was changed: write the file there once more.\n",
                report.damaged_count, report.prefix);
  return output;
}

Result<Role> role_of(const std::string& word) {
  const auto role = domain::value_of<Role>(word);
  if (!role)
    return Error{ErrorKind::Invalid,
                 "the role of a person is technician, kiosk, dispatcher, manager or administrator"};
  return *role;
}

Outcome add_person_command(const Desk& desk, const Organisation& organisation) {
  const auto& command = desk.command;
  const auto role = role_of(command.role);
  if (!role) return role.error();
  NewPerson person{.name = command.person, .role = role.value(), .language = command.language};
  ChosenPassword chosen;
  if (!command.email.empty()) {
    auto email = email_of_text(command.email);
    if (!email) return email.error();
    person.email = std::move(email).value();
    auto password =
        choose_password(desk.call, "AFTERCARE_PASSWORD", person.email, desk.rules, desk.house.random());
    if (!password) return password.error();
    chosen = std::move(password).value();
    person.password_hash = chosen.hash;
  }
  UserId id;
  const auto added = desk.house.write(organisation.id, [&](OrganisationStore& store) -> Done {
    const auto made = add_person(store, UserId{}, person);
    if (!made) return made.error();
    id = made.value();
    return done();
  });
  if (!added) return added.error();
  json value{{"id", to_text(id)}, {"name", person.name}, {"role", domain::name_of(person.role)}};
  if (chosen.made) value["password"] = *chosen.made;
  return said(
      command, value,
      fmt::format("Added {} as {}.\n{}", person.name, domain::name_of(person.role), password_line(chosen)));
}

/// What happens to one person, found by name or address and written in one transaction.
template <class Change>
Result<Person> change_one(const Desk& desk, const Organisation& organisation, Change change) {
  Person found;
  const auto changed = desk.house.write(organisation.id, [&](OrganisationStore& store) -> Done {
    auto person = find_by_words(store.db(), desk.command.person);
    if (!person) return person.error();
    found = std::move(person).value();
    return change(store, found);
  });
  if (!changed) return changed.error();
  return found;
}

Outcome password_command(const Desk& desk, const Organisation& organisation) {
  const auto chosen =
      choose_password(desk.call, "AFTERCARE_PASSWORD", desk.command.person, desk.rules, desk.house.random());
  if (!chosen) return chosen.error();
  const auto person = change_one(desk, organisation, [&](OrganisationStore& store, const Person& there) {
    return set_password(store, UserId{}, there, chosen.value().hash);
  });
  if (!person) return person.error();
  json value{{"name", person.value().user.name}};
  if (chosen.value().made) value["password"] = *chosen.value().made;
  return said(desk.command, value,
              fmt::format("{} has a new password, and is signed out everywhere.\n{}",
                          person.value().user.name, password_line(chosen.value())));
}

Outcome role_command(const Desk& desk, const Organisation& organisation) {
  const auto role = role_of(desk.command.role);
  if (!role) return role.error();
  const auto person = change_one(desk, organisation, [&](OrganisationStore& store, const Person& there) {
    auto after = there.user;
    after.role = role.value();
    return change_person(store, UserId{}, there, after);
  });
  if (!person) return person.error();
  return said(desk.command, {{"name", person.value().user.name}, {"role", desk.command.role}},
              fmt::format("{} is {} now, and is signed out everywhere.\n", person.value().user.name,
                          desk.command.role));
}

Outcome link_command(const Desk& desk, const Organisation& organisation) {
  auto address = address_for(desk);
  if (!address) return address.error();
  std::string token;
  const auto person =
      change_one(desk, organisation, [&](OrganisationStore& store, const Person& there) -> Done {
        auto made = make_sign_in_link(store, UserId{}, there, desk.rules);
        if (!made) return made.error();
        token = std::move(made).value();
        return done();
      });
  if (!person) return person.error();
  const auto link =
      fmt::format("https://{}:{}/office/#sign-in={}", address.value().host, address.value().port, token);
  return said(desk.command, {{"name", person.value().user.name}, {"link", link}}, link + '\n');
}

Outcome reset_totp_command(const Desk& desk, const Organisation& organisation) {
  const auto person = change_one(desk, organisation, [&](OrganisationStore& store, const Person& there) {
    return remove_totp(store, UserId{}, there);
  });
  if (!person) return person.error();
  return said(desk.command, {{"name", person.value().user.name}},
              fmt::format("{} has no second factor any more, and is signed out everywhere.\n",
                          person.value().user.name));
}

Outcome remove_command(const Desk& desk, const Organisation& organisation) {
  const auto person = change_one(desk, organisation, [&](OrganisationStore& store, const Person& there) {
    auto after = there.user;
    after.is_active = false;
    return change_person(store, UserId{}, there, after);
  });
  if (!person) return person.error();
  return said(
      desk.command, {{"name", person.value().user.name}},
      fmt::format(
          "{} can no longer sign in; what they wrote stays. Their tablets go on until `device revoke`.\n",
          person.value().user.name));
}

Outcome list_devices_command(const Desk& desk, const Organisation& organisation) {
  const auto store = desk.house.read(organisation.id);
  if (!store) return store.error();
  const auto devices = list_devices(store.value()->db());
  if (!devices) return devices.error();
  std::vector<std::vector<std::string>> rows{
      {"PREFIX", "NAME", "ROLE", "STATE", "LAST CONTACT (UTC)", "VERSION", "HELD", "ID"}};
  auto list = json::array();
  for (const auto& device : devices.value()) {
    const auto contact = device.last_contact_at ? to_rfc3339(*device.last_contact_at) : std::string{};
    const auto* state = device.revoked_at ? "revoked" : device.returned_at ? "returned" : "active";
    rows.push_back({device.prefix, device.name, std::string{domain::name_of(device.role)}, state,
                    contact.empty() ? "never" : contact.substr(0, 16), device.app_version,
                    std::to_string(device.held_dseq), to_text(device.device_id)});
    list.push_back({{"id", to_text(device.device_id)},
                    {"prefix", device.prefix},
                    {"name", device.name},
                    {"role", domain::name_of(device.role)},
                    {"scope", domain::name_of(device.scope)},
                    {"state", state},
                    {"enrolled_at", to_rfc3339(device.enrolled_at)},
                    {"last_contact_at", contact.empty() ? json(nullptr) : json(contact)},
                    {"app_version", device.app_version},
                    {"held_dseq", device.held_dseq}});
  }
  return said(desk.command, {{"devices", list}},
              devices.value().empty() ? "No device is enrolled yet.\n" : table(rows));
}

Result<DeviceAccess> device_said(const Desk& desk, OrganisationStore& store) {
  const auto devices = list_devices(store.db());
  if (!devices) return devices.error();
  const auto found = std::ranges::find_if(devices.value(), [&](const DeviceAccess& device) {
    return to_text(device.device_id) == desk.command.device || device.prefix == desk.command.device;
  });
  if (found == devices.value().end()) {
    return Error{ErrorKind::NotFound,
                 "there is no device of this id or prefix: `device list` shows them; nothing was changed"};
  }
  return *found;
}

Outcome scope_command(const Desk& desk, const Organisation& organisation) {
  const auto scope = scope_said(desk.command);
  if (!scope) return scope.error();
  DeviceAccess device;
  const auto changed = desk.house.write(organisation.id, [&](OrganisationStore& store) -> Done {
    auto found = device_said(desk, store);
    if (!found) return found.error();
    device = std::move(found).value();
    return set_scope(store, UserId{}, device.device_id, scope.value());
  });
  if (!changed) return changed.error();
  const auto* words =
      scope.value() == domain::Scope::Assigned
          ? "{} ({}) keeps the customers that its user works for; at its next sync it lets go of the others, when nothing unsent of its own is about them.\n"
          : "{} ({}) is given every customer from its next sync on.\n";
  return said(desk.command, {{"id", to_text(device.device_id)}, {"scope", desk.command.scope}},
              fmt::format(fmt::runtime(words), device.name, device.prefix));
}

Outcome revoke_command(const Desk& desk, const Organisation& organisation) {
  DeviceAccess revoked;
  const auto changed = desk.house.write(organisation.id, [&](OrganisationStore& store) -> Done {
    auto found = device_said(desk, store);
    if (!found) return found.error();
    revoked = std::move(found).value();
    return revoke_device(store, UserId{}, revoked.device_id);
  });
  if (!changed) return changed.error();
  return said(
      desk.command, {{"id", to_text(revoked.device_id)}, {"state", "revoked"}},
      fmt::format(
          "{} ({}) is revoked: what it still holds it may hand in, and that is set aside for you to look at; then it erases itself.\n",
          revoked.name, revoked.prefix));
}

Outcome run_on(const Desk& desk) {
  const auto& name = desk.command.name;
  if (name == "init") return init(desk);
  if (name == "backup") return backup_command(desk);
  if (name == "rescue import") return rescue_command(desk);
  const auto organisation = desk.house.find(desk.command.organisation);
  if (!organisation) return organisation.error();
  using Run = Outcome (*)(const Desk&, const Organisation&);
  static const std::map<std::string, Run, std::less<>> kCommands{
      {"enrol", enrol_command},
      {"demo", demo_command},
      {"visits", visits_command},
      {"erase", erase_command},
      {"check", check_command},
      {"person add", add_person_command},
      {"person password", password_command},
      {"person role", role_command},
      {"person link", link_command},
      {"person totp-reset", reset_totp_command},
      {"person remove", remove_command},
      {"device list", list_devices_command},
      {"device revoke", revoke_command},
      {"device scope", scope_command},
  };
  const auto found = kCommands.find(name);
  if (found == kCommands.end())
    return Error{ErrorKind::Refused, fmt::format("`{}` cannot run through another server", name)};
  return found->second(desk, organisation.value());
}

}  // namespace

std::variant<Command, CommandOutput> command_of(const CommandCall& call) {
  Command command;
  Grammar grammar{command};
  try {
    grammar.parse(call.arguments);
  } catch (const CLI::ParseError& error) {
    std::ostringstream out;
    std::ostringstream err;
    const int code = grammar.explain(error, out, err);
    return CommandOutput{.exit = code == 0 ? 0 : 2, .out = out.str(), .err = err.str()};
  }
  command.data = from(call.folder, command.data);
  command.config_file = from(call.folder, command.config_file);
  return command;
}

CommandOutput failed(const Error& error) {
  std::string words = error.detail;
  if (!words.empty() && words.back() != '\n') words += '\n';
  return {.exit = 1, .out = {}, .err = std::move(words)};
}

CommandOutput run_command(const Command& command, const CommandCall& call, House& house,
                          const AccountRules& rules, const std::optional<PublicAddress>& address,
                          const OfficeParts& office) {
  auto outcome = run_on({command, call, house, rules, address, office});
  return outcome ? std::move(outcome).value() : failed(outcome.error());
}

CommandOutput run_restore(const Command& command, Clock& clock, Random& random) {
  const auto restored = restore(command.data, std::filesystem::absolute(command.file),
                                std::filesystem::absolute(command.key_file), clock, random);
  if (!restored) return failed(restored.error());
  auto list = nlohmann::json::object();
  std::string words = fmt::format("Restored into {}:\n", command.data.string());
  for (const auto& [name, seq] : restored.value().organisations) {
    list[name] = seq;
    words += fmt::format("  {}: {} operations\n", name, seq);
  }
  words +=
      "Devices notice at their next sync, and send again what the backup lacks. Those enrolled since the backup come back "
      "by their certificates (`device list` says \"returned\"). Who was revoked since the backup is not known any more: "
      "revoke them again. Make a backup now: until then devices keep everything.\n";
  const auto damaged = restored.value().damaged_blob_count;
  auto output =
      said(command, {{"data", command.data.string()}, {"organisations", list}, {"damaged_blobs", damaged}},
           std::move(words));
  if (damaged > 0) {
    output.err = fmt::format(
        "{} photos or signatures were damaged in the archive and left out; devices that still have "
        "them send them again.\n",
        damaged);
  }
  return output;
}

Result<HostPort> public_address(const std::string& said, const Config& config) {
  if (!said.empty()) return host_port_of(said);
  auto listening = host_port_of(config.listen);
  if (!listening) return listening.error();
  if (!config.host_names.empty()) return HostPort{config.host_names.front(), listening.value().port};
  if (listening.value().host == "0.0.0.0" || listening.value().host == "::") {
    return Error{
        ErrorKind::Refused,
        "this server listens on every address: say under which name devices find it, with --public HOST:PORT or host_names in the configuration"};
  }
  return listening;
}

Result<Config> config_of(const Command& command, const TextByName& environment) {
  std::optional<std::filesystem::path> file;
  if (!command.config_file.empty()) {
    file = command.config_file;
  } else if (std::filesystem::exists(command.data / "server.toml")) {
    file = command.data / "server.toml";
  }
  return load_config(file, environment, command.flags);
}

std::vector<std::string> certificate_names(const Config& config, const HostPort& address) {
  auto names = config.host_names;
  if (std::ranges::find(names, address.host) == names.end()) names.push_back(address.host);
  return names;
}

}  // namespace aftercare::server
