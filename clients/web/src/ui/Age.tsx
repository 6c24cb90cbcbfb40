// How old something is, ticking. Times of the hub are corrected by the clocks' measured difference.
import type { Timestamp } from '@bufbuild/protobuf/wkt';

import { useText } from '../i18n/text';
import { ageText } from './age_text';
import { useAgeMs } from './use_age';

/** "45 秒"; nothing for an unset time. */
export function Age({ since }: { since: Timestamp | undefined }) {
  const { t } = useText();
  const ageMs = useAgeMs(since);
  if (ageMs === undefined) return null;
  const { key, args } = ageText(ageMs);
  return <span className="num">{t(key, args)}</span>;
}
