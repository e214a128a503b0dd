#include "client/work/summary.h"

#include "shared/language/words.h"

namespace aftercare::work {
namespace {

/// Collects headings and lines; a heading without lines is left out.
class Page {
 public:
  void heading(std::string text) { heading_ = std::move(text); }
  void line(const std::string& text) {
    if (text.empty()) return;
    if (!heading_.empty()) {
      if (!text_.empty()) text_ += "\n";
      text_ += heading_ + "\n";
      heading_.clear();
    }
    text_ += "  " + text + "\n";
  }
  [[nodiscard]] std::string take() { return std::move(text_); }

 private:
  std::string heading_;
  std::string text_;
};

std::string address_line(const domain::Site& site) {
  std::string line;
  for (const auto* part : {&site.name, &site.street, &site.postcode, &site.city}) {
    if (part->empty()) continue;
    line += (line.empty() ? "" : ", ") + *part;
  }
  return line;
}

void tell_times(Page& page, const language::Formatter& in, const domain::VisitFile& file) {
  page.heading(in.tr("summary.time"));
  for (const auto& event : file.events) {
    const language::Moment moment{event.at, event.zone};
    if (event.kind == domain::VisitEventKind::Arrived)
      page.line(in.tr("summary.arrived_at", {{"at", in.date_time(moment)}}));
    if (event.kind == domain::VisitEventKind::Left)
      page.line(in.tr("summary.left_at", {{"at", in.date_time(moment)}}));
  }
  if (file.events.empty()) return;
  const auto worked = domain::worked_ms(file.events, file.events.back());
  page.line(in.tr("summary.work_time", {{"duration", in.duration(std::chrono::milliseconds{worked})}}));
}

void tell_answers(Page& page, const language::Formatter& in, const domain::VisitFile& file) {
  if (!file.form) return;
  const auto form = domain::read_form(file.form->definition);
  if (!form) return;
  domain::Answers answers;
  for (const auto& answer : file.answers) answers[answer.question] = answer.value;
  page.heading(in.tr("summary.checked"));
  for (const auto& section : form.value().sections) {
    if (!domain::is_shown(section, answers)) continue;
    for (const auto& question : section.questions) {
      const auto found = answers.find(question.key);
      if (found == answers.end()) continue;
      page.line(domain::in_language(question.label, std::string(in.code())) + ": " +
                language::words(in, question, found->second));
    }
  }
}

}  // namespace

std::string summary_text(const language::Formatter& in, const SummaryOf& of) {
  const auto& visit = of.file.visit;
  Page page;
  page.heading(in.tr("summary.visit", {{"number", visit.number}}));
  page.line(language::words(in, visit.kind));
  page.heading(in.tr("summary.customer"));
  page.line(of.customer.name);
  if (of.site) page.line(address_line(*of.site));
  if (of.asset) {
    page.heading(in.tr("summary.asset"));
    page.line(of.asset->name);
    page.line(of.asset->serial.empty() ? in.tr("summary.no_serial")
                                       : in.tr("summary.serial", {{"serial", of.asset->serial}}));
    page.line(of.asset->place);
  }
  page.heading(in.tr("summary.technician"));
  page.line(of.technician_name);
  tell_times(page, in, of.file);
  page.heading(in.tr("summary.reason"));
  page.line(visit.reason);
  page.heading(in.tr("summary.done"));
  page.line(visit.result);
  tell_answers(page, in, of.file);
  page.heading(in.tr("summary.photos"));
  if (!of.file.photos.empty()) page.line(in.tr("count.photos", {{"count", of.file.photos.size()}}));
  page.heading(in.tr("summary.promised"));
  page.line(visit.promised.empty() ? in.tr("summary.promised.none") : visit.promised);
  page.heading(in.tr("summary.price"));
  page.line(visit.price_minor == 0
                ? in.tr("summary.price.nothing")
                : in.tr("summary.price.total") + ": " + in.money({visit.price_minor, visit.currency}));
  return page.take();
}

}  // namespace aftercare::work
