#include "sync/protocol/sealed_visit.h"

#include "shared/domain/codec.h"

#include <algorithm>

namespace aftercare::protocol {
namespace {

using domain::encode_value;

/// A map with text keys in deterministic order: shorter keys first, then by bytes.
class TextMap {
 public:
  TextMap& put(std::string key, Bytes encoded) {
    entries_.emplace_back(std::move(key), std::move(encoded));
    return *this;
  }
  template <class T>
  TextMap& with(std::string key, const T& value) {
    return put(std::move(key), encode_value(value));
  }
  [[nodiscard]] Bytes take() {
    std::ranges::sort(entries_, [](const auto& a, const auto& b) {
      return a.first.size() != b.first.size() ? a.first.size() < b.first.size() : a.first < b.first;
    });
    cbor::Writer writer;
    writer.map(entries_.size());
    for (const auto& [key, value] : entries_) writer.text(key).raw(value);
    return writer.take();
  }

 private:
  std::vector<std::pair<std::string, Bytes>> entries_;
};

Bytes null_value() { return Bytes{cbor::kNull}; }

template <class List, class Item>
Bytes array_of(const List& list, Item&& encode_item) {
  cbor::Writer writer;
  writer.array(list.size());
  for (const auto& item : list) encode_item(writer, item);
  return writer.take();
}

Bytes visit_content(const SealedVisit& in) {
  const auto& visit = in.file.visit;
  const auto& form = in.file.form;
  return TextMap{}
      .with("number", visit.number)
      .with("kind", visit.kind)
      .with("started_ms", visit.started_at)
      .with("zone", visit.zone)
      .with("work_order", in.work_order_number)
      .with("form", form ? form->key : std::string{})
      .with("form_version", form ? form->version : std::int64_t{0})
      .with("outcome", in.sign_off.outcome)
      .with("reason", in.sign_off.reason)
      .with("replaces", in.sign_off.replaces_id)
      .take();
}

Bytes customer_content(const SealedVisit& in) {
  const auto site = [&] {
    if (!in.site) return null_value();
    return TextMap{}
        .with("name", in.site->name)
        .with("street", in.site->street)
        .with("city", in.site->city)
        .with("postcode", in.site->postcode)
        .with("country", in.site->country)
        .take();
  };
  const auto asset = [&] {
    if (!in.asset) return null_value();
    return TextMap{}
        .with("name", in.asset->name)
        .with("serial", in.asset->serial)
        .with("place", in.asset->place)
        .with("product", in.product ? in.product->name : std::string{})
        .take();
  };
  return TextMap{}
      .with("number", in.customer.number)
      .with("name", in.customer.name)
      .with("is_company", in.customer.is_company)
      .put("site", site())
      .put("asset", asset())
      .take();
}

Bytes work_content(const SealedVisit& in) {
  const auto& visit = in.file.visit;
  return TextMap{}
      .with("technician", in.technician_name)
      .with("reason", visit.reason)
      .with("result", visit.result)
      .with("promised", visit.promised)
      .take();
}

Bytes answers_content(const SealedVisit& in) {
  return array_of(in.file.answers, [](cbor::Writer& writer, const domain::Answer& answer) {
    writer.array(3).text(answer.question).text(name_of(answer.kind)).text(answer.value);
  });
}

Bytes photos_content(const SealedVisit& in) {
  return array_of(in.file.photos, [](cbor::Writer& writer, const domain::Photo& photo) {
    writer.array(7)
        .bytes(view(photo.blob.sha256))
        .text(photo.media_type)
        .integer(photo.byte_count)
        .text(name_of(photo.moment))
        .text(photo.question)
        .text(photo.caption)
        .integer(to_ms(photo.taken_at));
  });
}

Bytes notes_content(const SealedVisit& in) {
  return array_of(in.file.notes, [](cbor::Writer& writer, const domain::Note& note) {
    writer.array(2).integer(to_ms(note.at)).text(note.text);
  });
}

Bytes signer_content(const SealedVisit& in) {
  const auto& sign_off = in.sign_off;
  return TextMap{}
      .with("name", sign_off.signer_name)
      .with("role", sign_off.signer_role)
      .with("words", sign_off.reason_text)
      .take();
}

Bytes strokes_content(const SealedVisit& in) {
  if (!in.strokes) return null_value();
  return TextMap{}
      .with("sha256", in.strokes->blob)
      .with("digitiser", in.strokes->digitiser)
      .with("width_px", in.strokes->width_px)
      .with("height_px", in.strokes->height_px)
      .with("stroke_count", in.strokes->stroke_count)
      .take();
}

void encode_moment(cbor::Writer& writer, const domain::VisitEvent& event, std::string_view kind) {
  writer.array(6)
      .text(kind)
      .integer(to_ms(event.at))
      .text(event.zone)
      .text(event.boot_id)
      .integer(event.monotonic_ms);
  writer.raw(encode_value(event.server_offset_ms));
}

Bytes clock_content(const SealedVisit& in) {
  cbor::Writer writer;
  writer.array(in.file.events.size() + 1);
  for (const auto& event : in.file.events) encode_moment(writer, event, name_of(event.kind));
  encode_moment(writer, in.signing_moment, "sealed");
  return writer.take();
}

/// Reads a text-keyed map and hands each value's reader to `use`.
template <class Use>
void each_entry(std::string_view content, Use&& use) {
  cbor::Reader reader{content};
  for (auto count = reader.map(); count > 0 && reader.is_ok(); --count) {
    const auto key = reader.text();
    const auto value = reader.skip();
    if (reader.is_ok()) use(key, cbor::Reader{value});
  }
}

}  // namespace

std::vector<Group> seal_groups(const SealedVisit& visit, Random& random) {
  std::vector<Group> groups;
  const auto add = [&](std::string name, Bytes content) {
    groups.push_back({std::move(name), random.bytes(kSaltSize), std::move(content)});
  };
  add("visit", visit_content(visit));
  add("customer", customer_content(visit));
  add("work", work_content(visit));
  add("answers", answers_content(visit));
  add("photos", photos_content(visit));
  add("notes", notes_content(visit));
  add("summary", TextMap{}.with("language", visit.sign_off.language).with("text", visit.summary).take());
  add("price", TextMap{}
                   .with("minor", visit.file.visit.price_minor)
                   .with("currency", visit.file.visit.currency)
                   .take());
  add("coverage", null_value());  // no verdict is made yet: product.md C01
  add("signer", signer_content(visit));
  add("strokes", strokes_content(visit));
  add("clock", clock_content(visit));
  add("root", visit.root_statement ? encode(*visit.root_statement) : null_value());
  add("app", TextMap{}.with("version", visit.app_version).with("device", visit.device_prefix).take());
  return groups;
}

SealedFacts facts_of(const std::vector<Group>& groups) {
  SealedFacts facts;
  for (const auto& group : groups) {
    if (group.content.empty()) continue;
    if (group.name == "visit") {
      each_entry(group.content, [&](std::string_view key, cbor::Reader value) {
        if (key == "number") facts.number = value.text();
        if (key == "kind") facts.kind = value.text();
        if (key == "outcome") facts.outcome = value.text();
      });
    } else if (group.name == "summary") {
      each_entry(group.content, [&](std::string_view key, cbor::Reader value) {
        if (key == "language") facts.summary_language = value.text();
        if (key == "text") facts.summary = value.text();
      });
    } else if (group.name == "photos") {
      cbor::Reader reader{group.content};
      for (auto count = reader.array(); count > 0 && reader.is_ok(); --count) {
        reader.array(7);
        const auto sha256 = reader.array_of_bytes<Hash>();
        for (int rest = 0; rest < 6; ++rest) (void)reader.skip();
        if (reader.is_ok()) facts.photos.push_back(sha256);
      }
    } else if (group.name == "strokes") {
      each_entry(group.content, [&](std::string_view key, cbor::Reader value) {
        if (key == "sha256") facts.strokes = value.array_of_bytes<Hash>();
      });
    } else if (group.name == "clock") {
      cbor::Reader reader{group.content};
      for (auto count = reader.array(); count > 0 && reader.is_ok(); --count) {
        reader.array(6);
        const auto kind = reader.text();
        const auto at = reader.integer();
        for (int rest = 0; rest < 4; ++rest) (void)reader.skip();
        if (reader.is_ok() && kind == "sealed") facts.signed_at = from_ms(at);
      }
    } else if (group.name == "root") {
      if (auto word = decode_signed(group.content)) facts.root_statement = std::move(word).value();
    }
  }
  return facts;
}

}  // namespace aftercare::protocol
