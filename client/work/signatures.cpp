#include "client/work/signatures.h"

namespace aftercare::work {
Result<protocol::StrokeFacts> keep_strokes(sync::DeviceStore& store, const Strokes& strokes) {
  const auto sha256 = store.keep_blob(encode(strokes), /*is_small=*/true);
  if (!sha256) return sha256.error();
  return protocol::StrokeFacts{{sha256.value()},
                               strokes.digitiser,
                               strokes.width_px,
                               strokes.height_px,
                               static_cast<std::int64_t>(strokes.strokes.size())};
}

Strokes strokes_of(const shown::Signature& signature) {
  Strokes strokes{signature.digitiser, signature.width_px, signature.height_px, {}};
  for (const auto& stroke : signature.strokes) {
    auto& points = strokes.strokes.emplace_back();
    points.reserve(stroke.size());
    for (const auto& sample : stroke) points.push_back({sample.x, sample.y, sample.t_ms, sample.pressure});
  }
  return strokes;
}

shown::Signature signature_of(const Strokes& strokes) {
  shown::Signature signature{strokes.digitiser, strokes.width_px, strokes.height_px, {}};
  for (const auto& stroke : strokes.strokes) {
    auto& samples = signature.strokes.emplace_back();
    samples.reserve(stroke.size());
    for (const auto& point : stroke) samples.push_back({point.x, point.y, point.t_ms, point.pressure});
  }
  return signature;
}

}  // namespace aftercare::work
