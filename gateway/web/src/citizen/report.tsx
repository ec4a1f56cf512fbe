// 怎么最快说清楚？ Place, words, 提交; photo and telephone if one likes.
import type { ComponentType, JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

import type { Api } from "../api/client";
import { Problem } from "../api/problem";
import { newId } from "../api/ids";
import type { CellFeature } from "../api/types";
import type { Place, PointPicker } from "../design/map";
import { useOneAtATime } from "../design/page";
import { Errors, problemWords, type Trouble } from "../design/parts";
import { PhotoField } from "../design/photo_field";
import { Icon } from "../design/signs";
import { reachOf } from "../logic/reach";
import * as C from "../words/common";
import * as W from "../words/citizen";
import { say } from "../words/language";
import { dropDraft, keepDraft, readDraft } from "./draft";

// Whatever it is that passes by itself, short of the centre or behind it: the words are kept.
const passing = { there: W.trouble, centreAway: W.trouble, noAnswer: W.noAnswer, noNetwork: W.offline };

/** The map comes after the page can be used; its room is kept free. */
function Map({ api, place, onMove }: { api: Api; place: Place | null; onMove: (place: Place) => void }): JSX.Element {
  const [loaded, setLoaded] = useState<{ Picker: ComponentType<Parameters<typeof PointPicker>[0]>; features: CellFeature[] } | null>(null);
  useEffect(() => {
    const load = (): void => {
      void Promise.all([import("../design/map"), api.map()]).then(
        ([module, map]) => setLoaded({ Picker: module.PointPicker, features: map.features }),
        () => {},
      );
    };
    const idle = "requestIdleCallback" in globalThis ? requestIdleCallback(load, { timeout: 1_500 }) : 0;
    if (idle === 0) setTimeout(load, 200);
    return () => {
      if (idle !== 0) cancelIdleCallback(idle);
    };
  }, [api]);
  return (
    <div class="map-room">
      {loaded ? <loaded.Picker features={loaded.features} place={place} onMove={onMove} label={say(W.map)} /> : null}
    </div>
  );
}

export function Report({
  api,
  offline,
  onReceived,
}: {
  api: Api;
  offline: boolean;
  onReceived: (number: string, code: string) => void;
}): JSX.Element {
  const [draft, setDraft] = useState(readDraft);
  const [photos, setPhotos] = useState<Blob[]>([]);
  const [telephone, setTelephone] = useState("");
  const [trouble, setTrouble] = useState<Trouble[]>([]);
  const [busy, oneAtATime] = useOneAtATime();
  const [mapKey, setMapKey] = useState(0);
  const words = useRef<HTMLTextAreaElement>(null);
  const coming = useRef<Promise<readonly Blob[]> | null>(null);
  const change = (part: Partial<typeof draft>): void => {
    const next = { ...draft, ...part };
    setDraft(next);
    keepDraft(next);
    const mended = (field?: string): boolean =>
      field === "words" ? next.words.trim() !== "" : field === "address" && (!!next.place || next.address.trim() !== "");
    setTrouble((now) => (now.some((one) => mended(one.field)) ? now.filter((one) => !mended(one.field)) : now));
  };
  const here = (): void => {
    if (!("geolocation" in navigator)) {
      setTrouble([{ text: say(W.noPosition), field: "address" }]);
      return;
    }
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        change({
          place: {
            latitude: Number(coords.latitude.toFixed(6)),
            longitude: Number(coords.longitude.toFixed(6)),
            accuracyMetres: Math.max(1, Math.round(coords.accuracy)),
          },
        });
        setMapKey((n) => n + 1);
        setTrouble([]);
      },
      () => setTrouble([{ text: say(W.noPosition), field: "address" }]),
      { enableHighAccuracy: true, timeout: 10_000 },
    );
  };

  const send = (): Promise<void> =>
    oneAtATime(async () => {
      const wrong: Trouble[] = [];
      if (!draft.place && draft.address.trim() === "") wrong.push({ text: say(W.noPlace), field: "address" });
      if (draft.words.trim() === "") wrong.push({ text: say(W.noWords), field: "words" });
      setTrouble(wrong);
      if (wrong.length > 0) return;
      if (offline) {
        setTrouble([{ text: say(W.offline) }]);
        return;
      }
      try {
        const taken = coming.current ? await coming.current : photos;
        const attachments = await Promise.all(taken.map((photo) => api.attach(photo, "citizen")));
        const answer = await api.citizenRequest({
          sourceId: draft.sourceId,
          words: draft.words.trim(),
          ...(draft.place
            ? {
                point: {
                  latitude: draft.place.latitude,
                  longitude: draft.place.longitude,
                  ...(draft.place.accuracyMetres ? { accuracyMetres: draft.place.accuracyMetres } : {}),
                },
              }
            : {}),
          ...(draft.address.trim() ? { address: draft.address.trim() } : {}),
          ...(telephone.trim() ? { telephone: telephone.trim() } : {}),
          ...(attachments.length > 0 ? { attachments } : {}),
        });
        dropDraft();
        onReceived(answer.caseNumber, answer.code);
      } catch (error) {
        if (error instanceof Problem && error.status === 429) setTrouble([{ text: say(W.tooMany) }]);
        else if (error instanceof Problem && error.details.name === "OUTSIDE_STREET")
          setTrouble([{ text: say(W.outside), field: "address" }]);
        else if (error instanceof Problem && error.details.name === "CONTENT_DIFFERS") {
          change({ sourceId: newId() });
          setTrouble([{ text: say(W.trouble) }]);
        } else if (error instanceof Problem && !error.passing)
          setTrouble([{ text: problemWords(error.details), ...(error.number ? { number: error.number } : {}) }]);
        else setTrouble([{ text: say(passing[reachOf(error, navigator.onLine)]) }]);
      }
    });

  const bad = (field: string): boolean => trouble.some((one) => one.field === field);
  const whereWords = draft.place
    ? draft.place.accuracyMetres
      ? say(W.whereHere, { n: draft.place.accuracyMetres })
      : say(W.wherePoint)
    : say(W.whereHint);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
      noValidate
    >
      <p class="emergency">{say(W.emergency)}</p>
      {offline ? (
        <p class="offline" role="status">
          {say(W.offline)}
        </p>
      ) : null}
      <div class="map-box">
        <Map key={mapKey} api={api} place={draft.place} onMove={(place) => change({ place })} />
        <button type="button" class="aim" aria-label={say(W.myPosition)} onClick={here}>
          <Icon of="aim" size={30} />
        </button>
      </div>
      <section>
        <h2>{say(W.where)}</h2>
        <p class="hint" role="status">
          {whereWords}
        </p>
        <label class="field">
          <span class="unseen">{say(W.address)}</span>
          <input
            id="address"
            class="input"
            name="place"
            maxLength={160}
            placeholder={say(W.address)}
            autocomplete="off"
            value={draft.address}
            aria-invalid={bad("address")}
            onInput={(event) => change({ address: event.currentTarget.value })}
          />
        </label>
        <label class="field">
          <span class="title">{say(W.what)}</span>
          <textarea
            id="words"
            class="input"
            ref={words}
            maxLength={2_000}
            value={draft.words}
            aria-invalid={bad("words")}
            onInput={(event) => change({ words: event.currentTarget.value })}
          />
        </label>
        <h2>
          {say(W.photos)} <small>{say(W.photosOptional)}</small>
        </h2>
        <PhotoField photos={photos} onChange={setPhotos} coming={coming} most={3} />
        <label class="field telephone">
          <span class="title">
            {say(W.telephone)} <small>{say(W.optional).replace("写", "填")}</small>
          </span>
          <input
            class="input"
            type="tel"
            inputMode="tel"
            autocomplete="tel"
            maxLength={32}
            value={telephone}
            onInput={(event) => setTelephone(event.currentTarget.value)}
          />
        </label>
        <p class="hint">{say(W.telephoneHint)}</p>
      </section>
      <div class="bar">
        <Errors trouble={trouble} />
        <button type="submit" class="button primary" aria-busy={busy}>
          {say(C.submit)}
        </button>
      </div>
    </form>
  );
}
