// Chinese first; English by ?lang=en or the switch. A word is a pair; what is said is chosen when it is drawn.

export type Pair = readonly [zh: string, en: string];
export type Language = "zh" | "en";

let current: Language = "zh";

export function language(): Language {
  return current;
}

/** Reads ?lang=…, else what was chosen on this device; tells the document. */
export function beginLanguage(search: string, stored: string | null): Language {
  const asked = new URLSearchParams(search).get("lang") ?? stored;
  setLanguage(asked === "en" ? "en" : "zh");
  return current;
}

export function setLanguage(to: Language): void {
  current = to;
  if (typeof document !== "undefined") document.documentElement.lang = to === "en" ? "en" : "zh-CN";
}

export type Values = Record<string, string | number>;

/** The words in the page's language; {name} is replaced by its value. */
export function say(pair: Pair, values: Values = {}): string {
  return fill(current === "en" ? pair[1] : pair[0], values);
}

const chinese = /[\u4e00-\u9fff]/;

/** A figure or a Latin letter at an edge of a value stands apart from the Chinese beside it: 等督导 1 应答. */
export function fill(text: string, values: Values): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string, at: number) => {
    if (!(name in values)) return whole;
    const value = String(values[name]);
    const before = /^[0-9A-Za-z]/.test(value) && chinese.test(text.charAt(at - 1)) ? " " : "";
    const after = /[0-9A-Za-z]$/.test(value) && chinese.test(text.charAt(at + whole.length)) ? " " : "";
    return before + value + after;
  });
}

/** The one of two texts that the gateway sent, in the page's language; the Chinese one where there is no English. */
export function choose(zh: string | undefined, en: string | undefined): string {
  return (current === "en" ? en || zh : zh || en) ?? "";
}
