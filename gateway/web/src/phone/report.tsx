// 上报: what the worker finds, or is told at a door. The place is where they stand, and can be moved.
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

import type { RequestBody } from "../api/types";
import type { Place } from "../design/map";
import { useOneAtATime } from "../design/page";
import { Errors, refusalWords, type Trouble } from "../design/parts";
import { PhotoField } from "../design/photo_field";
import * as C from "../words/common";
import * as W from "../words/staff";
import { say } from "../words/language";
import { useCells } from "./cell_choice";
import { Connection, go, Header, Notice, Tabs, useIsHere, usePhone } from "./frame";
import type { Draft } from "./store";

/** The point where the device stands: asked for when the screen opens, once. */
function useHere(): { place: Place | null; looking: boolean } {
  const [state, setState] = useState<{ place: Place | null; looking: boolean }>({ place: null, looking: "geolocation" in navigator });
  useEffect(() => {
    navigator.geolocation?.getCurrentPosition(
      ({ coords }) =>
        setState({
          place: { latitude: coords.latitude, longitude: coords.longitude, accuracyMetres: Math.round(coords.accuracy) },
          looking: false,
        }),
      () => setState({ place: null, looking: false }),
      { enableHighAccuracy: true, timeout: 10_000, maximumAge: 30_000 },
    );
  }, []);
  return state;
}

function MovePoint({ place, onMove }: { place: Place | null; onMove: (place: Place) => void }): JSX.Element | null {
  const { module, map } = useCells();
  return module && map ? (
    <module.PointPicker features={map.features} place={place} onMove={onMove} label={say(C.map)} />
  ) : (
    <p class="hint">{say(C.loading)}</p>
  );
}

export function Report(): JSX.Element {
  const phone = usePhone();
  const here = useHere();
  const key = `${phone.me?.person ?? ""}/report`;
  const [moved, setMoved] = useState<Place | null>(null);
  const [moving, setMoving] = useState(false);
  const [words, setWords] = useState("");
  const [photos, setPhotos] = useState<Blob[]>([]);
  const [behalf, setBehalf] = useState(false);
  const [telephone, setTelephone] = useState("");
  const [trouble, setTrouble] = useState<Trouble[]>([]);
  const [busy, oneAtATime] = useOneAtATime();
  const field = useRef<HTMLTextAreaElement>(null);
  const loaded = useRef(false);
  const coming = useRef<Promise<readonly Blob[]> | null>(null);
  const isHere = useIsHere();
  useEffect(() => {
    void phone.store.get<Draft>("drafts", key).then(
      (draft) => {
        if (draft) {
          setWords((now) => now || draft.words);
          setPhotos((now) => (now.length > 0 ? now : (draft.photos ?? [])));
        }
        loaded.current = true;
      },
      () => {
        loaded.current = true;
      },
    );
  }, [key, phone]);
  useEffect(() => {
    if (loaded.current) void phone.store.put("drafts", { key, words, photos } satisfies Draft).catch(() => {});
  }, [words, photos, key, phone]);

  useEffect(() => {
    if (words.trim() !== "" || photos.length > 0) setTrouble((now) => (now.some((one) => one.field) ? [] : now));
  }, [words, photos]);

  const place = moved ?? here.place;
  const cell = phone.me?.cells?.[0] ?? "";
  const cellName = phone.me?.title.replace(/网格员$|副网格员$|包联干部$/, "网格") ?? cell;
  const whereWords = moved
    ? say(W.whereMoved)
    : place
      ? say(W.whereStand, { n: place.accuracyMetres ?? 0 })
      : here.looking
        ? say(W.whereLooking)
        : say(W.whereCell, { cell: cellName });

  const send = (solved: boolean): Promise<void> =>
    oneAtATime(async () => {
      const taken = coming.current ? await coming.current : photos;
      if (words.trim() === "" && (taken.length === 0 || solved)) {
        setTrouble([{ text: solved ? say(C.mustWrite) : say(W.needWordsOrPhoto), field: "report-words" }]);
        return;
      }
      setTrouble([]);
      const report: Omit<RequestBody, "sourceId"> = {
        location: place
          ? {
              point: {
                latitude: place.latitude,
                longitude: place.longitude,
                datum: "DATUM_WGS84",
                accuracyMetres: place.accuracyMetres ?? 0,
              },
            }
          : { cell },
        report: { ...(behalf ? { onBehalfOfCitizen: true } : {}), ...(solved ? { solvedOnSpot: { words: { plain: words.trim() } } } : {}) },
      };
      if (words.trim() !== "") report.text = { plain: words.trim() };
      if (behalf && telephone.trim() !== "") report.contact = { telephone: { plain: telephone.trim() } };
      const added = await phone.outbox
        .add({ number: "", kind: "REPORT", title: words.trim().slice(0, 12) || say(C.photo), report, photos: [...taken] })
        .catch(() => null);
      if (added === null) {
        setTrouble([{ text: say(W.full) }]);
        return;
      }
      const settled = await added.first;
      if (settled.what === "refused" && isHere()) {
        await phone.outbox.drop(settled.step);
        setTrouble([
          { text: refusalWords(settled.problem.details, "REPORT"), ...(settled.problem.number ? { number: settled.problem.number } : {}) },
        ]);
        return;
      }
      loaded.current = false;
      await phone.store.remove("drafts", key).catch(() => {});
      if (isHere()) go(settled.what === "waits" ? "#/outbox" : "#/");
    });

  return (
    <>
      <Header title={say(W.reportTitle)} />
      <Connection />
      <main class="form">
        <Notice />
        <section>
          <h2>
            {say(W.scenePhotos)} <small class="hint">{say(W.optional)}</small>
          </h2>
          <PhotoField photos={photos} onChange={setPhotos} coming={coming} onTaken={() => field.current?.focus()} />
        </section>
        <section>
          <label class="field">
            <span>{say(W.reportWords)}</span>
            <small class="hint">{say(W.keyboardVoice)}</small>
            <textarea
              id="report-words"
              ref={field}
              class="input short"
              aria-label={say(W.reportWords)}
              maxLength={2_000}
              value={words}
              onInput={(event) => setWords(event.currentTarget.value)}
            />
          </label>
        </section>
        <section>
          <h2>{say(W.where)}</h2>
          <p class={moving ? "" : "beside"}>
            {whereWords}
            {moving ? null : (
              <button type="button" class="link" onClick={() => setMoving(true)}>
                {say(W.movePoint)}
              </button>
            )}
          </p>
          {moving ? <MovePoint place={place} onMove={setMoved} /> : null}
        </section>
        <section>
          <label class="choice">
            <input type="checkbox" checked={behalf} onChange={() => setBehalf(!behalf)} />
            {say(W.onBehalf)}
          </label>
          {behalf ? (
            <label class="field">
              <span>{say(W.behalfTelephone)}</span>
              <small class="hint">{say(W.telephoneUse)}</small>
              <input
                class="input"
                type="tel"
                autocomplete="off"
                maxLength={32}
                value={telephone}
                onInput={(event) => setTelephone(event.currentTarget.value)}
              />
            </label>
          ) : null}
        </section>
      </main>
      <div class="bar above-tabs">
        <Errors trouble={trouble} />
        <button type="button" class="button" onClick={() => void send(true)}>
          {say(W.onTheSpot)}
        </button>
        <button type="button" class="button primary" aria-busy={busy} onClick={() => void send(false)}>
          {say(C.submit)}
        </button>
      </div>
      <Tabs at="report" />
    </>
  );
}
