#pragma once

#include "client/shown/visit_page.h"
#include "sync/store/device_store.h"

/// What somebody must look at, in the words that people use for it.
namespace aftercare::work {

/// One entry for each visit, or other record, of which something was set aside; whatever else is told stands
/// by itself. What was left to the office comes last.
[[nodiscard]] Result<std::vector<shown::Attention>> attention_of(storage::Database& db,
                                                                 const sync::Standing& standing);

}  // namespace aftercare::work
