// A new case sounds once.

/** One short tone, unless it is switched off (我). */
export function ring(): void {
  if (localStorage.getItem("huying.sound") === "no") return;
  try {
    const context = new AudioContext();
    const tone = context.createOscillator();
    const volume = context.createGain();
    volume.gain.value = 0.2;
    tone.connect(volume).connect(context.destination);
    tone.frequency.value = 660;
    tone.start();
    tone.stop(context.currentTime + 0.18);
    tone.onended = () => void context.close();
  } catch {
    /* a phone that cannot or may not */
  }
}
