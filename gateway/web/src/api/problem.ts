// What can go wrong with a request: the gateway said no (RFC 9457 problem details), or nothing came back.
import type { ActionKind, CaseState } from "./types";

export interface ProblemDetails {
  type?: string;
  title?: string;
  title_zh?: string;
  status?: number;
  number?: number;
  name?: string;
  detail?: string;
  remedy?: string;
  remedy_zh?: string;
  retryAfterMs?: number;
  state?: CaseState;
  allowed?: ActionKind[];
}

// Numbers of the catalogue with which the gateway says that the centre behind it is away.
const away: ReadonlySet<string> = new Set(["NOT_CONNECTED", "NO_CONFIGURATION", "NO_SESSION", "SESSION_FENCED", "SHUTTING_DOWN"]);

/** The gateway answered, and it is a refusal or trouble of its own. */
export class Problem extends Error {
  readonly status: number;
  readonly details: ProblemDetails;
  constructor(status: number, details: ProblemDetails) {
    super(`${status} ${details.name ?? ""}`);
    this.status = status;
    this.details = details;
  }
  get number(): number {
    return this.details.number ?? 0;
  }
  /** Trying the same again may help: the centre is away, or the step is on disk and not decided. */
  get passing(): boolean {
    return this.status === 503 || this.status === 504 || this.status === 429 || this.status === 502 || this.status >= 500;
  }
  /** The network works and the centre does not answer. Without a name it is a proxy that says so of the gateway. */
  get centreAway(): boolean {
    const { name } = this.details;
    return name === undefined ? this.status >= 502 && this.status <= 504 : away.has(name);
  }
}

const gatewayBusy = 9023;
const waitAtMostMs = 60_000;

/** After how long to come again: too many ask at once, and nothing was tried. 0: another refusal, to be shown. */
export function busyForMs(error: unknown): number {
  if (!(error instanceof Problem) || error.status !== 503 || error.number !== gatewayBusy) return 0;
  return Math.min(Math.max(error.details.retryAfterMs ?? 5_000, 1_000), waitAtMostMs);
}

/** No answer: no network, or the connection broke. */
export class Unreachable extends Error {}

/** An answer's problem, whatever its body holds. */
export async function problemOf(answer: Response): Promise<Problem> {
  const kind = answer.headers.get("content-type") ?? "";
  if (kind.includes("json")) {
    try {
      const details: unknown = await answer.json();
      if (details && typeof details === "object") return new Problem(answer.status, details as ProblemDetails);
    } catch {
      /* not what it says it is */
    }
  }
  return new Problem(answer.status, { status: answer.status });
}
