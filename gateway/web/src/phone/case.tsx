// A case: state, the citizen's words, who holds it, the clocks, why it is here.
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";

import { Problem } from "../api/problem";
import type { Attachment, Contact, Sentence } from "../api/types";
import { Chips } from "../design/chip";
import { ClockRows } from "../design/clock";
import { Quoted } from "../design/free_text";
import { Ladder } from "../design/ladder";
import { Errors, refusalWords, Sheet, troubleOf } from "../design/parts";
import { Timeline } from "../design/timeline";
import { isEnded } from "../logic/case_model";
import * as C from "../words/common";
import * as W from "../words/staff";
import { choose, say } from "../words/language";
import { Connection, go, Header, Notice, usePhone } from "./frame";
import { Place } from "./place";
import { barOf, caseAddress, doStep, stepAddress } from "./steps";

const contactShownMs = 60_000;

function ContactButton({ number }: { number: string }): JSX.Element {
  const phone = usePhone();
  const [contact, setContact] = useState<Contact | null>(null);
  const [error, setError] = useState("");
  useEffect(() => {
    if (!contact) return;
    const timer = setTimeout(() => setContact(null), contactShownMs);
    return () => clearTimeout(timer);
  }, [contact]);
  const look = async (): Promise<void> => {
    setError("");
    if (phone.offline) {
      setError(say(W.contactOffline));
      return;
    }
    try {
      setContact((await phone.api.part(number, "contact")).contact ?? {});
    } catch (caught) {
      setError(caught instanceof Problem ? (caught.centreAway ? say(W.contactAway) : troubleOf(caught).text) : say(W.contactOffline));
    }
  };
  const telephone = contact?.telephone?.plain ?? "",
    name = contact?.name?.plain ?? "",
    address = contact?.exactAddress?.plain ?? "";
  return (
    <>
      <button type="button" class="button contact" onClick={() => void look()}>
        {say(W.contact)}
      </button>
      {error ? (
        <p class="error" role="alert">
          {error}
        </p>
      ) : null}
      {contact ? (
        <Sheet title={say(W.contact)} onClose={() => setContact(null)}>
          {name ? <p class="big">{name}</p> : null}
          {telephone ? (
            <p class="big">
              <a href={`tel:${telephone}`}>{telephone}</a>
            </p>
          ) : null}
          {address ? <p>{address}</p> : null}
          {!name && !telephone && !address ? <p>{say(W.contactNone)}</p> : null}
          <p class="hint">{say(W.contactTrace)}</p>
          <div class="rows">
            <button type="button" class="button" onClick={() => setContact(null)}>
              {say(C.close)}
            </button>
          </div>
        </Sheet>
      ) : null}
    </>
  );
}

/** What was written with a step, on tap: the words and how many photos. */
function StepWords({ number, sentence }: { number: string; sentence: Sentence }): JSX.Element | null {
  const phone = usePhone();
  const [said, setSaid] = useState<{ words: string; attachments: Attachment[] } | null>(null);
  if (!sentence.hasWords && !sentence.attachments) return null;
  if (said) {
    return (
      <div class="said">
        {said.words ? (
          <p>
            <Quoted words={said.words} />
          </p>
        ) : null}
        <Photos number={number} attachments={said.attachments} />
      </div>
    );
  }
  return (
    <button
      type="button"
      class="link"
      onClick={() =>
        void phone.api.words(number, sentence.cell ?? "", sentence.sequence ?? 0).then(
          (reply) => setSaid({ words: reply.text?.plain ?? "", attachments: reply.attachments ?? [] }),
          () => {},
        )
      }
    >
      {say(["看原话和照片", "Words and photos"])}
    </button>
  );
}

function Photos({ number, attachments }: { number: string; attachments: readonly Attachment[] }): JSX.Element | null {
  const phone = usePhone();
  if (attachments.length === 0) return null;
  return (
    <div class="photos">
      {attachments.map((attachment, place) => (
        <figure key={attachment.blake2b256}>
          <img loading="lazy" src={phone.api.attachmentAddress(number, attachment)} alt={say(C.photoOf, { n: place + 1 })} />
        </figure>
      ))}
    </div>
  );
}

export function Case({ number }: { number: string }): JSX.Element {
  const phone = usePhone();
  const [missing, setMissing] = useState<"" | "network" | Problem>("");
  const [more, setMore] = useState(false);
  const [citizenPhotos, setCitizenPhotos] = useState<Attachment[]>([]);
  useEffect(() => {
    phone.open(number).then(
      (found) => setMissing(found ? "" : "network"),
      (error: unknown) => setMissing(error instanceof Problem ? error : "network"),
    );
    phone.api.part(number, "text").then(
      (reply) => setCitizenPhotos(reply.attachments ?? []),
      () => {},
    );
  }, [number, phone]);
  const detail = phone.detail(number);
  if (!detail) {
    const words =
      missing === "network"
        ? say(W.notKept)
        : missing === ""
          ? say(C.loading)
          : missing.status === 404
            ? say(C.notFoundPage)
            : refusalWords(missing.details, "ACTION_KIND_ADD_NOTE");
    return (
      <>
        <Header title={say(W.myCases)} back="#/" />
        <Connection />
        <main>
          <p class="empty" role={missing === "" ? "status" : "alert"}>
            {words}
          </p>
        </main>
      </>
    );
  }
  const view = { ...detail.case, card: detail.case.card ?? detail.card ?? {} };
  const model = phone.modelOf(view);
  const { whole } = view;
  const waiting = phone.outbox.waiting(number);
  const last = waiting[waiting.length - 1];
  const bar = barOf(model);
  const words = phone.wordsOf(number);
  const holder = choose(model.holder, model.holderEn);
  const own = phone.me !== null && whole.holder?.person === phone.me.person;
  // A contact reaches only who works on the case (docs/protocol.md, Asking).
  const works = (phone.me?.roles ?? []).some(
    (one) => (one.role === "ROLE_GRID_WORKER" || one.role === "ROLE_CADRE") && one.place === whole.cell,
  );
  const climbed = whole.rung !== undefined && whole.rung !== "RUNG_CELL";
  return (
    <>
      <Header title={choose(model.title, model.titleEn)} back="#/" aside={`…${number.slice(-6)}`} />
      <Connection />
      <main class="case">
        <Notice />
        <section>
          <Chips model={model} waiting={last ? say(C.step[last]) : ""} />
          {model.timeMark === "" && model.stateMark === "" ? (
            <p class="hint">{say(C.state[whole.state ?? "CASE_STATE_ACCEPTED"])}</p>
          ) : null}
          {model.asked !== "" ? <p class="hint">{say(C.asks[model.asked]?.state ?? ["", ""])}</p> : null}
          {last ? <p class="hint">{say(W.stillRunning, { step: say(C.step[last]) })}</p> : null}
          {words ? (
            <p class="words">
              <Quoted words={words} />
            </p>
          ) : null}
          <Photos number={number} attachments={citizenPhotos} />
          <Place number={number} cell={whole.cell ?? ""} cellName={choose(view.card.place, view.card.placeEn)} />
          <div class="who">
            <p>{say(isEnded(whole.state) ? C.holderThen : C.holderNow, { holder: own ? `${holder}${say(["，我", ", me"])}` : holder })}</p>
            {works ? <ContactButton number={number} /> : null}
          </div>
          {climbed ? (
            <div class="climbed">
              <Ladder at={whole.rung} size={56} />
              <p>
                {say(["已到 {rung}", "At the {rung}"], { rung: say(C.rung[whole.rung ?? "RUNG_STREET"]) })} ·{" "}
                {whole.escalationAnswered ? say(["已应答", "answered"]) : say(["等应答", "waiting for an answer"])}
              </p>
            </div>
          ) : null}
        </section>
        <section aria-label={say(W.clocksTitle)}>
          <h2>{say(W.clocksTitle)}</h2>
          <ClockRows whole={whole} story={detail.story ?? []} />
        </section>
        <Timeline story={detail.story ?? []} title={say(C.why)}>
          {(sentence) => <StepWords number={number} sentence={sentence} />}
        </Timeline>
      </main>
      <div class="bar">
        {bar.more.length > 0 ? (
          <button type="button" class="button" aria-haspopup="dialog" onClick={() => setMore(true)}>
            {say(W.more)}
          </button>
        ) : null}
        {bar.shown.map((kind, place) => (
          <button
            key={kind}
            type="button"
            class={place === bar.shown.length - 1 ? "button primary" : "button"}
            onClick={() => doStep(phone, model, kind)}
          >
            {say(C.stepOf(kind, model.asked))}
          </button>
        ))}
      </div>
      {more ? (
        <Sheet title={say(W.more)} onClose={() => setMore(false)}>
          {climbed && bar.more.includes("ACTION_KIND_ANSWER_ESCALATION") ? <p class="hint">{say(W.answerHint)}</p> : null}
          <div class="menu">
            {bar.more.map((kind) => (
              <button
                key={kind}
                type="button"
                class="button"
                onClick={() => {
                  setMore(false);
                  if (kind === "SHELVING") go(stepAddress(number, "SHELVING"));
                  else doStep(phone, model, kind);
                }}
              >
                {kind === "SHELVING" ? say(W.askShelving) : say(C.stepOf(kind, model.asked))}
              </button>
            ))}
            <button type="button" class="button" onClick={() => setMore(false)}>
              {say(C.close)}
            </button>
          </div>
        </Sheet>
      ) : null}
    </>
  );
}

export { caseAddress, Errors };
