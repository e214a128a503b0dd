#include "sync/protocol/compress.h"

#include <fmt/format.h>
#include <zstd.h>

#include <algorithm>
#include <cstdlib>
#include <memory>

namespace aftercare::protocol {
namespace {

constexpr int kLevel = 3;
constexpr int kWindowLogMax = 23;  // 8 MiB: a frame may not ask for more memory than this

using Compressor = std::unique_ptr<ZSTD_CCtx, decltype(&ZSTD_freeCCtx)>;
using Decompressor = std::unique_ptr<ZSTD_DCtx, decltype(&ZSTD_freeDCtx)>;

}  // namespace

Bytes compress(std::string_view bytes) {
  thread_local const Compressor context{ZSTD_createCCtx(),
                                        &ZSTD_freeCCtx};  // making one costs more than a small frame
  Bytes out(ZSTD_compressBound(bytes.size()), '\0');
  const auto size =
      ZSTD_compressCCtx(context.get(), out.data(), out.size(), bytes.data(), bytes.size(), kLevel);
  if (ZSTD_isError(size) != 0) std::abort();  // only for want of memory: the bound is zstd's own
  out.resize(size);
  return out;
}

Result<Bytes> decompress(std::string_view bytes, std::size_t byte_count_max) {
  const auto declared = ZSTD_getFrameContentSize(bytes.data(), bytes.size());
  if (declared == ZSTD_CONTENTSIZE_ERROR) return Error{ErrorKind::Invalid, "not a zstd frame"};
  if (declared != ZSTD_CONTENTSIZE_UNKNOWN && declared > byte_count_max) {
    return Error{ErrorKind::Invalid, fmt::format("unpacks to more than {} bytes", byte_count_max)};
  }
  thread_local const Decompressor context{ZSTD_createDCtx(), &ZSTD_freeDCtx};
  ZSTD_DCtx_reset(context.get(), ZSTD_reset_session_only);
  ZSTD_DCtx_setParameter(context.get(), ZSTD_d_windowLogMax, kWindowLogMax);

  Bytes out;
  ZSTD_inBuffer input{bytes.data(), bytes.size(), 0};
  for (;;) {
    constexpr std::size_t kStep = 256 << 10;
    const auto before = out.size();
    const bool is_declared = before == 0 && declared != ZSTD_CONTENTSIZE_UNKNOWN;  // and within the bound
    const std::size_t step = is_declared ? static_cast<std::size_t>(declared) + 1 : kStep;
    out.resize(std::min(before + step, byte_count_max + 1));
    ZSTD_outBuffer output{out.data(), out.size(), before};
    const auto left = ZSTD_decompressStream(context.get(), &output, &input);
    if (ZSTD_isError(left) != 0) return Error{ErrorKind::Invalid, "a damaged zstd frame"};
    out.resize(output.pos);
    if (out.size() > byte_count_max)
      return Error{ErrorKind::Invalid, fmt::format("unpacks to more than {} bytes", byte_count_max)};
    if (left == 0) break;
    if (input.pos == input.size && output.pos < output.size)
      return Error{ErrorKind::Invalid, "a zstd frame that was cut"};
  }
  if (input.pos != input.size) return Error{ErrorKind::Invalid, "something follows the zstd frame"};
  return out;
}

}  // namespace aftercare::protocol
