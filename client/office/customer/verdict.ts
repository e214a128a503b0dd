import type { Code } from "./fragment";
import type { SignedRecord } from "./record";

/// What a customer needs to know of the seal, the worst first.
export type Verdict = "foreign" | "broken" | "incomplete" | "erased" | "intact";

/// The server checked the seal; that it is the seal of this code is checked here, so that a server that shows another record is found out.
export function verdictOn(record: SignedRecord, code: Code): Verdict {
  const { state, sha256, is_signed_by_device: isSigned } = record.seal;
  if (sha256.toLowerCase() !== code.seal) return "foreign";
  if (state === "broken") return "broken";
  if (state === "incomplete" || !isSigned) return "incomplete";
  return state;
}
