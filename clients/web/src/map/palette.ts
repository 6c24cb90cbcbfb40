// The map's colours, read from the page's tokens so that a theme is one list.

const tokens = {
  ground: '--ground',
  panel: '--panel',
  raised: '--raised',
  line: '--line',
  text: '--text',
  muted: '--muted',
  faint: '--faint',
  act: '--act',
  grade1: '--g1',
  grade2: '--g2',
  grade3: '--g3',
  grade4: '--g4',
  ok: '--ok',
  stale: '--stale',
  sea: '--water',
  land: '--land',
  green: '--map-green',
  street: '--map-street',
  mainStreet: '--map-main',
  label: '--map-label',
  seaLabel: '--map-sea-label',
} as const;

export type Palette = Record<keyof typeof tokens, string>;

export function readPalette(style: { getPropertyValue(name: string): string }): Palette {
  const entries = Object.entries(tokens).map(([key, token]) => [
    key,
    style.getPropertyValue(token).trim() || '#808080',
  ]);
  return Object.fromEntries(entries) as Palette;
}
