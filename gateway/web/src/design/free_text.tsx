// What people wrote, as they wrote it, and apart from what stands around it: signs in it that turn the direction of writing turn
// nothing of ours.
import type { JSX } from "preact";

export function Quoted({ words }: { words: string }): JSX.Element {
  return (
    <>
      “<bdi>{words}</bdi>”
    </>
  );
}
