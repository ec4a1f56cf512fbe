// Server-sent events with resume: after a break the stream goes on behind the last id it saw, so no event is lost; one
// may come twice (cell, sequence and index tell). Comments count as a sign of life. One object a page; it works until close().
import { EventLines, type StreamEvent } from "../logic/event_lines";
import { root, type Api } from "./client";
import { problemOf, Unreachable } from "./problem";

export type { StreamEvent };
export type StreamState = "connecting" | "live" | "cut";

export interface StreamHandlers {
  onEvent(event: StreamEvent): void;
  /** `why`, of a cut: a Problem where the gateway answered and gave no stream, else Unreachable. */
  onState(state: StreamState, failures: number, why?: unknown): void;
  /** Anything came, a comment too. */
  onAlive(): void;
  /** The token is of another history: everything must be loaded anew. The stream begins without one. */
  onLost(): void;
  onExpired(): void;
}

export interface StreamOptions {
  subjects?: string;
  after?: string;
  /** Silence for so long is a cut: the gateway says something every 15 s. */
  silenceMs?: number;
}

/** Waits between tries, in milliseconds: at once, then longer, and never longer than half a minute. */
export function retryWait(failures: number): number {
  return failures <= 0 ? 0 : Math.min(30_000, 500 * 2 ** Math.min(failures - 1, 6));
}

export class EventStream {
  private lastId: string;
  private failures = 0;
  private closed = false;
  private abort: AbortController | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private wake: (() => void) | null = null;
  private readonly api: Api;
  private readonly handlers: StreamHandlers;
  private readonly options: StreamOptions;

  constructor(api: Api, handlers: StreamHandlers, options: StreamOptions = {}) {
    this.api = api;
    this.handlers = handlers;
    this.options = options;
    this.lastId = options.after ?? "";
    void this.run();
  }

  close(): void {
    this.closed = true;
    this.abort?.abort();
    this.wake?.();
  }

  /** Try now, if it waits: the network is back. */
  hurry(): void {
    this.wake?.();
  }

  private async run(): Promise<void> {
    while (!this.closed) {
      this.handlers.onState("connecting", this.failures);
      const why: unknown = await this.once().then(
        () => new Unreachable("the stream ended"),
        (error: unknown) => error,
      );
      if (this.closed) return;
      this.failures += 1;
      this.handlers.onState("cut", this.failures, why);
      const wait = retryWait(this.failures);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, wait);
        this.wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      this.wake = null;
    }
  }

  private alive(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.abort?.abort(), this.options.silenceMs ?? 40_000);
    this.handlers.onAlive();
  }

  private async once(): Promise<void> {
    this.abort = new AbortController();
    const search = new URLSearchParams();
    if (this.options.subjects) search.set("subjects", this.options.subjects);
    const headers: Record<string, string> = { Accept: "text/event-stream" };
    if (this.lastId !== "") headers["Last-Event-ID"] = this.lastId;
    const text = search.toString();
    try {
      const answer = await fetch(`${root}/events${text === "" ? "" : `?${text}`}`, {
        headers,
        credentials: "same-origin",
        cache: "no-store",
        signal: this.abort.signal,
      });
      if (answer.status === 401) {
        this.close();
        this.handlers.onExpired();
        return;
      }
      if (!answer.ok) throw await problemOf(answer);
      if (answer.body === null) return;
      this.api.time.observe(Number(answer.headers.get("huying-now")), performance.now());
      if (this.failures > 0) void this.api.street().catch(() => {}); // a demonstration may go on at another pace
      this.handlers.onState("live", this.failures);
      this.failures = 0;
      this.alive();
      let lost = false;
      const lines = new EventLines(this.lastId);
      const reader = answer.body.getReader();
      const decoder = new TextDecoder();
      for (;;) {
        const { done, value } = await reader.read();
        if (done || this.closed) break;
        this.alive();
        for (const event of lines.feed(decoder.decode(value, { stream: true }))) {
          if (event.kind === "lost") lost = true;
          else this.handlers.onEvent(event);
        }
        this.lastId = lines.lastId;
        if (lost) break;
      }
      if (lost) {
        this.lastId = "";
        this.handlers.onLost();
      }
    } finally {
      clearTimeout(this.timer);
      this.abort.abort();
    }
  }
}
