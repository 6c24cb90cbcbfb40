// What needs an act now: an inverted block with a word and a clock. No hue, no motion.
import type { OrderAlert } from '../picture/facts';
import { alertText } from '../i18n/labels';
import { useText } from '../i18n/text';
import { spanText } from '../ui/time_text';

export function AlertBlock({ alert, nowMs }: { alert: OrderAlert; nowMs: number }) {
  const { t } = useText();
  return (
    <span className="late num" data-alert={alert.kind}>
      {t(alertText[alert.kind])} {spanText(nowMs - alert.sinceMs)}
    </span>
  );
}
