#pragma once

#include "shared/domain/codec.h"
#include "sync/server/organisation_store.h"

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// People who sign in with a password: who they are, how it is checked, how long it lasts.
namespace aftercare::server {

struct AccountRules {
  unsigned long long hash_pass_count = 3;  // Argon2id: 64 MiB, three passes, about 100 ms
  std::size_t hash_byte_count = 64 << 20;
  std::size_t password_character_count_min = 12;
  std::size_t password_byte_count_max = 256;
  std::chrono::hours session_life{12};
  std::chrono::seconds lock_first{1};  // after the first wrong password; then twice as long each time
  std::chrono::seconds lock_max{15 * 60};
  std::size_t unknown_email_count_max = 4096;  // whose tries are remembered
  bool managers_need_totp = true;              // and administrators
  std::chrono::minutes link_life{60};          // of a one-time sign-in link
};

class Passwords {
 public:
  explicit Passwords(AccountRules rules = {});

  [[nodiscard]] const AccountRules& rules() const { return rules_; }
  /// Refused, with advice, when it is too short, too long or the e-mail address.
  [[nodiscard]] Done check(std::string_view password, std::string_view email) const;
  /// Slow on purpose. Full when there is no memory for it.
  [[nodiscard]] Result<std::string> hash(std::string_view password) const;
  /// Takes as long without a hash (nobody has this e-mail address) as with one.
  [[nodiscard]] bool is_right(const std::optional<std::string>& hash, std::string_view password) const;
  /// One that nobody has to invent: four groups of five signs, about 99 bits.
  [[nodiscard]] static std::string make(Random& random);

 private:
  AccountRules rules_;
  std::string nobodys_hash_;
};

/// Counts wrong tries for addresses that have no account, so that they are slowed down like the others
/// and nobody learns who has an account.
class UnknownEmails {
 public:
  explicit UnknownEmails(std::size_t count_max) : count_max_(count_max) {}
  struct Tries {
    std::int64_t failed_count = 0;
    Instant locked_until{};
  };
  [[nodiscard]] Tries tries(const OrganisationId& organisation_id, std::string_view email) const;
  void note_failure(const OrganisationId& organisation_id, std::string_view email, Instant now,
                    const AccountRules& rules);

 private:
  const std::size_t count_max_;
  mutable std::mutex mutex_;
  std::map<Hash, Tries> tries_;
  std::deque<Hash> order_;  // oldest first
};

/// How long nobody may try again after so many wrong passwords.
[[nodiscard]] std::chrono::seconds lock_after(std::int64_t failed_count, const AccountRules& rules);

/// As it is kept and compared: without blanks, lower case. Invalid when it is no address.
[[nodiscard]] Result<std::string> email_of_text(std::string_view text);

/// A person who works here, and how they sign in, if they do.
struct Person {
  domain::User user;
  std::string email;  // empty: has no account
  std::string password_hash;
  std::int64_t failed_count = 0;
  Instant locked_until{};
  Bytes totp_secret;  // empty: no second factor yet
  std::int64_t totp_step = 0;
};
[[nodiscard]] Result<std::vector<Person>> list_people(storage::Database& db);
[[nodiscard]] Result<std::optional<Person>> find_person(storage::Database& db, const UserId& id);
[[nodiscard]] Result<std::optional<Person>> find_by_email(storage::Database& db, std::string_view email);
/// By e-mail address, else by whole name. NotFound, or Refused when several have this name.
[[nodiscard]] Result<Person> find_by_words(storage::Database& db, std::string_view words);

// In a transaction or write job.

struct NewPerson {
  std::string name;
  std::string email = {};  // empty for people who only use a tablet
  Role role = Role::Technician;
  std::string language = "en";
  std::string password_hash = {};
};
/// Conflict when the address is taken; Invalid when somebody of the office has none.
[[nodiscard]] Result<UserId> add_person(OrganisationStore& store, const UserId& by, const NewPerson& person);
/// Ends all sessions of that person.
[[nodiscard]] Done set_password(OrganisationStore& store, const UserId& by, const Person& person,
                                std::string_view password_hash);
/// A new secret for the person's authenticator app, in force once a code of it was given.
[[nodiscard]] Result<Bytes> begin_totp(OrganisationStore& store, const UserId& id);
/// Refused when the code is not of the secret begun last. The session that asks has a second factor then.
[[nodiscard]] Done confirm_totp(OrganisationStore& store, const UserId& id, std::string_view code,
                                std::string_view cookie);
/// Takes the second factor away, for somebody who lost their device: they set it up anew. Ends their
/// sessions.
[[nodiscard]] Done remove_totp(OrganisationStore& store, const UserId& by, const Person& person);

/// Changes name, role, language or whether they work here. A new role or leaving ends their sessions;
/// who left loses the account. Refused for the last administrator.
[[nodiscard]] Done change_person(OrganisationStore& store, const UserId& by, const Person& person,
                                 const domain::User& after);

// ---- Sessions --------------------------------------------------------------------------------------

struct PersonSession {
  UserId user_id;
  Role role = Role::Technician;
  std::string csrf_token;
  Instant expires_at{};
  bool has_totp = false;
  bool has_second_factor = false;
};
struct OpenedSession {
  std::string cookie;  // the value; only its hash is kept
  PersonSession session;
};
inline constexpr std::string_view kSessionCookie = "__Host-session";

/// Forgets the wrong tries and those sessions that are over.
[[nodiscard]] Result<OpenedSession> open_session(OrganisationStore& store, const Person& person,
                                                 const AccountRules& rules, bool has_second_factor);
/// Whether somebody who signed in must set up a second factor before they may do anything else.
[[nodiscard]] bool must_set_up_totp(const PersonSession& session, const AccountRules& rules);
/// The token of a link that signs one person in, once, from the server's own command line: whoever can
/// run that holds the data already, so it stands for both factors.
[[nodiscard]] Result<std::string> make_sign_in_link(OrganisationStore& store, const UserId& by,
                                                    const Person& person, const AccountRules& rules);
/// Who the link is for, and forgets it. Nobody when it was used, is over or never was.
[[nodiscard]] Result<std::optional<Person>> use_sign_in_link(OrganisationStore& store,
                                                             std::string_view token);
[[nodiscard]] Done note_failed_sign_in(OrganisationStore& store, const Person& person,
                                       const AccountRules& rules);
/// The organisation that a cookie speaks of, believed by nobody before `find_session`.
[[nodiscard]] std::optional<OrganisationId> organisation_of_cookie(std::string_view cookie);
struct FoundSession {
  std::optional<PersonSession> session;
  bool is_over = false;  // there was one
};
[[nodiscard]] Result<FoundSession> find_session(OrganisationStore& store, std::string_view cookie);
[[nodiscard]] Done close_session(OrganisationStore& store, std::string_view cookie);

}  // namespace aftercare::server
