#pragma once

#include "client/app/effect.h"
#include "client/work/visit_steps.h"

/// What technician and customer write into an open visit by taps and keys: each is one transaction, and
/// takes what it makes superfluous out of the draft.
namespace aftercare::work {

/// What became of a text that was typed. When it does not fit, nothing was written and the draft stays;
/// the refusal is a catalogue key.
struct FieldVerdict {
  std::string refusal;
  [[nodiscard]] bool is_taken() const { return refusal.empty(); }
};

/// The clock of the visit goes on, and with it the work order's state.
[[nodiscard]] Done write_event(sync::DeviceStore& store, const app::WriteEvent& wish);
[[nodiscard]] Result<FieldVerdict> write_answer(sync::DeviceStore& store, const app::WriteAnswer& wish);
[[nodiscard]] Result<FieldVerdict> write_field(sync::DeviceStore& store, const app::WriteField& wish);
/// What a visit without an asset was about: makes the asset, names it in the visit and its work order, and
/// gives the visit the form that fits. Where the visit has one already, nothing: two taps make one.
[[nodiscard]] Result<FieldVerdict> write_asset(sync::DeviceStore& store, const app::WriteAsset& wish);
[[nodiscard]] Done write_note(sync::DeviceStore& store, const app::WriteNote& wish);
[[nodiscard]] Done write_language(sync::DeviceStore& store, const app::WriteLanguage& wish);
[[nodiscard]] Done write_photo(sync::DeviceStore& store, const app::KeepPhoto& wish);
/// Seals the visit. The customer's comment goes under the seal as a note.
[[nodiscard]] Result<Sealed> write_sign_off(sync::DeviceStore& store, const language::Catalogue& catalogue,
                                            const app::WriteSignOff& wish);

}  // namespace aftercare::work
