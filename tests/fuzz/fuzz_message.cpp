// The small messages of enrolment, tokens, push answers, blobs and what is unsent: one set of bytes is shown
// to all their decoders, and whatever one accepts encodes to the same bytes.

#include "sync/protocol/message.h"
#include "tests/fuzz/accepted.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace aftercare;
  const auto bytes = fuzz::view_of(data, size);
  fuzz::claim_only_form(bytes, protocol::decode_enrol_request);
  fuzz::claim_only_form(bytes, protocol::decode_enrol_answer);
  fuzz::claim_only_form(bytes, protocol::decode_challenge_request);
  fuzz::claim_only_form(bytes, protocol::decode_token_request);
  fuzz::claim_only_form(bytes, protocol::decode_token_answer);
  fuzz::claim_only_form(bytes, protocol::decode_push_answer);
  fuzz::claim_only_form(bytes, protocol::decode_unsent);
  fuzz::claim_only_form(bytes, protocol::decode_lost_items);
  fuzz::claim_only_form(bytes, protocol::decode_lost_items_answer);
  if (const auto hashes = protocol::decode_hashes(bytes))
    fuzz::claim(protocol::encode_hashes(hashes.value()) == bytes);
  if (const auto challenge = protocol::decode_challenge(bytes))
    fuzz::claim(protocol::encode_challenge(challenge.value()) == bytes);
  return 0;
}
