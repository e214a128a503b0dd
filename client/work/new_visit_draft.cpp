#include "client/work/new_visit_draft.h"

namespace aftercare::work {
namespace {

// It lies among the drafts of visits, a row for each field, under the id that no visit has.
const domain::VisitId kNoVisitYet{};
constexpr std::string_view kText = "text.";

Done keep(storage::Database& db, const domain::UserId& by, const std::string& field,
          const std::string& value) {
  if (value.empty()) return done();
  return db.run("INSERT INTO draft (visit_id, user_id, field, value) VALUES (?, ?, ?, ?)", kNoVisitYet, by,
                field, value);
}

template <class IdType>
std::string text_of(const std::optional<IdType>& id) {
  return id ? to_text(*id) : std::string{};
}

template <class IdType>
std::optional<IdType> id_of(const std::string& text) {
  const auto id = id_of_text<IdType>(text);
  return id ? std::optional{id.value()} : std::nullopt;
}

void take(shown::NewVisitDraft& draft, const std::string& field, std::string value) {
  if (field.starts_with(kText)) {
    draft.texts[field.substr(kText.size())] = std::move(value);
  } else if (field == "kind") {
    draft.kind = domain::value_of<domain::VisitKind>(value).value_or(draft.kind);
  } else if (field == "customer_id") {
    draft.customer_id = id_of<domain::CustomerId>(value);
  } else if (field == "asset_id") {
    draft.asset_id = id_of<domain::AssetId>(value);
  } else if (field == "customer_name") {
    draft.customer_name = std::move(value);
  } else if (field == "asset_label") {
    draft.asset_label = std::move(value);
  } else if (field == "is_company") {
    draft.is_company = true;
  } else if (field == "language") {
    draft.language = std::move(value);
  }
}

}  // namespace

Done save_new_visit_draft(storage::Database& db, const domain::UserId& by,
                          const shown::NewVisitDraft& draft) {
  std::map<std::string, std::string> rows{{"kind", std::string(domain::name_of(draft.kind))},
                                          {"customer_id", text_of(draft.customer_id)},
                                          {"asset_id", text_of(draft.asset_id)},
                                          {"customer_name", draft.customer_name},
                                          {"asset_label", draft.asset_label},
                                          {"is_company", draft.is_company ? "yes" : ""},
                                          {"language", draft.language}};
  for (const auto& [field, text] : draft.texts) rows[std::string(kText) + field] = text;
  return db.transaction([&]() -> Done {
    if (const auto dropped = drop_new_visit_draft(db, by); !dropped) return dropped;
    for (const auto& [field, value] : rows) {
      if (const auto kept = keep(db, by, field, value); !kept) return kept;
    }
    return done();
  });
}

Result<shown::NewVisitDraft> load_new_visit_draft(storage::Database& db, const domain::UserId& by) {
  shown::NewVisitDraft draft;
  auto query = db.query("SELECT field, value FROM draft WHERE visit_id = ? AND user_id = ?", kNoVisitYet, by);
  while (query.next()) take(draft, query.text(0), query.text(1));
  if (const auto read = query.done(); !read) return read.error();
  return draft;
}

Done drop_new_visit_draft(storage::Database& db, const domain::UserId& by) {
  return db.run("DELETE FROM draft WHERE visit_id = ? AND user_id = ?", kNoVisitYet, by);
}

Done drop_new_visit_drafts_of_erased(storage::Database& db) {
  return db.run(
      "DELETE FROM draft WHERE visit_id = ? AND user_id IN (SELECT d.user_id FROM draft d JOIN erasure e "
      "ON d.value = lower(hex(e.customer_id)) WHERE d.visit_id = ? AND d.field = 'customer_id')",
      kNoVisitYet, kNoVisitYet);
}

}  // namespace aftercare::work
