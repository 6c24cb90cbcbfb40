// How wide tiles of 16:9 may be so that all of them fit a place of any size: as a CSS length of the place's own
// size (container units), so that nothing has to be measured.
import type { CSSProperties } from 'react';

const gapPx = 3;

/** All ways to put n tiles into columns and rows. */
export const waysOf = (n: number): { columns: number; rows: number }[] =>
  Array.from({ length: n }, (_, i) => ({ columns: i + 1, rows: Math.ceil(n / (i + 1)) }));

/** The widest of all ways. */
export function tileWidth(n: number): string {
  const widths = waysOf(n).map(({ columns, rows }) => {
    const byWidth = `(100cqw - ${(columns - 1) * gapPx}px) / ${columns}`;
    const byHeight = `(100cqh - ${(rows - 1) * gapPx}px) / ${rows} * 16 / 9`;
    return `min(${byWidth}, ${byHeight})`;
  });
  return `max(0px, ${widths.join(', ')})`;
}

export const tileStyle = (n: number) => ({ '--tile-width': tileWidth(n) }) as CSSProperties;

/** How much of the height the people get below the cameras: as much as their number needs, never the most of it. */
export function peopleShare(people: number): string {
  if (people <= 4) return '24%';
  if (people <= 8) return '20%';
  if (people <= 16) return '30%';
  return '42%';
}
