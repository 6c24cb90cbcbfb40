// What is not well with the hub itself, over the whole page, for as long as somebody must act.
import { toMs } from '../base/time';
import { HealthSeverity } from '../gen/muster/v1/live_pb';
import { useText } from '../i18n/text';
import { useAll } from '../picture/derived';
import { Age } from '../ui/Age';

export function HubHealth() {
  const words = useText();
  const alarms = useAll('hubHealth')
    .flatMap((it) => it.conditions)
    .filter((it) => it.severity === HealthSeverity.ALARM);
  const first = alarms[0];
  if (!first?.reason) return null;
  return (
    <div className="stale-banner" role="alert">
      <strong>{words.t('console.health.alarm')}</strong>
      <span>{alarms.map((it) => it.reason && words.say(it.reason)).join(' ')}</span>
      <span className="num">{toMs(first.since) !== undefined && <Age since={first.since} />}</span>
    </div>
  );
}
