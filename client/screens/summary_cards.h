#pragma once

#include "client/screens/frame.h"
#include "client/ui/scroll.h"

/// What the customer is shown before they sign: short cards, then word for word what is sealed. And the cards
/// of lines that this and the pages about customers, assets and records are made of.
namespace aftercare::screens {

/// What we did, what we promised, the price; on small pages (`is_small`) the price comes second or first, so
/// that it is seen without scrolling.
void draw_summary_cards(const Stage& stage, ui::Scroll& scroll, const shown::VisitPage& page, bool is_small);
/// What we promised, and what is to pay, for whoever wants to see just that.
void draw_promised_card(const Stage& stage, ui::Scroll& scroll, const shown::VisitPage& page);
void draw_price_card(const Stage& stage, ui::Scroll& scroll, const shown::VisitPage& page, bool is_small);

/// The sealed text itself in a card: its headings and lines as they are.
void draw_whole_summary(ui::Scroll& scroll, std::string_view title, std::string_view summary);

/// One line of a card, with or without an icon before it.
struct CardLine {
  std::string words;
  ui::Icon icon = ui::Icon::None;
  ui::Role icon_role = ui::Role::Soft;
  ui::Face face = ui::Face::Body;
  ui::Role role = ui::Role::Ink;
  bool begins_group = false;  // a little room before it
};
/// A card with a heading (may be empty), as high as its lines need.
void draw_lines_card(ui::Scroll& scroll, std::string_view title, const std::vector<CardLine>& lines);

/// How wide the state of sync is beside the title of such a page; nothing where the title needs the room.
[[nodiscard]] float side_chip_width(const Stage& stage, const FrameView& frame);
/// The middle of the page while something is on its way from the disk.
void draw_loading_page(const Stage& stage);

/// The lines of a text without blanks around them and without empty ones.
[[nodiscard]] std::vector<std::string> lines_of(std::string_view words);

}  // namespace aftercare::screens
