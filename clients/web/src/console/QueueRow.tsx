import { useEffect, useRef, useState } from 'react';

import type { Incident } from '../gen/muster/v1/incident_pb';
import { incidentStatusText, incidentTypeText } from '../i18n/labels';
import { useText } from '../i18n/text';
import { districtAt } from '../map/city';
import { firstAlert } from '../picture/facts';
import { Age } from '../ui/Age';
import { useApp } from '../ui/app_context';
import { GradeSign } from '../ui/Chips';
import { AlertBlock } from './Alert';
import { useEntities } from '../picture/derived';
import { useDesk } from './desk_context';
import { RoomMark } from '../room/RoomMark';
import { useHubNow } from '../ui/hub_now';
import { useMay } from '../ui/may';
import { needsAct, type Tally, tallyOf } from './queue_order';
import { teamDragType } from './team_drag';

interface Props {
  incident: Incident;
  chosen: boolean;
  /** Where the key for the queue goes. */
  first: boolean;
}

export function QueueRow({ incident, chosen, first }: Props) {
  const { t, language } = useText();
  const { openIncident, city } = useDesk();
  const { acts, mirror } = useApp();
  const { decide, seeWork } = useMay();
  const [over, setOver] = useState(false);
  const nowMs = useHubNow();
  const orders = useEntities('order', `orders.incident/${incident.id}`);
  const alert = firstAlert(orders);
  const row = useRef<HTMLLIElement>(null);
  const tally = useTallyText(tallyOf(orders));
  const type = t(incidentTypeText[incident.type]);
  const at = incident.at;
  const district = city && at && districtAt(city, at.latDeg, at.lonDeg);
  const where = district && (language === 'zh' ? district.nameZh : district.nameEn);

  useEffect(() => {
    if (chosen) row.current?.scrollIntoView({ block: 'nearest' });
  }, [chosen]);

  return (
    <li
      ref={row}
      className={[alert && 'alert', over && 'over'].filter(Boolean).join(' ')}
      onDragOver={(event) => {
        if (!decide || !event.dataTransfer.types.includes(teamDragType)) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        setOver(false);
        const team = mirror.get('team', event.dataTransfer.getData(teamDragType));
        if (team) void acts.issueOrder(incident, team);
      }}
    >
      <button
        type="button"
        className="queue-row"
        data-focus={first ? 'queue' : undefined}
        aria-current={chosen ? 'true' : undefined}
        onClick={() => openIncident(incident.id)}
      >
        <GradeSign grade={incident.grade} />
        <span className="queue-main">
          <span className="row">
            <span className="queue-title cut grow">{titleOf(incident.place, type)}</span>
            <span className="muted">
              <Age since={incident.reportedAt} />
            </span>
          </span>
          <span className="muted cut num">
            {[incident.number, where, incident.text].filter(Boolean).join(' · ')}
          </span>
          <span className="row wrap">
            <span className="pill">{t(incidentStatusText[incident.status])}</span>
            <RoomMark incidentId={incident.id} />
            {tally !== '' && <span className="muted num">{tally}</span>}
            {seeWork && needsAct(incident, orders) === 'new' && (
              <span className="act">{t('console.queue.nobody_sent')}</span>
            )}
            {over && (
              <span className="act">{t('console.queue.drop', { number: incident.number })}</span>
            )}
            {alert && <AlertBlock alert={alert} nowMs={nowMs} />}
          </span>
        </span>
      </button>
    </li>
  );
}

/** "码头3号仓库 火灾"; the type alone where the place has no name. */
export function titleOf(place: string, type: string): string {
  return place === '' ? type : `${place} ${type}`;
}

export function useTallyText(tally: Tally): string {
  const { t } = useText();
  return [
    tally.sent > 0 && t('console.tally.sent', { n: tally.sent }),
    tally.enRoute > 0 && t('console.tally.en_route', { n: tally.enRoute }),
    tally.onScene > 0 && t('console.tally.on_scene', { n: tally.onScene }),
    tally.complete > 0 && t('console.tally.complete', { n: tally.complete }),
    tally.declined > 0 && t('console.tally.declined', { n: tally.declined }),
    tally.agencies > 0 && t('console.tally.agencies', { n: tally.agencies }),
  ]
    .filter((part) => part !== false)
    .join(' · ');
}
