#include "shared/image/jpeg_decoder.h"

#include <jerror.h>

namespace aftercare::image {
namespace {

constexpr long kDecoderBytesMax = 512L << 20;  // what a progressive one of 64 megapixels needs

[[noreturn]] void on_error(j_common_ptr info) {
  std::longjmp(reinterpret_cast<JpegErrors*>(info->err)->place, 1);  // NOLINT: libjpeg knows no other way
}

// libjpeg paints grey over what is missing and calls it a warning; for us the picture is damaged.
void on_message(j_common_ptr info, int level) {
  if (level >= 0) return;
  switch (info->err->msg_code) {
    case JWRN_ADOBE_XFORM:
    case JWRN_JFIF_MAJOR:
    case JWRN_BOGUS_ICC: return;
    case JWRN_EXTRANEOUS_DATA: reinterpret_cast<JpegErrors*>(info->err)->has_strange_bytes = true; return;
    default: on_error(info);
  }
}

void on_output(j_common_ptr) {}

// A picture of many thousand scans would keep the decoder busy for hours.
void on_progress(j_common_ptr info) {
  if (reinterpret_cast<j_decompress_ptr>(info)->input_scan_number > kScanCountMax) on_error(info);
}

}  // namespace

jpeg_error_mgr* jumping_errors(JpegErrors& errors) {
  auto* const manager = jpeg_std_error(&errors.manager);
  manager->error_exit = on_error;
  manager->emit_message = on_message;
  manager->output_message = on_output;
  return manager;
}

JpegDecoder::JpegDecoder() {
  info.err = jumping_errors(errors);
  progress.progress_monitor = on_progress;
}

JpegDecoder::~JpegDecoder() { jpeg_destroy_decompress(&info); }

void JpegDecoder::open(std::string_view bytes) {
  jpeg_create_decompress(&info);
  info.progress = &progress;
  info.mem->max_memory_to_use = kDecoderBytesMax;
  jpeg_mem_src(&info, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  jpeg_read_header(&info, TRUE);
}

}  // namespace aftercare::image
