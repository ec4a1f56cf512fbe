// 待发送: what was refused first, with the reason and the words; then what waits, in order.
import type { JSX } from "preact";

import { Chip } from "../design/chip";
import { refusalWords } from "../design/parts";
import { time } from "../logic/civil_time";
import { listed, most, type QueuedStep } from "../logic/queue_rules";
import * as C from "../words/common";
import * as W from "../words/staff";
import { say } from "../words/language";
import { Connection, Header, Notice, Tabs, usePhone } from "./frame";
import { caseAddress } from "./steps";

const wordsOf = (step: QueuedStep): string => step.action?.words?.plain ?? step.report?.text?.plain ?? "";

function Refused({ step }: { step: QueuedStep }): JSX.Element {
  const phone = usePhone();
  const words = wordsOf(step);
  return (
    <li class="refused">
      <p>
        <b>
          {step.kind === "REPORT" ? say(W.reportTitle) : say(C.step[step.kind])} {step.title}
        </b>
      </p>
      <p class="error" role="alert">
        {say(W.refusedStep, { why: refusalWords(step.refusal ?? {}, step.kind) })}
        {step.refusal?.number ? <small class="hint"> {say(C.catalogue, { n: step.refusal.number })}</small> : null}
      </p>
      {words ? <blockquote>{words}</blockquote> : null}
      <div class="rows">
        {step.number ? (
          <a class="button" href={caseAddress(step.number)}>
            {say(["看案件", "See the case"])}
          </a>
        ) : null}
        {words ? (
          <button type="button" class="button" onClick={() => void navigator.clipboard?.writeText(words)}>
            {say(C.copy)}
          </button>
        ) : null}
        <button type="button" class="button" onClick={() => void phone.outbox.drop(step)}>
          {say(W.throwAway)}
        </button>
      </div>
    </li>
  );
}

export function OutboxView(): JSX.Element {
  const phone = usePhone();
  const steps = listed(phone.outbox.steps, phone.me?.person ?? "");
  const others = phone.outbox.ofOthers();
  return (
    <>
      <Header title={say(W.outbox)} aside={say(C.count, { n: steps.length })} />
      <Connection />
      <main>
        <Notice />
        {steps.length >= most.warnAt ? <p class="notice strong">{say(W.nearlyFull, { n: steps.length })}</p> : null}
        {others > 0 ? <p class="notice strong">{say(W.otherPerson, { n: others })}</p> : null}
        {steps.length === 0 ? <p class="empty">{say(W.outboxEmpty)}</p> : null}
        <ul class="steps">
          {steps.map((step) =>
            step.state === "refused" ? (
              <Refused key={step.id} step={step} />
            ) : (
              <li key={step.id}>
                {step.state === "received" ? <span class="chip resolved">{say(W.received)}</span> : <Chip of="unsent" />}
                <span class="what">
                  {step.kind === "REPORT" ? say(W.reportTitle) : say(C.step[step.kind])} {step.title}
                </span>
                <time>{time(step.atMs, phone.zone)}</time>
              </li>
            ),
          )}
        </ul>
        {steps.some((step) => step.state !== "refused") ? (
          <p class="center">
            <button type="button" class="button" onClick={() => phone.hurry()}>
              {say(W.sendNow)}
            </button>
          </p>
        ) : null}
      </main>
      <Tabs at="outbox" />
    </>
  );
}
