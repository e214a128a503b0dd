#include "sync/engine/enrol.h"

#include "sync/protocol/tags.h"

namespace aftercare::sync {
namespace {

protocol::EnrolRequest request_for(const Enrolment& wish) {
  protocol::EnrolRequest request{.organisation_id = wish.line.organisation_id,
                                 .code = wish.line.code,
                                 .device_id = wish.device_id,
                                 .public_key = wish.key.public_key,
                                 .device_name = wish.device_name,
                                 .app_version = wish.app_version,
                                 .proof = {}};
  request.proof = sign(wish.key, protocol::kEnrolTag, protocol::enrol_proof_text(request));
  return request;
}

Result<protocol::EnrolAnswer> ask(Server& server, const protocol::EnrolRequest& request,
                                  const EnrolLimits& limits) {
  for (std::size_t count = 1;; ++count) {
    auto answer = server.enrol(request);
    const auto may_have_been_lost = !answer && answer.error().kind == ErrorKind::Offline;
    if (!may_have_been_lost || count >= limits.try_count_max) return answer;
  }
}

/// The certificate, when it makes this very key a device of this very organisation.
Result<protocol::Certificate> checked(const protocol::EnrolAnswer& answer, const Enrolment& wish) {
  if (!protocol::is_signed_by(answer.organisation_key, protocol::kDeviceTag, answer.certificate)) {
    return Error{ErrorKind::Corrupt,
                 "the server's certificate for this device does not verify; nothing was saved"};
  }
  auto certificate = protocol::decode_certificate(answer.certificate.statement);
  if (!certificate) return certificate.error();
  const auto& word = certificate.value();
  if (word.organisation_id != wish.line.organisation_id || word.device_id != wish.device_id ||
      word.public_key != wish.key.public_key) {
    return Error{ErrorKind::Corrupt, "the server's certificate is for another device; nothing was saved"};
  }
  if (word.prefix.empty()) return Error{ErrorKind::Invalid, "the server gave no prefix for short numbers"};
  return certificate;
}

}  // namespace

Result<Identity> enrol(Store& store, Server& server, Clock& clock, const Enrolment& wish,
                       const EnrolLimits& limits) {
  const auto before = store.identity();
  if (!before) return before.error();
  if (before.value()) {
    return Error{ErrorKind::Refused, "this folder already belongs to a device of " +
                                         before.value()->organisation_name + "; enrol into an empty folder"};
  }

  const auto answer = ask(server, request_for(wish), limits);
  if (!answer) return answer.error();
  const auto& word = answer.value();
  const auto certificate = checked(word, wish);
  if (!certificate) return certificate.error();

  Identity identity{.organisation_id = wish.line.organisation_id,
                    .organisation_name = word.organisation_name,
                    .device_id = wish.device_id,
                    .key = wish.key,
                    .prefix = certificate.value().prefix,
                    .role = certificate.value().role,
                    .user_id = word.user_id,
                    .certificate = word.certificate,
                    .organisation_key = word.organisation_key,
                    .box_key = word.box_key,
                    .line = wish.line};
  identity.line.code.clear();  // spent, and nobody needs to find it here

  if (const auto saved = store.save_identity(identity, word.epoch); !saved) return saved.error();
  // The device is enrolled, whether or not this succeeds; signing in tells the time again.
  static_cast<void>(store.note_server_time(word.server_time, clock.now(), clock.monotonic_ms()));
  return identity;
}

}  // namespace aftercare::sync
