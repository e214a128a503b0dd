#include "sync/server/accounts.h"

#include "shared/base/hash.h"
#include "shared/base/text.h"
#include "shared/storage/records.h"
#include "sync/server/office.h"
#include "sync/server/totp.h"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>

namespace aftercare::server {
namespace {

constexpr std::size_t kSecretSize = 32;

/// The languages that we speak with people.
constexpr std::array<std::string_view, 6> kLanguages{"en", "cs", "ka", "sl", "ru", "vi"};

Hash cookie_hash(std::string_view cookie) { return sha256(cookie); }

Hash email_hash(const OrganisationId& organisation_id, std::string_view email) {
  return sha256({view(organisation_id), email});
}

/// Reads `user LEFT JOIN account` rows.
Result<std::vector<Person>> people_where(storage::Database& db, std::string_view condition,
                                         const auto&... args) {
  std::vector<Person> people;
  auto query = db.query(
      fmt::format(
          "SELECT u.id, a.email, a.password_hash, a.failed_count, a.locked_until_ms, a.totp_secret, a.totp_step FROM user u "
          "LEFT JOIN account a ON a.user_id = u.id WHERE {} ORDER BY u.rowid",
          condition),
      args...);
  while (query.next()) {
    Person person;
    person.user.id = query.template id<UserId>(0);
    person.email = query.text(1);
    person.password_hash = query.text(2);
    person.failed_count = query.integer(3);
    person.locked_until = from_ms(query.integer(4));
    person.totp_secret = query.bytes(5);
    person.totp_step = query.integer(6);
    people.push_back(std::move(person));
  }
  if (const auto read = query.done(); !read) return read.error();
  for (auto& person : people) {
    auto user = storage::find<domain::User>(db, person.user.id);
    if (!user) return user.error();
    if (user.value()) person.user = std::move(*user.value());
  }
  return people;
}

std::optional<Person> first_of(std::vector<Person> people) {
  if (people.empty()) return std::nullopt;
  return std::move(people.front());
}

Done end_sessions(OrganisationStore& store, const UserId& id) {
  return store.db().run("DELETE FROM session WHERE user_id = ?", id);
}

Done check_user(const domain::User& user) {
  if (user.name.empty() || character_count(user.name) > 200) {
    return Error{ErrorKind::Invalid, "a person needs a name of at most 200 characters"};
  }
  if (std::ranges::find(kLanguages, user.language) == kLanguages.end()) {
    return Error{ErrorKind::Invalid, "the language is one of en, cs, ka, sl, ru, vi"};
  }
  return done();
}

Result<bool> is_last_administrator(OrganisationStore& store, const UserId& id) {
  auto query = store.db().query(
      "SELECT count(*) FROM user WHERE role = 'administrator' AND is_active = 1 AND id <> ?", id);
  const bool is_last = query.next() && query.integer(0) == 0;
  if (const auto read = query.done(); !read) return read.error();
  return is_last;
}

}  // namespace

// ---- Passwords -------------------------------------------------------------------------------------

Passwords::Passwords(AccountRules rules) : rules_(rules) {
  if (auto made = hash("a password that nobody has")) nobodys_hash_ = std::move(made).value();
}

Done Passwords::check(std::string_view password, std::string_view email) const {
  if (!is_clean_utf8(password) || password.size() > rules_.password_byte_count_max) {
    return Error{ErrorKind::Refused, fmt::format("a password has at most {} bytes of plain text",
                                                 rules_.password_byte_count_max)};
  }
  if (character_count(password) < rules_.password_character_count_min) {
    return Error{ErrorKind::Refused,
                 fmt::format("a password has at least {} characters: three or four words that do not "
                             "belong together are easy to remember and hard to guess",
                             rules_.password_character_count_min)};
  }
  const auto folded = fold_for_search(password);
  if (!email.empty() && (folded == fold_for_search(email) || password == email)) {
    return Error{ErrorKind::Refused,
                 "the e-mail address is the first password that anybody would try: take another"};
  }
  if (std::ranges::all_of(password, [&](char sign) { return sign == password.front(); })) {
    return Error{ErrorKind::Refused, "one sign over and over is quickly guessed: take another password"};
  }
  return done();
}

Result<std::string> Passwords::hash(std::string_view password) const {
  std::array<char, crypto_pwhash_STRBYTES> text{};
  if (crypto_pwhash_str(text.data(), password.data(), password.size(), rules_.hash_pass_count,
                        rules_.hash_byte_count) != 0) {
    return Error{ErrorKind::Busy, "there is too little memory to check passwords right now: try again"};
  }
  return std::string{text.data()};
}

bool Passwords::is_right(const std::optional<std::string>& hash, std::string_view password) const {
  const auto& text = hash ? *hash : nobodys_hash_;
  const bool fits = crypto_pwhash_str_verify(text.c_str(), password.data(), password.size()) == 0;
  return fits && hash.has_value();
}

std::string Passwords::make(Random& random) {
  constexpr std::string_view kSigns = "23456789abcdefghjkmnpqrstuvwxyz";  // 31, none that look alike
  constexpr std::size_t kEvenMax =
      256 / kSigns.size() * kSigns.size();  // above it some signs would come more often
  std::string password;
  std::size_t count = 0;
  while (count < 20) {
    const auto byte = static_cast<unsigned char>(random.bytes(1).front());
    if (byte >= kEvenMax) continue;
    if (count > 0 && count % 5 == 0) password += '-';
    password += kSigns[byte % kSigns.size()];
    ++count;
  }
  return password;
}

UnknownEmails::Tries UnknownEmails::tries(const OrganisationId& organisation_id,
                                          std::string_view email) const {
  const std::scoped_lock lock(mutex_);
  const auto found = tries_.find(email_hash(organisation_id, email));
  return found == tries_.end() ? Tries{} : found->second;
}

void UnknownEmails::note_failure(const OrganisationId& organisation_id, std::string_view email, Instant now,
                                 const AccountRules& rules) {
  const auto key = email_hash(organisation_id, email);
  const std::scoped_lock lock(mutex_);
  auto [entry, is_new] = tries_.try_emplace(key);
  ++entry->second.failed_count;
  entry->second.locked_until = now + lock_after(entry->second.failed_count, rules);
  if (!is_new) return;
  order_.push_back(key);
  if (order_.size() > count_max_) {
    tries_.erase(order_.front());
    order_.pop_front();
  }
}

std::chrono::seconds lock_after(std::int64_t failed_count, const AccountRules& rules) {
  auto lock = rules.lock_first;
  for (std::int64_t n = 1; n < failed_count && lock < rules.lock_max; ++n) lock *= 2;
  return std::min(lock, rules.lock_max);
}

// ---- People ----------------------------------------------------------------------------------------

Result<std::string> email_of_text(std::string_view text) {
  constexpr std::size_t kSizeMax = 254;
  const Error wrong{ErrorKind::Invalid, "this is no e-mail address: write it like name@example.com"};
  auto email = to_nfc(trimmed(text));
  if (!email) return wrong;
  std::string lower = std::move(email).value();
  for (char& sign : lower) {
    const auto code = static_cast<unsigned char>(sign);
    if (code <= ' ' || code == 0x7f || sign == '<' || sign == '>' || sign == ',' || sign == ';') return wrong;
    if (sign >= 'A' && sign <= 'Z') sign = static_cast<char>(sign - 'A' + 'a');
  }
  const auto at = lower.find('@');
  if (lower.size() > kSizeMax || at == 0 || at == std::string::npos || at + 1 == lower.size() ||
      lower.find('@', at + 1) != std::string::npos) {
    return wrong;
  }
  return lower;
}

Result<std::vector<Person>> list_people(storage::Database& db) { return people_where(db, "1"); }

Result<std::optional<Person>> find_person(storage::Database& db, const UserId& id) {
  auto people = people_where(db, "u.id = ?", id);
  if (!people) return people.error();
  return first_of(std::move(people).value());
}

Result<std::optional<Person>> find_by_email(storage::Database& db, std::string_view email) {
  auto people = people_where(db, "a.email = ?", email);
  if (!people) return people.error();
  return first_of(std::move(people).value());
}

Result<Person> find_by_words(storage::Database& db, std::string_view words) {
  if (const auto email = email_of_text(words)) {
    auto found = find_by_email(db, email.value());
    if (!found) return found.error();
    if (found.value()) return std::move(*found.value());
  }
  const auto name = to_nfc(trimmed(words));
  if (!name) return Error{ErrorKind::Invalid, "a name is plain text"};
  auto people = people_where(db, "u.name = ? AND u.is_active = 1", name.value());
  if (!people) return people.error();
  if (people.value().empty()) {
    return Error{
        ErrorKind::NotFound,
        fmt::format("nobody here is called {}: give the whole name or the e-mail address", name.value())};
  }
  if (people.value().size() > 1) {
    return Error{ErrorKind::Refused,
                 fmt::format("several people are called {}: give the e-mail address", name.value())};
  }
  return std::move(people.value().front());
}

Result<UserId> add_person(OrganisationStore& store, const UserId& by, const NewPerson& person) {
  domain::User user;
  user.id = make_id<UserId>(store.clock(), store.random());
  auto name = to_nfc(trimmed(person.name));
  if (!name) return Error{ErrorKind::Invalid, "a name is plain text"};
  user.name = std::move(name).value();
  user.role = person.role;
  user.language = person.language;
  if (const auto checked = check_user(user); !checked) return checked.error();

  if (person.email.empty() && person.role != Role::Technician) {
    return Error{ErrorKind::Invalid, "somebody of the office signs in, so they need an e-mail address"};
  }
  if (!person.email.empty()) {
    const auto taken = find_by_email(store.db(), person.email);
    if (!taken) return taken.error();
    if (taken.value())
      return Error{ErrorKind::Conflict, "somebody has this e-mail address already: nothing was changed"};
  }

  if (const auto created = office_create(store, by, user); !created) return created.error();
  if (!person.email.empty()) {
    const auto saved =
        store.db().run("INSERT INTO account (user_id, email, password_hash, changed_ms) VALUES (?, ?, ?, ?)",
                       user.id, person.email, person.password_hash, store.clock().now());
    if (!saved) return saved.error();
  }
  const auto noted =
      store.note_audit(to_text(by), "person.added", to_text(user.id), domain::name_of(user.role));
  if (!noted) return noted.error();
  return user.id;
}

Done set_password(OrganisationStore& store, const UserId& by, const Person& person,
                  std::string_view password_hash) {
  const auto saved = store.db().run(
      "UPDATE account SET password_hash = ?, failed_count = 0, locked_until_ms = 0, changed_ms = ? WHERE user_id = ?",
      password_hash, store.clock().now(), person.user.id);
  if (!saved) return saved;
  if (store.db().changes() == 0) {
    return Error{ErrorKind::Refused, "this person has no account: they use a tablet only"};
  }
  if (const auto ended = end_sessions(store, person.user.id); !ended) return ended;
  return store.note_audit(to_text(by), "person.password", to_text(person.user.id), "");
}

Result<Bytes> begin_totp(OrganisationStore& store, const UserId& id) {
  auto secret = store.random().bytes(kTotpSecretSize);
  const auto saved =
      store.db().run("UPDATE account SET totp_pending = ? WHERE user_id = ?", storage::AsBlob{secret}, id);
  if (!saved) return saved.error();
  return secret;
}

Done confirm_totp(OrganisationStore& store, const UserId& id, std::string_view code,
                  std::string_view cookie) {
  Bytes secret;
  {
    auto query = store.db().query("SELECT totp_pending FROM account WHERE user_id = ?", id);
    if (query.next()) secret = query.bytes(0);
    if (const auto read = query.done(); !read) return read;
  }
  if (secret.empty()) return Error{ErrorKind::Refused, "begin setting up the second factor first"};
  const auto step = accepted_totp_step(secret, code, store.clock().now(), 0);
  if (!step) {
    return Error{ErrorKind::Refused,
                 "this code is not the one of now: look at the app again, and at the clock of its device"};
  }
  auto saved = store.db().run(
      "UPDATE account SET totp_secret = totp_pending, totp_pending = NULL, totp_step = ? WHERE user_id = ?",
      *step, id);
  if (saved)
    saved =
        store.db().run("UPDATE session SET has_second_factor = 1 WHERE token_hash = ?", cookie_hash(cookie));
  if (saved) saved = store.note_audit(to_text(id), "person.second_factor", to_text(id), "on");
  return saved;
}

Done remove_totp(OrganisationStore& store, const UserId& by, const Person& person) {
  auto saved = store.db().run(
      "UPDATE account SET totp_secret = NULL, totp_pending = NULL, totp_step = 0 WHERE user_id = ?",
      person.user.id);
  if (saved) saved = end_sessions(store, person.user.id);
  if (saved) saved = store.note_audit(to_text(by), "person.second_factor", to_text(person.user.id), "off");
  return saved;
}

Done change_person(OrganisationStore& store, const UserId& by, const Person& person,
                   const domain::User& after) {
  if (const auto checked = check_user(after); !checked) return checked;
  const auto& before = person.user;
  const bool was_administrator = before.role == Role::Administrator && before.is_active;
  if (was_administrator && (after.role != Role::Administrator || !after.is_active)) {
    const auto is_last = is_last_administrator(store, before.id);
    if (!is_last) return is_last.error();
    if (is_last.value()) {
      return Error{ErrorKind::Refused,
                   "this is the last administrator: make another one first; nothing was changed"};
    }
  }
  if (after.role != Role::Technician && after.is_active && person.email.empty()) {
    return Error{ErrorKind::Refused,
                 "somebody of the office signs in, so they need an e-mail address: add them anew with one"};
  }
  if (const auto changed = office_change(store, by, before, after); !changed) return changed;

  if (after.role != before.role || !after.is_active) {
    if (const auto ended = end_sessions(store, after.id); !ended) return ended;
  }
  if (!after.is_active) {
    if (const auto gone = store.db().run("DELETE FROM account WHERE user_id = ?", after.id); !gone)
      return gone;
  }
  return store.note_audit(to_text(by), after.is_active ? "person.changed" : "person.removed",
                          to_text(after.id), domain::name_of(after.role));
}

// ---- Sessions --------------------------------------------------------------------------------------

Result<OpenedSession> open_session(OrganisationStore& store, const Person& person, const AccountRules& rules,
                                   bool has_second_factor) {
  const auto now = store.clock().now();
  OpenedSession opened;
  // The organisation stands in front, so that the cookie alone tells whose file to look into.
  opened.cookie =
      to_base64url(std::string{view(store.organisation().id)} + store.random().bytes(kSecretSize));
  opened.session = {.user_id = person.user.id,
                    .role = person.user.role,
                    .csrf_token = to_base64url(store.random().bytes(kSecretSize)),
                    .expires_at = now + rules.session_life,
                    .has_totp = !person.totp_secret.empty(),
                    .has_second_factor = has_second_factor};
  auto saved = store.db().run("DELETE FROM session WHERE expires_ms <= ?", now);
  if (saved) {
    saved = store.db().run(
        "INSERT INTO session (token_hash, user_id, csrf, created_ms, expires_ms, has_second_factor) VALUES (?, ?, ?, ?, ?, ?)",
        cookie_hash(opened.cookie), person.user.id, opened.session.csrf_token, now, opened.session.expires_at,
        has_second_factor);
  }
  if (saved)
    saved = store.db().run("UPDATE account SET failed_count = 0, locked_until_ms = 0 WHERE user_id = ?",
                           person.user.id);
  if (saved) saved = store.note_audit(to_text(person.user.id), "session.opened", to_text(person.user.id), "");
  if (!saved) return saved.error();
  return opened;
}

bool must_set_up_totp(const PersonSession& session, const AccountRules& rules) {
  const bool is_bound = session.role == Role::Manager || session.role == Role::Administrator;
  return rules.managers_need_totp && is_bound && !session.has_second_factor;
}

Result<std::string> make_sign_in_link(OrganisationStore& store, const UserId& by, const Person& person,
                                      const AccountRules& rules) {
  if (person.email.empty() || !person.user.is_active)
    return Error{ErrorKind::Refused, "this person has no account to sign in to: they use a tablet only"};
  const auto now = store.clock().now();
  auto token = to_base64url(std::string{view(store.organisation().id)} + store.random().bytes(kSecretSize));
  auto saved = store.db().run("DELETE FROM sign_in_link WHERE expires_ms <= ?", now);
  if (saved)
    saved = store.db().run("INSERT INTO sign_in_link (token_hash, user_id, expires_ms) VALUES (?, ?, ?)",
                           cookie_hash(token), person.user.id, now + rules.link_life);
  if (saved) saved = store.note_audit(to_text(by), "session.link", to_text(person.user.id), "");
  if (!saved) return saved.error();
  return token;
}

Result<std::optional<Person>> use_sign_in_link(OrganisationStore& store, std::string_view token) {
  std::optional<UserId> user_id;
  {
    auto query = store.db().query(
        "DELETE FROM sign_in_link WHERE token_hash = ? RETURNING user_id, expires_ms", cookie_hash(token));
    while (query.next()) {
      if (from_ms(query.integer(1)) > store.clock().now()) user_id = query.id<UserId>(0);
    }
    if (const auto read = query.done(); !read) return read.error();
  }
  if (!user_id) return std::optional<Person>{};
  auto person = find_person(store.db(), *user_id);
  if (!person) return person.error();
  if (!person.value() || !person.value()->user.is_active || person.value()->email.empty())
    return std::optional<Person>{};
  return person;
}

Done note_failed_sign_in(OrganisationStore& store, const Person& person, const AccountRules& rules) {
  // Counted from the row, not from what was read before the slow hash: tries side by side all count.
  std::int64_t failed_count = person.failed_count;
  {
    auto query = store.db().query(
        "UPDATE account SET failed_count = failed_count + 1 WHERE user_id = ? RETURNING failed_count",
        person.user.id);
    while (query.next()) failed_count = query.integer(0);
    if (const auto counted = query.done(); !counted) return counted;
  }
  const auto locked = store.db().run("UPDATE account SET locked_until_ms = ? WHERE user_id = ?",
                                     store.clock().now() + lock_after(failed_count, rules), person.user.id);
  if (!locked) return locked;
  return store.note_audit(to_text(person.user.id), "session.refused", to_text(person.user.id),
                          fmt::format("try {}", failed_count));
}

std::optional<OrganisationId> organisation_of_cookie(std::string_view cookie) {
  const auto bytes = from_base64url(cookie);
  if (!bytes || bytes.value().size() != sizeof(OrganisationId::bytes) + kSecretSize) return std::nullopt;
  const auto id =
      id_of_bytes<OrganisationId>(std::string_view{bytes.value()}.substr(0, sizeof(OrganisationId::bytes)));
  return id ? std::optional{id.value()} : std::nullopt;
}

Result<FoundSession> find_session(OrganisationStore& store, std::string_view cookie) {
  FoundSession found;
  auto query = store.db().query(
      "SELECT s.user_id, s.csrf, s.expires_ms, u.role, s.has_second_factor, a.totp_secret IS NOT NULL FROM session s "
      "JOIN user u ON u.id = s.user_id LEFT JOIN account a ON a.user_id = u.id WHERE s.token_hash = ? AND u.is_active = 1",
      cookie_hash(cookie));
  if (query.next()) {
    PersonSession session{.user_id = query.id<UserId>(0),
                          .role = domain::value_of<Role>(query.text(3)).value_or(Role::Technician),
                          .csrf_token = query.text(1),
                          .expires_at = from_ms(query.integer(2)),
                          .has_totp = query.integer(5) != 0,
                          .has_second_factor = query.integer(4) != 0};
    found.is_over = store.clock().now() >= session.expires_at;
    if (!found.is_over) found.session = std::move(session);
  }
  if (const auto read = query.done(); !read) return read.error();
  return found;
}

Done close_session(OrganisationStore& store, std::string_view cookie) {
  return store.db().run("DELETE FROM session WHERE token_hash = ?", cookie_hash(cookie));
}

}  // namespace aftercare::server
