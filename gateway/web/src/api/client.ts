// The gateway's interface, typed (docs/api.md). One object a page. Errors: Problem where the gateway answered, else Unreachable.
import { CentreTime } from "./centre_time";
import { Problem, problemOf, Unreachable } from "./problem";
import type * as T from "./types";

export const root = "/api/v1";

function query(values: Record<string, string | number | undefined>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) if (value !== undefined && value !== "") search.set(name, String(value));
  const text = search.toString();
  return text === "" ? "" : `?${text}`;
}

const path = (part: string): string => encodeURIComponent(part);

/** The name of an attachment in an address: its digest in hexadecimal. */
export function attachmentName(attachment: T.Attachment): string {
  try {
    return Array.from(atob(attachment.blake2b256 ?? ""), (sign) => sign.charCodeAt(0).toString(16).padStart(2, "0")).join("");
  } catch {
    return "";
  }
}

export interface Options {
  signal?: AbortSignal;
  timeoutMs?: number;
}

export class Api {
  readonly time: CentreTime;
  /** Called when an answer says that the session is over. */
  onExpired: () => void = () => {};
  private csrf = "";

  constructor(time = new CentreTime()) {
    this.time = time;
  }

  async call(
    method: string,
    address: string,
    body?: BodyInit,
    headers: Record<string, string> = {},
    options: Options = {},
  ): Promise<Response> {
    const timeout = AbortSignal.timeout(options.timeoutMs ?? 20_000);
    if (method !== "GET" && this.csrf !== "") headers["Huying-Csrf"] = this.csrf;
    let answer: Response;
    try {
      answer = await fetch(root + address, {
        method,
        headers,
        body: body ?? null,
        credentials: "same-origin",
        cache: "no-store",
        signal: options.signal ?? timeout,
      });
    } catch (error) {
      throw new Unreachable(String(error));
    }
    this.time.observe(Number(answer.headers.get("huying-now")), performance.now());
    if (answer.ok) return answer;
    const problem = await problemOf(answer);
    if (problem.status === 401 && !address.startsWith("/session")) this.onExpired(); // a login or key that is refused ends none
    throw problem;
  }

  private async read<R>(answer: Response): Promise<R> {
    if (answer.status === 204) return undefined as R;
    try {
      return (await answer.json()) as R;
    } catch (error) {
      throw new Unreachable(String(error));
    }
  }

  async get<R>(address: string, options?: Options): Promise<R> {
    return this.read<R>(await this.call("GET", address, undefined, {}, options));
  }

  async post<R>(address: string, body: unknown, options?: Options): Promise<R> {
    return this.read<R>(await this.call("POST", address, JSON.stringify(body), { "Content-Type": "application/json" }, options));
  }

  // ---- Session -----------------------------------------------------------------------------------------------------
  private entered(answer: { csrf?: string; me: T.Me }): T.Me {
    this.csrf = answer.csrf ?? "";
    this.time.rate = (answer.me.ratePermille ?? 1000) / 1000;
    return answer.me;
  }
  async logIn(person: string, password: string): Promise<T.Me> {
    const timeoutMs = 60_000; // a whole street may stand before this one: the gateway has it wait for at most 45 s
    return this.entered(await this.post("/session", { person, password }, { timeoutMs }));
  }
  async logInWithKey(key: string): Promise<T.Me> {
    return this.entered(await this.post("/session/key", { key }));
  }
  async logOut(): Promise<void> {
    await this.call("DELETE", "/session");
    this.csrf = "";
  }
  async me(): Promise<T.Me> {
    const answer = await this.get<T.Me & { csrf?: string; me?: T.Me }>("/me");
    return this.entered({ csrf: answer.csrf ?? "", me: answer.me ?? answer });
  }

  // ---- Directory ---------------------------------------------------------------------------------------------------
  async street(): Promise<T.Street> {
    const street = await this.get<T.Street>("/street");
    if (street.ratePermille !== undefined) this.time.rate = street.ratePermille / 1000;
    return street;
  }
  map(): Promise<T.CellMap> {
    return this.get("/map");
  }
  people(filter: { role?: string; place?: string }): Promise<T.PersonRow[]> {
    return this.get(`/people${query(filter)}`);
  }

  // ---- Cases -------------------------------------------------------------------------------------------------------
  cases(filter: { cell?: string; limit?: number; after?: string } = {}): Promise<T.CaseList> {
    return this.get(`/cases${query(filter)}`);
  }
  case(number: string): Promise<T.CaseDetail> {
    return this.get(`/cases/${path(number)}`);
  }
  part(number: string, part: "text" | "contact" | "location"): Promise<T.FetchReply> {
    return this.get(`/cases/${path(number)}/${part}`);
  }
  words(number: string, cell: string, sequence: T.Int64): Promise<T.FetchReply> {
    return this.get(`/cases/${path(number)}/words${query({ cell, sequence: String(sequence) })}`);
  }
  act(number: string, action: T.ActionBody): Promise<T.ActionAnswer> {
    return this.post(`/cases/${path(number)}/actions`, action);
  }
  report(request: T.RequestBody): Promise<T.RequestAnswer> {
    return this.post("/requests", request);
  }

  // ---- Ledger ------------------------------------------------------------------------------------------------------
  registerQuery(filter: Record<string, string | number | undefined>): string {
    return query(filter);
  }
  register(filter: Record<string, string | number | undefined>): Promise<T.Register> {
    return this.get(`/register${query(filter)}`);
  }
  figures(filter: { from: number; to: number; by?: string }): Promise<T.Figures[]> {
    return this.get(`/figures${query(filter)}`);
  }
  wall(): Promise<T.Wall> {
    return this.get("/wall");
  }

  // ---- Attachments -------------------------------------------------------------------------------------------------
  async attach(image: Blob, where: "staff" | "citizen"): Promise<T.Attachment> {
    const answer = await this.call(
      "POST",
      where === "staff" ? "/attachments" : "/citizen/attachments",
      image,
      { "Content-Type": image.type || "image/jpeg" },
      { timeoutMs: 120_000 },
    );
    return this.read(answer);
  }
  attachmentAddress(number: string, attachment: T.Attachment): string {
    return `${root}/cases/${path(number)}/attachments/${attachmentName(attachment)}`;
  }

  // ---- Citizen -----------------------------------------------------------------------------------------------------
  citizenRequest(body: unknown): Promise<{ caseNumber: string; code: string; link?: string }> {
    return this.post("/citizen/requests", body);
  }
  citizenTrack(caseNumber: string, code: string): Promise<T.Track> {
    return this.post("/citizen/track", { caseNumber, code });
  }
  citizenRate(body: unknown): Promise<unknown> {
    return this.post("/citizen/rate", body);
  }
  citizenNote(body: unknown): Promise<unknown> {
    return this.post("/citizen/notes", body);
  }

  // ---- Administrator -----------------------------------------------------------------------------------------------
  system(): Promise<Record<string, unknown>> {
    return this.get("/system");
  }
  versions(): Promise<T.DirectoryVersion[]> {
    return this.get("/system/versions");
  }
}

export { Problem, Unreachable };
