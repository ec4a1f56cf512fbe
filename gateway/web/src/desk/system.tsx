// 系统: directory, leases, subscribers, disk. Read only.
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";

import { int64, type DirectoryVersion, type Int64 } from "../api/types";
import { Errors, troubleOf, type Trouble } from "../design/parts";
import { dateTime } from "../logic/civil_time";
import * as C from "../words/common";
import * as W from "../words/desk";
import { language, say, type Pair } from "../words/language";
import type { Desk } from "./state";

interface Status {
  configurationVersion?: string;
  term?: number;
  openCases?: string;
  journalBytes?: string;
  freeBytes?: string;
  diskRoom?: string;
  undecided?: string;
  missing?: string;
  leases?: { cell?: string; host?: string; undecided?: string; parked?: boolean }[];
  subscriptions?: Subscription[];
}
interface Subscription {
  name?: string;
  principal?: string;
  connected?: boolean;
  atHead?: boolean;
  sent?: Int64;
  acknowledged?: Int64;
}
const gigabytes = (bytes: string | undefined): string => `${(Number(bytes ?? 0) / 1e9).toFixed(1)} GB`;

function Columns({ names, figuresFrom }: { names: readonly Pair[]; figuresFrom: number }): JSX.Element {
  return (
    <thead>
      <tr>
        {names.map((name, place) => (
          <th key={name[1]} scope="col" class={place < figuresFrom ? "" : "figure"}>
            {say(name)}
          </th>
        ))}
      </tr>
    </thead>
  );
}

export function SystemPage({ desk }: { desk: Desk }): JSX.Element {
  const [status, setStatus] = useState<Status | null>(null);
  const [versions, setVersions] = useState<DirectoryVersion[]>([]);
  const [trouble, setTrouble] = useState<Trouble[]>([]);
  useEffect(() => {
    const failed = (error: unknown): void => setTrouble([troubleOf(error)]);
    void desk.api.system().then((read) => setStatus((read["status"] ?? read) as Status), failed);
    void desk.api.versions().then(setVersions, failed);
  }, [desk]);
  if (!status)
    return (
      <section class="panel whole">
        <h2 class="panel-head">{say(W.system)}</h2>
        <Errors trouble={trouble} />
        {trouble.length === 0 ? <p class="empty">{say(C.loading)}</p> : null}
      </section>
    );
  const subscriptions = status.subscriptions ?? [];
  const unnamed = subscriptions.filter((one) => !one.name);
  return (
    <section class="panel whole system" aria-label={say(W.system)}>
      <div class="panel-head">
        <h2>{say(W.system)}</h2>
        <span>{say(W.readOnlyHere)}</span>
      </div>
      <h3>{say(W.directory)}</h3>
      <table class="register" aria-label={say(W.versions)}>
        <tbody>
          {versions.map((one) => (
            <tr key={one.version}>
              <th scope="row">{say(W.version, { n: one.version })}</th>
              <td>
                {one.atMs === undefined
                  ? ""
                  : say(W.inForceSince, {
                      date: dateTime(int64(one.atMs), desk.api.time.now(), desk.zone, language()),
                      who: one.publishedBy ?? "",
                    })}
              </td>
              <td>{one.inForce ? say(W.inForce) : ""}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <h3>{say(W.disk)}</h3>
      <p>
        {say(W.diskRoom[status.diskRoom ?? ""] ?? ["未知", "unknown"])} · {gigabytes(status.freeBytes)}
      </p>
      {status.missing ? <p class="error">{status.missing}</p> : null}
      <h3>{say(W.leases)}</h3>
      <table class="register">
        <Columns names={W.leaseColumns} figuresFrom={2} />
        <tbody>
          {(status.leases ?? []).map((lease) => (
            <tr key={lease.cell}>
              <th scope="row">{lease.cell === "desk" ? say(W.title) : desk.names.whole(lease.cell ?? "")}</th>
              <td>{lease.host || say(C.mark["uncovered"]?.pair ?? ["", ""])}</td>
              <td class="figure">{lease.undecided ?? 0}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <h3>{say(W.subscribers)}</h3>
      <table class="register" aria-label={say(W.subscribers)}>
        <Columns names={W.subscriptionColumns} figuresFrom={3} />
        <tbody>
          {subscriptions.map((one, place) => (
            <tr key={place}>
              <th scope="row">{one.name || say(W.unnamed, { n: unnamed.indexOf(one) + 1 })}</th>
              <td>{one.principal}</td>
              <td>{say(one.connected ? (one.atHead ? W.atHead : W.behind) : W.away)}</td>
              <td class="figure">{int64(one.sent)}</td>
              <td class="figure">{int64(one.acknowledged)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
