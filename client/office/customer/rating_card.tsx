import { useRef, useState } from "preact/hooks";
import { t } from "../src/i18n/texts";
import { Icon } from "./icons";
import { opened, shownOf, type Shown } from "./opened";
import { NoRecord, sendRating, type Rating, type SignedRecord } from "./record";
import { moment } from "./record_cards";

type Given = NonNullable<SignedRecord["rating"]>;

/// Five stars, one question, an optional comment. Whoever holds the code may change what was given.
export function RatingCard({ shown }: { shown: Shown }) {
  const given = shown.record.rating;
  const [isChanging, setChanging] = useState(false);
  const heading = useRef<HTMLHeadingElement>(null);

  const sent = async (rating: Rating): Promise<void> => {
    const record = await sendRating(shown.code, rating);
    opened.value = { state: "here", shown: await shownOf(shown.code, record) };
    setChanging(false);
    heading.current?.focus();
  };

  const isAsking = !given || isChanging;
  return (
    <section class="card rating">
      <h2 ref={heading} tabIndex={-1}>
        {t(isAsking ? "customer_page.rating" : "customer_page.rating.thanks")}
      </h2>
      {isAsking ? <Questions given={given} onSend={sent} /> : <Thanks given={given} zone={shown.record.zone} onChange={() => setChanging(true)} />}
    </section>
  );
}

function Questions({ given, onSend }: { given: Given | null; onSend: (rating: Rating) => Promise<void> }) {
  const [stars, setStars] = useState(given?.stars ?? 0);
  const [answer, setAnswer] = useState(given?.answer || undefined);
  const [comment, setComment] = useState(given?.comment ?? "");
  const [isSending, setSending] = useState(false);
  const [complaint, setComplaint] = useState("");

  const choose = (count: number): void => {
    setStars(count);
    setComplaint("");
  };

  const send = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (stars === 0) {
      setComplaint(t("customer_page.rating.choose"));
      return;
    }
    setSending(true);
    setComplaint("");
    try {
      await onSend({ stars, ...(answer ? { answer } : {}), ...(comment.trim() ? { comment: comment.trim() } : {}) });
    } catch (error) {
      const trouble = error instanceof NoRecord ? error.trouble : "server";
      setComplaint(`${t("customer_page.rating.not_sent")} ${t(`customer_page.problem.${trouble === "network" ? "network" : "server"}_about`)}`);
    }
    setSending(false);
  };

  return (
    <form onSubmit={(event) => void send(event)} noValidate>
      <fieldset class="stars">
        <legend>{t("customer_page.rating.stars")}</legend>
        {[1, 2, 3, 4, 5].map((count) => (
          <label key={count} class={count <= stars ? "star is-lit" : "star"}>
            <input type="radio" name="stars" value={count} checked={count === stars} onChange={() => choose(count)} />
            <Icon name="star" />
            <span class="only-heard">{t("customer_page.rating.star", { count })}</span>
          </label>
        ))}
      </fieldset>
      <fieldset class="choice">
        <legend>{t("customer_page.rating.finished")}</legend>
        {(["yes", "no"] as const).map((one) => (
          <label key={one} class={one === answer ? "option is-chosen" : "option"}>
            <input type="radio" name="answer" value={one} checked={one === answer} onChange={() => setAnswer(one)} />
            {t(`answer.${one}`)}
          </label>
        ))}
      </fieldset>
      <label class="comment">
        {t("customer_page.rating.comment")}
        <textarea rows={3} maxLength={2000} value={comment} onInput={(event) => setComment(event.currentTarget.value)} />
      </label>
      <p class="complaint" role="alert">
        {complaint}
      </p>
      <button type="submit" class="button is-primary" disabled={isSending}>
        {t(isSending ? "customer_page.rating.sending" : "customer_page.rating.send")}
      </button>
    </form>
  );
}

function Thanks({ given, zone, onChange }: { given: Given; zone: string; onChange: () => void }) {
  return (
    <>
      <p class="stars" role="img" aria-label={t("customer_page.rating.star", { count: given.stars })}>
        {[1, 2, 3, 4, 5].map((count) => (
          <span key={count} class={count <= given.stars ? "star is-lit" : "star"}>
            <Icon name="star" />
          </span>
        ))}
      </p>
      {given.answer && <p>{t(`customer_page.rating.finished_${given.answer}`)}</p>}
      {given.comment && <blockquote>{given.comment}</blockquote>}
      <p class="soft">{t("customer_page.rating.sent", { at: moment(given.at, zone) })}</p>
      <button type="button" class="button" onClick={onChange}>
        {t("customer_page.rating.change")}
      </button>
    </>
  );
}
