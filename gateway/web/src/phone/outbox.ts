// Sends the steps that wait, in order within a case, each under its own id until the centre decided it. One sender for all tabs
// of the device (a lock), one queue a person. queue_rules.ts says what; this does it.
import type { Api } from "../api/client";
import { newId } from "../api/ids";
import { Problem } from "../api/problem";
import type { ActionBody, RequestBody } from "../api/types";
import { alreadyAccepted, room, sendable, verdictOf, waitingKinds, type QueuedStep, type Room, type Verdict } from "../logic/queue_rules";
import type { PhoneStore } from "./store";

export type Settled =
  | { what: "done"; step: QueuedStep; caseNumber: string }
  | { what: "already"; step: QueuedStep }
  | { what: "refused"; step: QueuedStep; problem: Problem }
  | { what: "waits"; step: QueuedStep };

export interface OutboxHandlers {
  onChange(): void;
  onSettled(settled: Settled): void;
  /** Whether the session stands: before that the centre would refuse what is good. */
  mayRun(): boolean;
  onSent(): void;
  onFailed(error: unknown): void;
}

export interface NewStep {
  number: string;
  kind: QueuedStep["kind"];
  title: string;
  action?: Omit<ActionBody, "actionId">;
  report?: Omit<RequestBody, "sourceId">;
  photos?: Blob[];
}

export class Outbox {
  steps: QueuedStep[] = [];
  person = "";
  private running = false;
  private again = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly waiters = new Map<string, (settled: Settled) => void>();

  constructor(
    private readonly api: Api,
    private readonly store: PhoneStore,
    private readonly handlers: OutboxHandlers,
  ) {}

  async load(): Promise<void> {
    this.steps = await this.store.all<QueuedStep>("steps");
    this.handlers.onChange();
  }

  mine(): QueuedStep[] {
    return this.steps.filter((step) => step.person === this.person);
  }
  ofOthers(): number {
    return this.steps.filter((step) => step.person !== this.person).length;
  }
  waiting(number: string): ReturnType<typeof waitingKinds> {
    return waitingKinds(this.steps, this.person, number);
  }
  room(bytes: number): Room {
    return room(this.steps, bytes);
  }

  /** On the device's disk when this resolves; `first` says what came of the first try. Null: no room. */
  async add(step: NewStep): Promise<{ first: Promise<Settled> } | null> {
    const photos = step.photos ?? [];
    const bytes = photos.reduce((sum, photo) => sum + photo.size, 0);
    if (!this.room(bytes).may) return null;
    const id = newId();
    const keys = photos.map((_, place) => `${id}/${place}`);
    const queued: QueuedStep = {
      id,
      person: this.person,
      number: step.number,
      kind: step.kind,
      title: step.title,
      atMs: this.api.time.now(),
      order: Math.max(0, ...this.steps.map((one) => one.order)) + 1,
      photos: keys,
      attached: [],
      bytes,
      state: "waiting",
    };
    if (step.action) queued.action = { ...step.action, actionId: id };
    if (step.report) queued.report = { ...step.report, sourceId: id };
    await this.store.addStep(
      queued,
      photos.map((image, place) => ({ key: keys[place] ?? "", image })),
    );
    this.steps = [...this.steps, queued];
    const first = new Promise<Settled>((resolve) => this.waiters.set(id, resolve));
    this.handlers.onChange();
    void this.run();
    return { first };
  }

  async drop(step: QueuedStep): Promise<void> {
    await this.store.removeStep(step);
    this.steps = this.steps.filter((one) => one.id !== step.id);
    this.handlers.onChange();
  }

  /** Everything that may be sent now, one after another. Safe to call at any time. */
  async run(): Promise<void> {
    if (this.person === "") return;
    if (!this.handlers.mayRun()) {
      this.settleWaits();
      return;
    }
    if (this.running) {
      this.again = true;
      return;
    }
    this.running = true;
    clearTimeout(this.timer);
    try {
      do {
        this.again = false;
        const send = (): Promise<void> => this.sendAll();
        await (navigator.locks ? navigator.locks.request("huying-outbox", send) : send());
      } while (this.again);
    } finally {
      this.running = false;
    }
  }

  private settle(settled: Settled): void {
    this.waiters.get(settled.step.id)?.(settled);
    this.waiters.delete(settled.step.id);
    this.handlers.onSettled(settled);
  }

  private async sendAll(): Promise<void> {
    // Another tab may have sent some meanwhile: what is on the disk counts.
    this.steps = await this.store.all<QueuedStep>("steps");
    for (;;) {
      const step = sendable(this.steps, this.person)[0];
      if (!step) break;
      const verdict = await this.sendOne(step);
      if (verdict.what === "logIn") break;
      if (verdict.what === "later" || verdict.what === "received") {
        this.settleWaits();
        this.timer = setTimeout(() => void this.run(), verdict.what === "later" ? verdict.waitMs : 3_000);
        break;
      }
    }
    this.handlers.onChange();
  }

  private settleWaits(): void {
    for (const [id, resolve] of [...this.waiters]) {
      const step = this.steps.find((one) => one.id === id);
      if (step) resolve({ what: "waits", step });
      this.waiters.delete(id);
    }
  }

  private async keep(step: QueuedStep): Promise<void> {
    await this.store.put("steps", step);
    this.steps = this.steps.map((one) => (one.id === step.id ? step : one));
    this.handlers.onChange();
  }

  private async sendOne(step: QueuedStep): Promise<Verdict> {
    try {
      const current = await this.upload(step);
      let caseNumber = current.number;
      if (current.action) await this.api.act(current.number, { ...current.action, ...attachments(current) });
      else if (current.report) {
        const report = current.report;
        const solved = report.report?.solvedOnSpot;
        const answer = await this.api.report(
          solved
            ? { ...report, report: { ...report.report, solvedOnSpot: { ...solved, ...attachments(current) } } }
            : { ...report, ...attachments(current) },
        );
        caseNumber = answer.caseNumber;
      }
      this.handlers.onSent();
      await this.drop(current);
      this.settle({ what: "done", step: current, caseNumber });
      return { what: "done" };
    } catch (error) {
      const problem = error instanceof Problem ? error : null;
      this.handlers.onFailed(error);
      const verdict = verdictOf(problem?.status ?? 0, problem?.details);
      const current = this.steps.find((one) => one.id === step.id) ?? step;
      if (verdict.what === "received") await this.keep({ ...current, state: "received" });
      if (verdict.what === "refused" && problem) {
        if (alreadyAccepted(step.kind, problem.details)) {
          await this.drop(current);
          this.settle({ what: "already", step: current });
        } else {
          const refused: QueuedStep = {
            ...current,
            state: "refused",
            refusal: { ...problem.details, status: problem.status, atMs: this.api.time.now() },
          };
          await this.keep(refused);
          this.settle({ what: "refused", step: refused, problem });
        }
      }
      return verdict;
    }
  }

  /** Photos first; each that is there is not sent again. */
  private async upload(step: QueuedStep): Promise<QueuedStep> {
    let current = step;
    for (const key of step.photos) {
      const photo = await this.store.get<{ image: Blob }>("photos", key);
      if (photo) {
        const attachment = await this.api.attach(photo.image, "staff");
        current = { ...current, photos: current.photos.filter((one) => one !== key), attached: [...current.attached, attachment] };
        await this.keep(current);
        await this.store.remove("photos", key);
      }
    }
    return current;
  }
}

function attachments(step: QueuedStep): { attachments?: QueuedStep["attached"] } {
  return step.attached.length > 0 ? { attachments: step.attached } : {};
}
