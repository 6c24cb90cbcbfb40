// The hub is gone: says so over the whole page, with the time that the picture is of.
import { clockText } from '../base/time';
import { useValue } from '../base/value';
import { useText } from '../i18n/text';
import { useApp } from '../ui/app_context';
import { useNow } from '../ui/now';
import { spanText } from '../ui/time_text';

export function StaleBanner() {
  const { link } = useApp();
  const { t } = useText();
  const now = useNow();
  const { phase, newsAtMs } = useValue(link);
  if (phase !== 'stale') return null;
  const since = newsAtMs ?? now;
  return (
    <div className="stale-banner" role="alert">
      <strong className="num">{t('live.stale', { clock: clockText(since, now) })}</strong>
      <span>{t('console.stale.what')}</span>
      <span className="num" aria-hidden="true">
        {spanText(now - since)}
      </span>
    </div>
  );
}
