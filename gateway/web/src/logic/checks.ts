// Checks of what people type, before it is sent; the gateway checks again. Pure.

/** A run of digits that could be a telephone: mobile, or fixed with its area code. Dates, times and case numbers are not. */
export function holdsTelephone(words: string): boolean {
  const joined = words.replace(/(?<=\d)[ \-‐–－](?=\d)/g, "");
  return /(?<!\d)1[3-9]\d{9}(?!\d)/.test(joined) || /(?<!\d)0\d{9,11}(?!\d)/.test(joined);
}

/** Bytes of UTF-8: limits are counted in these. */
export function utf8Length(text: string): number {
  return new TextEncoder().encode(text).length;
}

export const mostWordsBytes = 8_192;
