#pragma once

#include <string_view>

/// What a hash or a signature is for stands in front of what it covers, so that bytes made for one
/// purpose can never serve another. All of them, in one place; a released one never changes.
namespace aftercare::protocol {

// Hashes
inline constexpr std::string_view kOperationTag = "aftercare/op/1";
inline constexpr std::string_view kBodyTag = "aftercare/body/1";
inline constexpr std::string_view kDecisionTag = "aftercare/decision/1";
inline constexpr std::string_view kGroupTag = "aftercare/group/1";
inline constexpr std::string_view kSealTag = "aftercare/seal/1";
inline constexpr std::string_view kRootTag = "aftercare/root/1";
inline constexpr std::string_view kRescueTag = "aftercare/rescue/1";

// Signatures of a device
inline constexpr std::string_view kSignTag = "aftercare/sign/1";
inline constexpr std::string_view kHeadTag = "aftercare/head/1";
inline constexpr std::string_view kEnrolTag = "aftercare/enrol/1";
inline constexpr std::string_view kTokenTag = "aftercare/token/1";
inline constexpr std::string_view kRescueEndTag = "aftercare/rescue-end/1";

// Signatures of an organisation
inline constexpr std::string_view kDeviceTag = "aftercare/device/1";
inline constexpr std::string_view kReceiptTag = "aftercare/receipt/1";
inline constexpr std::string_view kStatementTag = "aftercare/statement/1";
inline constexpr std::string_view kCountersignTag = "aftercare/countersign/1";
inline constexpr std::string_view kErasureTag = "aftercare/erasure/1";
inline constexpr std::string_view kRowTag = "aftercare/row/1";

}  // namespace aftercare::protocol
