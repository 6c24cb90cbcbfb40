// "↗ 2.1 km north-east", from the own position.
import { bearingDeg, distanceM, type LatLon, type Wind, windOf } from '../base/geo';
import { useValue } from '../base/value';
import { type TextKey, useText, type Words } from '../i18n/text';
import { useField } from './field_context';

const windText: Record<Wind, TextKey> = {
  n: 'field.wind.n',
  ne: 'field.wind.ne',
  e: 'field.wind.e',
  se: 'field.wind.se',
  s: 'field.wind.s',
  sw: 'field.wind.sw',
  w: 'field.wind.w',
  nw: 'field.wind.nw',
};

export function Direction({ to }: { to: LatLon }) {
  const { locator } = useField();
  const { t } = useText();
  const { fix } = useValue(locator.state);
  if (!fix) return <span className="muted grow">{t('field.distance_unknown')}</span>;
  const bearing = bearingDeg(fix, to);
  return (
    <span role="group" aria-label={t('field.distance')} className="direction grow">
      <span
        aria-hidden="true"
        className="direction-arrow"
        style={{ rotate: `${Math.round(bearing)}deg` }}
      />
      <strong className="num">{sayDistance(distanceM(fix, to), t)}</strong>{' '}
      <span className="muted">{t(windText[windOf(bearing)])}</span>
    </span>
  );
}

function sayDistance(metres: number, t: Words['t']): string {
  if (metres < 1000) return t('field.distance_m', { n: Math.round(metres / 10) * 10 });
  return t('field.distance_km', { n: (metres / 1000).toFixed(metres < 10_000 ? 1 : 0) });
}
