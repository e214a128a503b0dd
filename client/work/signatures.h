#pragma once

#include "client/shown/visit_page.h"
#include "client/work/visit_record.h"
#include "sync/protocol/sealed_visit.h"
#include "sync/store/device_store.h"

/// A signature as the pad draws it and as it is kept.
namespace aftercare::work {

[[nodiscard]] Strokes strokes_of(const shown::Signature& signature);
[[nodiscard]] shown::Signature signature_of(const Strokes& strokes);
/// Keeps the bytes of the strokes, and says what a seal says of them.
[[nodiscard]] Result<protocol::StrokeFacts> keep_strokes(sync::DeviceStore& store, const Strokes& strokes);

}  // namespace aftercare::work
