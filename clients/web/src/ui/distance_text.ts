import type { Words } from '../i18n/text';

/** "140 m", "2.4 km". */
export function distanceText(metres: number, t: Words['t']): string {
  return metres < 1000
    ? t('console.distance.m', { n: Math.round(metres / 10) * 10 })
    : t('console.distance.km', { n: (metres / 1000).toFixed(1) });
}
