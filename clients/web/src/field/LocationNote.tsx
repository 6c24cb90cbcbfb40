// Whether the hub knows where this team is, always in sight.
import { useValue } from '../base/value';
import { useText, type Words } from '../i18n/text';
import { ageText } from '../ui/age_text';
import { useNow } from '../ui/now';
import { useField } from './field_context';
import type { LocatorState } from './locator';

/** A position that was sent longer ago is news no more. */
const oldAfterMs = 30_000;

export function LocationNote() {
  const { locator } = useField();
  const words = useText();
  const now = useNow();
  const state = useValue(locator.state);
  const good = state.sentAtMs !== undefined && now - state.sentAtMs < oldAfterMs;
  return (
    <p role="status" aria-label={words.t('field.location')} className="field-location num">
      <span className={good || state.phase === 'waiting' ? 'muted' : 'late'}>
        {sayLocation(state, now, words)}
      </span>
    </p>
  );
}

function sayLocation(state: LocatorState, now: number, { t, sayRefusal }: Words): string {
  switch (state.phase) {
    case 'waiting':
      return t('field.location.waiting');
    case 'refused':
      return t('field.location.refused');
    case 'unavailable':
      return t('field.location.unavailable');
    case 'known': {
      if (state.trouble) return t('field.location.unsent', { why: sayRefusal(state.trouble) });
      if (state.sentAtMs === undefined) return t('field.location.sending');
      const { key, args } = ageText(now - state.sentAtMs);
      const accuracy = Math.ceil(state.fix?.accuracyM ?? 0);
      return t('field.location.sent', { age: t(key, args), accuracy });
    }
  }
}
