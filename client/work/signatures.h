#pragma once

#include "client/shown/visit_page.h"
#include "client/work/visit_record.h"

/// A signature as the pad draws it and as it is kept.
namespace aftercare::work {

[[nodiscard]] Strokes strokes_of(const shown::Signature& signature);
[[nodiscard]] shown::Signature signature_of(const Strokes& strokes);
/// The strict inverse of `encode(const Strokes&)`. Invalid on anything else.
[[nodiscard]] Result<Strokes> decode_strokes(std::string_view bytes);

}  // namespace aftercare::work
