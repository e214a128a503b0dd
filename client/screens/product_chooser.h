#pragma once

#include "client/screens/visit_column.h"

/// Which product of the catalogue something new is: one row, which opens into a list in place.
namespace aftercare::screens {

struct ProductChooser {
  std::string key;    // of its targets: "new_visit.product"
  std::string field;  // of the draft's texts: the chosen article number lies there
  const std::vector<domain::Product>* products = nullptr;  // null: on their way
};
/// Nothing where the organisation has no catalogue.
[[nodiscard]] Wish draw_product_chooser(const Stage& stage, Column& column, const ProductChooser& chooser,
                                        std::map<std::string, std::string>& texts);
/// The product of the article number that lies there; null when none is chosen, or it is gone.
[[nodiscard]] const domain::Product* chosen_product(const ProductChooser& chooser,
                                                    const std::map<std::string, std::string>& texts);

/// What fits what was typed (all of its words, in name, brand or article number), the likeliest first.
[[nodiscard]] std::vector<const domain::Product*> best_products(const std::vector<domain::Product>& products,
                                                                std::string_view typed,
                                                                std::size_t count_max);

}  // namespace aftercare::screens
