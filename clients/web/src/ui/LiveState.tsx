// Whether what is shown is live: always on the page, with a word, a shape and the age of the last news.
import { clockText } from '../base/time';
import { useValue } from '../base/value';
import { useText, type Words } from '../i18n/text';
import type { LinkState } from '../picture/link_state';
import { ageText } from './age_text';
import { useApp } from './app_context';
import { useNow } from './now';

export function LiveState() {
  const { link } = useApp();
  const words = useText();
  const now = useNow();
  const state = useValue(link);
  const { proof } = state;
  return (
    <span
      className={`live-state ${state.phase}`}
      data-proof={proof && `${String(proof.sequence)}:${proof.digest}`}
      title={
        proof &&
        words.t('live.proof', { count: String(proof.count), sequence: String(proof.sequence) })
      }
    >
      <span role="status" aria-label={words.t('live.label')}>
        <span aria-hidden="true">{shapes[state.phase]}</span> {wordOf(state, now, words)}
      </span>
      <NewsAge state={state} now={now} />
    </span>
  );
}

/** Outside of the status: what changes every second is not announced. */
function NewsAge({ state: { phase, newsAtMs }, now }: { state: LinkState; now: number }) {
  const { t } = useText();
  if (phase !== 'live') return null;
  const { key, args } = ageText(now - (newsAtMs ?? now));
  return <> {t(key, args)}</>;
}

const shapes: Record<LinkState['phase'], string> = {
  off: '○',
  connecting: '◌',
  live: '●',
  stale: '■',
};

function wordOf({ phase, newsAtMs, noAnswer }: LinkState, now: number, { t }: Words): string {
  switch (phase) {
    case 'off':
      return t('live.off');
    case 'connecting':
      return t('live.connecting');
    case 'live':
      return t('live.live');
    case 'stale':
      return [
        noAnswer ? t('live.no_answer') : '',
        t('live.stale', { clock: clockText(newsAtMs ?? now, now) }),
      ]
        .filter((part) => part !== '')
        .join(' · ');
  }
}
