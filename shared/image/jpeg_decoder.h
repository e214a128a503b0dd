#pragma once

#include <csetjmp>
#include <cstddef>
#include <cstdio>
#include <string_view>

#include <jpeglib.h>

/// libjpeg as this folder uses it. It leaves by longjmp when something is wrong: the functions between
/// setjmp(errors.place) and libjpeg hold nothing that has a destructor; what has one lives with their
/// callers.
namespace aftercare::image {

inline constexpr int kScanCountMax = 32;  // a progressive picture has about ten

struct JpegErrors {
  jpeg_error_mgr manager{};
  std::jmp_buf place{};
  bool has_strange_bytes = false;  // between the picture's own
};

/// What `info.err` is to be. An error, and a warning that means damage, jump to `errors.place`.
[[nodiscard]] jpeg_error_mgr* jumping_errors(JpegErrors& errors);

struct JpegDecoder {
  jpeg_decompress_struct info{};
  JpegErrors errors;
  jpeg_progress_mgr progress{};

  JpegDecoder();
  JpegDecoder(const JpegDecoder&) = delete;
  JpegDecoder& operator=(const JpegDecoder&) = delete;
  ~JpegDecoder();

  /// Up to the header, with bounded memory and scans. To be called behind setjmp; the bytes outlive it.
  void open(std::string_view bytes);
};

}  // namespace aftercare::image
