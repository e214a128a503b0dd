import type { Code } from "./fragment";

export type GroupState = "intact" | "erased" | "missing" | "changed";

/// Days that follow one another with the same hours; 0 is Monday, minutes of the day.
export interface OpeningHours {
  first_day: number;
  last_day: number;
  spans: { from: number; to: number }[];
}

/// What a customer may see of one visit.
export interface SignedRecord {
  organisation: { name: string; phone: string; hours: OpeningHours[] };
  language: string;
  number: string;
  kind: string;
  outcome: "signed" | "refused" | "absent";
  reason: string;
  signer_name: string;
  signed_at: string;
  zone: string;
  not_before: string | null;
  countersigned_at: string | null;
  summary: string | null;
  price: { minor: number; currency: string } | null;
  seal: {
    state: "intact" | "erased" | "incomplete" | "broken";
    sha256: string;
    groups: { name: string; state: GroupState }[];
    is_signed_by_device: boolean;
  };
  rating: { stars: number; answer: "yes" | "no" | "" | null; comment: string; at: string } | null;
  report: null;
}

export interface Rating {
  stars: number;
  answer?: "yes" | "no";
  comment?: string;
}

export type Trouble = "network" | "not_found" | "too_many" | "server";

export class NoRecord extends Error {
  constructor(
    readonly trouble: Trouble,
    readonly retryAfterSeconds = 0,
  ) {
    super(trouble);
  }
}

export const askForRecord = (code: Code): Promise<SignedRecord> => send("/v1/signed_record", { secret: code.secret });

export const sendRating = (code: Code, rating: Rating): Promise<SignedRecord> => send("/v1/signed_record/rating", { secret: code.secret, ...rating });

const patienceMs = 20_000;

async function send(path: string, body: unknown): Promise<SignedRecord> {
  const answer = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json" },
    body: JSON.stringify(body),
    credentials: "omit",
    cache: "no-store",
    referrerPolicy: "no-referrer",
    signal: AbortSignal.timeout(patienceMs),
  }).catch(() => {
    throw new NoRecord("network");
  });
  if (answer.status === 404) throw new NoRecord("not_found");
  if (answer.status === 429) throw new NoRecord("too_many", Number(answer.headers.get("Retry-After") ?? 60));
  if (!answer.ok) throw new NoRecord("server");
  return answer.json().catch(() => {
    throw new NoRecord("server"); // some network's own sign-in page answers instead of our server
  }) as Promise<SignedRecord>;
}
