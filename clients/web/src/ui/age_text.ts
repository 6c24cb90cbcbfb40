import type { Text } from '../i18n/text';

/** "45 s", "2 min": the shortest that still says it. */
export function ageText(ageMs: number): Text {
  const seconds = Math.max(0, Math.floor(ageMs / 1000));
  if (seconds < 100) return { key: 'age.seconds', args: { n: seconds } };
  const minutes = Math.floor(seconds / 60);
  if (minutes < 100) return { key: 'age.minutes', args: { n: minutes } };
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return { key: 'age.hours', args: { n: hours } };
  return { key: 'age.days', args: { n: Math.floor(hours / 24) } };
}
