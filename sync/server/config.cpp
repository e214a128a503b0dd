#include "sync/server/config.h"

#include <fmt/format.h>
#include <toml++/toml.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <sstream>
#include <type_traits>

namespace aftercare::server {
namespace {

constexpr std::uintmax_t kFileByteCountMax = 1 << 20;

std::string trimmed_text(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return std::string{text};
}

std::vector<std::string> list_of(std::string_view text) {
  std::vector<std::string> list;
  while (!text.empty()) {
    const auto end = std::min(text.find(','), text.size());
    if (auto part = trimmed_text(text.substr(0, end)); !part.empty()) list.push_back(std::move(part));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return list;
}

std::string text_of(const std::vector<std::string>& list) { return fmt::format("{}", fmt::join(list, ",")); }

Error invalid(std::string detail) { return {ErrorKind::Invalid, std::move(detail)}; }

Result<std::int64_t> number_of(std::string_view text, std::int64_t least, std::int64_t most) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < least || value > most) {
    return invalid(fmt::format("a number from {} to {} is wanted, not \"{}\"", least, most, text));
  }
  return value;
}

/// A key that is a number, with its bounds. `member` finds it in a Config.
template <class Member>
ConfigKey number(std::string_view name, std::string_view help, std::int64_t least, std::int64_t most,
                 Member member) {
  ConfigKey key;
  key.name = name;
  key.help = help;
  key.set = [least, most, member](Config& config, std::string_view text) -> Done {
    const auto value = number_of(text, least, most);
    if (!value) return value.error();
    auto& place = member(config);
    place = static_cast<std::remove_reference_t<decltype(place)>>(value.value());
    return done();
  };
  key.get = [member](const Config& config) {
    auto copy = config;
    return std::to_string(member(copy));
  };
  return key;
}

/// The same for a time, told in whole units.
template <class Unit, class Member>
ConfigKey duration(std::string_view name, std::string_view help, std::int64_t least, std::int64_t most,
                   Member member) {
  ConfigKey key;
  key.name = name;
  key.help = help;
  key.set = [least, most, member](Config& config, std::string_view text) -> Done {
    const auto value = number_of(text, least, most);
    if (!value) return value.error();
    member(config) = Unit{value.value()};
    return done();
  };
  key.get = [member](const Config& config) {
    auto copy = config;
    return std::to_string(std::chrono::duration_cast<Unit>(member(copy)).count());
  };
  return key;
}

ConfigKey text_key(std::string_view name, std::string_view help,
                   std::function<Done(Config&, std::string_view)> set,
                   std::function<std::string(const Config&)> get) {
  ConfigKey key;
  key.name = name;
  key.help = help;
  key.set = std::move(set);
  key.get = std::move(get);
  return key;
}

std::vector<ConfigKey> make_keys() {
  using std::chrono::milliseconds;
  using std::chrono::seconds;
  std::vector<ConfigKey> keys;
  keys.push_back(text_key(
      "listen", "address and port, such as 0.0.0.0:8443 or [::]:8443; port 0 takes any free one",
      [](Config& config, std::string_view text) -> Done {
        auto place = host_port_of(text);
        if (!place) return place.error();
        config.listen = std::string{text};
        config.listener.host = std::move(place.value().host);
        config.listener.port = place.value().port;
        return done();
      },
      [](const Config& config) { return config.listen; }));
  keys.push_back(text_key(
      "host_names",
      "the names and addresses under which devices find this server; they stand in its certificate",
      [](Config& config, std::string_view text) -> Done {
        config.host_names = list_of(text);
        return done();
      },
      [](const Config& config) { return text_of(config.host_names); }));
  keys.push_back(text_key(
      "trusted_proxies", "addresses or networks (10.0.0.0/8) whose X-Forwarded-For is believed",
      [](Config& config, std::string_view text) -> Done {
        auto list = list_of(text);
        for (const auto& entry : list) {
          if (!is_network(entry)) return invalid(fmt::format("\"{}\" is no address or network", entry));
        }
        config.listener.proxies = std::move(list);
        return done();
      },
      [](const Config& config) { return text_of(config.listener.proxies); }));
  keys.push_back(text_key(
      "log_level", "trace, debug, info, warn, error or off",
      [](Config& config, std::string_view text) -> Done {
        static constexpr std::array<std::string_view, 6> kLevels{"trace", "debug", "info",
                                                                 "warn",  "error", "off"};
        if (std::find(kLevels.begin(), kLevels.end(), text) == kLevels.end()) {
          return invalid(fmt::format("\"{}\" is none of trace, debug, info, warn, error, off", text));
        }
        config.log_level = std::string{text};
        return done();
      },
      [](const Config& config) { return config.log_level; }));
  keys.push_back(text_key(
      "log_file", "where the log goes; without it, to log/server.log in the data folder",
      [](Config& config, std::string_view text) -> Done {
        config.log_file = std::string{text};
        return done();
      },
      [](const Config& config) { return config.log_file; }));

  keys.push_back(number(
      "io_threads", "threads for sockets and TLS", 1, 256,
      [](Config & config) -> auto& { return config.listener.thread_count; }));
  keys.push_back(number(
      "read_threads", "threads that answer questions", 1, 256,
      [](Config & config) -> auto& { return config.lanes.read_thread_count; }));
  keys.push_back(number(
      "read_queue", "questions that may wait before 503 is answered", 1, 100'000,
      [](Config & config) -> auto& { return config.lanes.read_queue_count_max; }));
  keys.push_back(number(
      "slow_threads", "threads that check passwords; each takes 64 MB while it does", 1, 64,
      [](Config & config) -> auto& { return config.lanes.slow_thread_count; }));
  keys.push_back(number(
      "write_threads", "organisations that are written at the same time", 1, 64,
      [](Config & config) -> auto& { return config.lanes.write_thread_count; }));
  keys.push_back(number(
      "write_queue", "writes of one organisation that may wait before 503 is answered", 1, 100'000,
      [](Config & config) -> auto& { return config.lanes.write_queue_count_max; }));
  keys.push_back(duration<milliseconds>(
      "commit_group_ms", "how long the first write of a group waits for its commit", 0, 1000,
      [](Config & config) -> auto& { return config.lanes.group_wait_max; }));
  keys.push_back(number(
      "connections", "connections at the same time; one more is answered with 503", 1, 100'000,
      [](Config & config) -> auto& { return config.listener.limits.connection_count_max; }));
  keys.push_back(number(
      "streams", "event streams at the same time", 0, 100'000,
      [](Config & config) -> auto& { return config.listener.limits.stream_count_max; }));
  keys.push_back(number(
      "body_total_bytes", "memory for the bodies of all requests under way", 1 << 20, std::int64_t{1} << 40,
      [](Config & config) -> auto& { return config.listener.limits.body_total_byte_count_max; }));
  keys.push_back(duration<seconds>(
      "head_seconds", "how long a request's header may take to arrive", 1, 600,
      [](Config & config) -> auto& { return config.listener.limits.head_time_max; }));
  keys.push_back(duration<seconds>(
      "idle_seconds", "how long a connection may be silent between requests", 1, 3600,
      [](Config & config) -> auto& { return config.listener.limits.idle_time_max; }));
  keys.push_back(duration<seconds>(
      "stall_seconds", "how long an upload or download may stand still", 1, 3600,
      [](Config & config) -> auto& { return config.listener.limits.stall_time_max; }));
  keys.push_back(duration<seconds>(
      "drain_seconds", "how long requests under way may take when the server stops", 0, 600,
      [](Config & config) -> auto& { return config.listener.limits.drain_time_max; }));
  return keys;
}

const ConfigKey* key_named(std::string_view name) {
  for (const auto& key : config_keys()) {
    if (key.name == name) return &key;
  }
  return nullptr;
}

std::string known_names() {
  std::vector<std::string_view> names;
  for (const auto& key : config_keys()) names.push_back(key.name);
  return fmt::format("{}", fmt::join(names, ", "));
}

// Everything as the text that a flag would have.
Result<std::string> text_of(const toml::node& node) {
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* value = node.as_integer()) return std::to_string(value->get());
  if (const auto* list = node.as_array()) {
    std::vector<std::string> parts;
    for (const auto& element : *list) {
      const auto* part = element.as_string();
      if (part == nullptr || part->get().find(',') != std::string::npos)
        return invalid("a list holds texts without commas");
      parts.push_back(part->get());
    }
    return text_of(parts);
  }
  return invalid("a text, a whole number or a list of texts is wanted");
}

Done read_file(const std::filesystem::path& file, Config& config) {
  std::error_code error;
  const auto size = std::filesystem::file_size(file, error);
  if (error)
    return Error{ErrorKind::NotFound, fmt::format("cannot read {}: {}", file.string(), error.message())};
  if (size > kFileByteCountMax)
    return invalid(fmt::format("{} is too long for a configuration", file.string()));
  try {
    const toml::table table = toml::parse_file(file.string());
    for (const auto& [name, node] : table) {
      const auto where = fmt::format("{}, line {}, {}", file.string(), node.source().begin.line, name.str());
      const auto* const key = key_named(name.str());
      if (key == nullptr)
        return invalid(fmt::format("{}: no such key; the keys are {}", where, known_names()));
      const auto text = text_of(node);
      if (!text) return invalid(fmt::format("{}: {}", where, text.error().detail));
      if (const auto set = key->set(config, text.value()); !set) {
        return invalid(fmt::format("{}: {}", where, set.error().detail));
      }
    }
  } catch (const toml::parse_error& wrong) {
    return invalid(
        fmt::format("{}, line {}: {}", file.string(), wrong.source().begin.line, wrong.description()));
  }
  return done();
}

}  // namespace

std::string ConfigKey::flag() const {
  std::string text = "--" + std::string{name};
  std::replace(text.begin(), text.end(), '_', '-');
  return text;
}

std::string ConfigKey::variable() const {
  std::string text = "AFTERCARE_" + std::string{name};
  for (char& letter : text) {
    if (letter >= 'a' && letter <= 'z') letter = static_cast<char>(letter - 'a' + 'A');
  }
  return text;
}

std::span<const ConfigKey> config_keys() {
  static const std::vector<ConfigKey> keys = make_keys();
  return keys;
}

Result<Config> load_config(const std::optional<std::filesystem::path>& file, const TextByName& environment,
                           const TextByName& flags) {
  Config config;
  const auto* const listen = key_named("listen");
  if (const auto set = listen->set(config, config.listen); !set) return set.error();
  if (file) {
    if (const auto read = read_file(*file, config); !read) return read.error();
  }
  for (const auto& key : config_keys()) {
    const auto at = environment.find(key.variable());
    if (at == environment.end()) continue;
    if (const auto set = key.set(config, at->second); !set) {
      return invalid(fmt::format("{} in the environment: {}", key.variable(), set.error().detail));
    }
  }
  for (const auto& [name, text] : flags) {
    const auto* const key = key_named(name);
    if (key == nullptr) return invalid(fmt::format("no such key: {}; the keys are {}", name, known_names()));
    if (const auto set = key->set(config, text); !set)
      return invalid(fmt::format("{}: {}", key->flag(), set.error().detail));
  }
  return config;
}

TextByName environment_of_process() {
  TextByName variables;
  for (char** each = environ; each != nullptr && *each != nullptr; ++each) {
    const std::string_view line = *each;
    const auto equals = line.find('=');
    if (equals != std::string_view::npos) variables.emplace(line.substr(0, equals), line.substr(equals + 1));
  }
  return variables;
}

Result<HostPort> host_port_of(std::string_view text) {
  const auto advice = [&] {
    return invalid(
        fmt::format("\"{}\" is no address and port; write it like 0.0.0.0:8443 or [::1]:8443", text));
  };
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return advice();
  auto host = text.substr(0, colon);
  const auto port_text = text.substr(colon + 1);
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(port_text.data(), port_text.data() + port_text.size(), port);
  if (error != std::errc{} || port_text.empty() || end != port_text.data() + port_text.size())
    return advice();
  if (host.front() == '[') {
    if (host.size() < 4 || host.back() != ']') return advice();
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != std::string_view::npos) {
    return advice();
  }
  return HostPort{std::string{host}, port};
}

}  // namespace aftercare::server
