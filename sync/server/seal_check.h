#pragma once

#include "shared/domain/sign_off.h"
#include "sync/server/organisation_store.h"

#include <optional>
#include <string>
#include <vector>

namespace aftercare::server {

/// What a check of one sealed record found, by the hashes and signatures that are here.
enum class SealState {
  Intact,      // everything that was signed is here, unchanged
  Erased,      // the same, but for groups that were destroyed by law
  Incomplete,  // the device's signature has not arrived yet
  Broken,      // something was changed, or is missing without the organisation's word
};

enum class GroupState { Intact, Erased, Missing, Changed };

struct GroupCheck {
  std::string name;
  GroupState state = GroupState::Intact;
};

struct SealCheck {
  SealState state = SealState::Intact;
  std::vector<GroupCheck> groups;
  Hash seal{};
  bool is_signed = false;  // by the device that wrote the seal
  std::optional<Instant> countersigned_at;
};

[[nodiscard]] Result<SealCheck> check_seal_of(OrganisationStore& store, const domain::SignOff& sign_off);

}  // namespace aftercare::server

template <>
struct aftercare::domain::Names<aftercare::server::SealState> {
  static constexpr std::array<std::string_view, 4> values{"intact", "erased", "incomplete", "broken"};
};
template <>
struct aftercare::domain::Names<aftercare::server::GroupState> {
  static constexpr std::array<std::string_view, 4> values{"intact", "erased", "missing", "changed"};
};
