// Nothing is chosen: what waits for an act, what happened last anywhere, and what to do next.
import { useMemo } from 'react';

import type { LogLine } from '../gen/muster/v1/incident_pb';
import { toMs } from '../base/time';
import { useText } from '../i18n/text';
import { orderAlert } from '../picture/facts';
import { useEntity } from '../picture/hooks';
import { useApp } from '../ui/app_context';
import type { Order } from '../gen/muster/v1/order_pb';
import { ActButton } from '../ui/ActButton';
import { AlertBlock } from './Alert';
import { useAll, useEntities } from '../picture/derived';
import { AllEscalations } from './Escalations';
import { useDesk } from './desk_context';
import { useWhoOfOrder } from './who_of_order';
import { useHubNow } from '../ui/hub_now';
import { useMay } from '../ui/may';
import { timelineRows } from '../ui/timeline';

const latestLines = 14;

export function Overview() {
  const { t } = useText();
  const may = useMay();
  const nowMs = useHubNow();
  const orders = useAll('order');
  const open = useEntities('incident', 'incidents.open');
  const waiting = orders.filter((order) => orderAlert(order));
  return (
    <section className="detail" aria-label={t('console.overview.label')}>
      <header className="detail-head">
        <h2>{t('console.overview.title')}</h2>
        <p className="muted">
          {t(open.length === 0 ? 'console.overview.quiet' : 'console.overview.choose')}
        </p>
        {may.decide && (
          <div className="row wrap">
            <ActButton command="console.report" />
            {open.length > 0 && <ActButton command="console.next" />}
            <ActButton command="console.keys" />
          </div>
        )}
      </header>
      {waiting.length > 0 && (
        <section aria-labelledby="waiting-title">
          <h3 id="waiting-title">{t('console.overview.waiting')}</h3>
          <ul className="orders">
            {waiting.map((order) => (
              <WaitingOrder key={order.id} order={order} nowMs={nowMs} />
            ))}
          </ul>
        </section>
      )}
      <AllEscalations />
      {may.seeWork ? <LatestLines /> : <p className="muted">{t('console.role.withheld')}</p>}
    </section>
  );
}

function WaitingOrder({ order, nowMs }: { order: Order; nowMs: number }) {
  const { openIncident } = useDesk();
  const who = useWhoOfOrder(order);
  const incident = useEntity('incident', order.incidentId);
  const alert = orderAlert(order);
  return (
    <li className="order">
      <span className="order-team">{who}</span>
      <span className="grow">{alert && <AlertBlock alert={alert} nowMs={nowMs} />}</span>
      <button type="button" className="link-button" onClick={() => openIncident(order.incidentId)}>
        {incident?.number}
      </button>
    </li>
  );
}

function LatestLines() {
  const words = useText();
  const { clock, mirror } = useApp();
  const { openIncident } = useDesk();
  const lines = useAll('logLine');
  const latest = useMemo(() => newest(lines, latestLines), [lines]);
  const rows = useMemo(() => timelineRows(latest, words, clock.now()), [latest, words, clock]);
  const incidentOf = new Map(latest.map((line) => [line.id, line.incidentId]));
  return (
    <section aria-labelledby="latest-title">
      <h3 id="latest-title">{words.t('console.overview.latest')}</h3>
      {rows.length === 0 && <p className="muted">{words.t('console.overview.no_lines')}</p>}
      <ol className="timeline num">
        {rows.map((row) => {
          const incident = mirror.get('incident', incidentOf.get(row.id) ?? '');
          return (
            <li key={row.id}>
              <time>{row.clock}</time>
              <span className="grow">
                {incident && (
                  <button
                    type="button"
                    className="link-button"
                    onClick={() => openIncident(incident.id)}
                  >
                    {incident.number}
                  </button>
                )}{' '}
                {row.sentence} <span className="faint">{row.who}</span>
              </span>
            </li>
          );
        })}
      </ol>
    </section>
  );
}

/** The last n by time, oldest first. */
function newest(lines: readonly LogLine[], n: number): LogLine[] {
  return [...lines].sort((a, b) => (toMs(a.at) ?? 0) - (toMs(b.at) ?? 0)).slice(-n);
}
