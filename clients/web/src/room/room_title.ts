const maxBytes = 200;

/** As much of the words as a room's title may have. */
export function titleThatFits(words: string): string {
  const encoder = new TextEncoder();
  let title = '';
  let bytes = 0;
  for (const sign of words.trim()) {
    bytes += encoder.encode(sign).length;
    if (bytes > maxBytes) break;
    title += sign;
  }
  return title;
}

/** How many signs of it the hub would not take. */
export const titleTooLongBy = (words: string): number =>
  Array.from(words.trim()).length - Array.from(titleThatFits(words)).length;
