#pragma once

#include <string>

/// JSON Schemas of what the office's routes answer and take, for /openapi.json; the page's types are made of
/// them.
namespace aftercare::office::schema {

[[nodiscard]] std::string visit_page();
[[nodiscard]] std::string visit();
[[nodiscard]] std::string work_order_page();
[[nodiscard]] std::string work_order();
[[nodiscard]] std::string work_order_with_history();
[[nodiscard]] std::string new_work_order();
[[nodiscard]] std::string work_order_change();
[[nodiscard]] std::string customers();
[[nodiscard]] std::string customer();
[[nodiscard]] std::string new_customer();
[[nodiscard]] std::string technicians();
[[nodiscard]] std::string forms();
[[nodiscard]] std::string products();
[[nodiscard]] std::string audit_page();
[[nodiscard]] std::string secret();
[[nodiscard]] std::string customer_rating();
[[nodiscard]] std::string signed_record();
[[nodiscard]] std::string set_aside();
[[nodiscard]] std::string settled();

}  // namespace aftercare::office::schema
