import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

import * as W from "../words/common";
import { say } from "../words/language";
import { Icon } from "./signs";
import { shrink } from "./photos";

/** While a photo is being shrunk: all photos, once it is there. Who sends waits for it. */
export interface PhotosToCome {
  current: Promise<readonly Blob[]> | null;
}

/** Photos to send with a step or a request: taken or chosen, shrunk, shown, removable. */
export function PhotoField({
  photos,
  onChange,
  coming,
  most = 9,
  label,
  onTaken,
  caption,
}: {
  photos: readonly Blob[];
  onChange: (photos: Blob[]) => void;
  coming: PhotosToCome;
  most?: number;
  label?: string;
  onTaken?: () => void;
  caption?: string;
}): JSX.Element {
  const input = useRef<HTMLInputElement>(null);
  const [failed, setFailed] = useState(false);
  const take = async (): Promise<void> => {
    const files = [...(input.current?.files ?? [])].slice(0, most - photos.length);
    if (input.current) input.current.value = "";
    if (files.length === 0) return;
    const shrunk = Promise.all(files.map(shrink));
    const whole = shrunk.then(
      (made) => [...photos, ...made],
      () => photos,
    );
    coming.current = whole;
    try {
      await shrunk;
      onChange([...(await whole)]);
      setFailed(false);
      onTaken?.();
    } catch {
      setFailed(true);
    }
    if (coming.current === whole) coming.current = null;
  };
  return (
    <div>
      <div class="photos">
        {photos.map((photo, place) => (
          <figure key={place}>
            <Preview photo={photo} name={say(W.photoOf, { n: place + 1 })} />
            {caption ? <figcaption>{caption}</figcaption> : null}
            <button
              type="button"
              aria-label={say(W.removePhoto, { n: place + 1 })}
              onClick={() => onChange(photos.filter((_, other) => other !== place))}
            >
              ×
            </button>
          </figure>
        ))}
        {photos.length < most ? (
          <button type="button" class="take" onClick={() => input.current?.click()}>
            {photos.length > 0 ? <Icon of="plus" size={20} /> : null}
            {label ?? say(photos.length > 0 ? W.anotherPhoto : W.photo)}
          </button>
        ) : null}
      </div>
      <input
        ref={input}
        type="file"
        accept="image/*"
        capture="environment"
        hidden
        tabIndex={-1}
        aria-hidden="true"
        onChange={() => void take()}
      />
      {failed ? (
        <p class="error" role="alert">
          {say(W.notAnImage)}
        </p>
      ) : null}
    </div>
  );
}

/** Drawn on a canvas: the pages' policy allows images from the gateway only, no addresses of the page's own. */
function Preview({ photo, name }: { photo: Blob; name: string }): JSX.Element {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    let wanted = true;
    void createImageBitmap(photo).then(
      (image) => {
        const context = canvas.current?.getContext("2d");
        if (wanted && context && canvas.current) {
          const { width, height } = canvas.current;
          const scale = Math.max(width / image.width, height / image.height);
          context.drawImage(
            image,
            (width - image.width * scale) / 2,
            (height - image.height * scale) / 2,
            image.width * scale,
            image.height * scale,
          );
        }
        image.close();
      },
      () => {},
    );
    return () => {
      wanted = false;
    };
  }, [photo]);
  return <canvas ref={canvas} width={204} height={172} role="img" aria-label={name} />;
}
