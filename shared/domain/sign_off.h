#pragma once

#include "shared/domain/visit.h"

namespace aftercare::domain {

using SignOffId = Id<struct SignOffTag>;
using SealedGroupId = Id<struct SealedGroupTag>;
/// The id of a sign-off that is still to come: the groups are written before the seal that lists them.
using SealId = Id<struct SealTag>;
using ErasureId = Id<struct ErasureTag>;

enum class Outcome { Signed, Refused, Absent };
template <>
struct Names<Outcome> {
  static constexpr std::array<std::string_view, 3> values{"signed", "refused", "absent"};
};

enum class SignerRole { Customer, FamilyMember, Neighbour, Tenant, Employee, Manager, Caretaker, Other };
template <>
struct Names<SignerRole> {
  static constexpr std::array<std::string_view, 8> values{"customer", "family_member", "neighbour", "tenant",
                                                          "employee", "manager",       "caretaker", "other"};
};

enum class OutcomeReason {
  None,
  NotSatisfied,
  PriceDisputed,
  WorkUnfinished,
  NoTime,
  WontSign,
  NotHome,
  LeftBeforeEnd,
  Remote,
  UnmannedSite,
  Other
};
template <>
struct Names<OutcomeReason> {
  static constexpr std::array<std::string_view, 11> values{
      "none",     "not_satisfied",   "price_disputed", "work_unfinished", "no_time", "wont_sign",
      "not_home", "left_before_end", "remote",         "unmanned_site",   "other"};
};

/// The customer's word on a visit: signed, refused or absent. Written once, and from then on the
/// visit is frozen; a correction is a new sign-off that names the one it replaces.
struct SignOff {
  SignOffId id;
  VisitId visit_id;
  Outcome outcome = Outcome::Signed;
  OutcomeReason reason = OutcomeReason::None;
  std::string reason_text;
  std::string signer_name;
  SignerRole signer_role = SignerRole::Customer;
  Instant signed_at{};
  std::string language;            // in which the summary was shown
  std::optional<BlobRef> strokes;  // the raw signature
  Blob seal_list;                  // names and salted hashes of the sealed groups
  Blob link_hash;                  // SHA-256 of the secret in the customer's QR code
  std::optional<SignOffId> replaces_id;
  Blob signature;  // the device's, appended once the sealing operation has its hash
  Bytes extra = {};
};

template <class C, class F>
requires std::same_as<std::remove_const_t<C>, SignOff>
void each_field(C& sign_off, F&& field) {
  field(1, "visit_id", sign_off.visit_id, kOnce);
  field(2, "outcome", sign_off.outcome, kOnce);
  field(3, "reason", sign_off.reason, kOnce);
  field(4, "reason_text", sign_off.reason_text, kPersonalOnce);
  field(5, "signer_name", sign_off.signer_name, kPersonalOnce);
  field(6, "signer_role", sign_off.signer_role, kOnce);
  field(7, "signed_at_ms", sign_off.signed_at, kOnce);
  field(8, "language", sign_off.language, kOnce);
  field(9, "strokes_sha256", sign_off.strokes, kPersonalOnce);
  field(10, "seal_list", sign_off.seal_list, kOnce);
  field(11, "link_hash", sign_off.link_hash, kOnce);
  field(12, "replaces_id", sign_off.replaces_id, kOnce);
  field(13, "signature", sign_off.signature, kOnce);
}

/// One group of a sealed record: what its salted hash in the list was made of.
struct SealedGroup {
  SealedGroupId id;
  VisitId visit_id;
  SealId sign_off_id;
  std::string name;
  Blob salt;
  Blob content;  // CBOR, exactly as hashed
  Bytes extra = {};
};

template <class C, class F>
requires std::same_as<std::remove_const_t<C>, SealedGroup>
void each_field(C& group, F&& field) {
  field(1, "visit_id", group.visit_id, kOnce);
  field(2, "sign_off_id", group.sign_off_id, kOnce);
  field(3, "name", group.name, kOnce);
  field(4, "salt", group.salt, kPersonalOnce);
  field(5, "content", group.content, kPersonalOnce);
}

/// The office's word that a person's data was destroyed on their request, and what was kept.
struct Erasure {
  ErasureId id;
  CustomerId customer_id;
  Instant at{};
  std::string kept;  // what stays, and why, in plain words
  Blob records;      // CBOR: which records lost their personal fields, sync/protocol/erasure.h
  Blob statements;   // CBOR: signed words about groups that are missing from sealed records
  Bytes extra = {};
};

template <class C, class F>
requires std::same_as<std::remove_const_t<C>, Erasure>
void each_field(C& erasure, F&& field) {
  field(1, "customer_id", erasure.customer_id, kOnce);
  field(2, "at_ms", erasure.at, kOnce);
  field(3, "kept", erasure.kept, kOnce);
  field(4, "records", erasure.records, kOnce);
  field(5, "statements", erasure.statements, kOnce);
}

/// Refused without a name and strokes when signed, or without a fitting reason when refused or absent.
[[nodiscard]] Done check_sign_off(const SignOff& sign_off);

}  // namespace aftercare::domain
