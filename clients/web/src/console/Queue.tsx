// The queue of open incidents, the one that needs a person first on top.
import { useMemo } from 'react';

import { useText } from '../i18n/text';
import { useAll, useEntities } from '../picture/derived';
import { useDesk } from './desk_context';
import { queueOrder } from './queue_order';
import { QueueRow } from './QueueRow';
import { ActButton } from '../ui/ActButton';

export function Queue() {
  const { t } = useText();
  const { incidentId } = useDesk();
  const incidents = useEntities('incident', 'incidents.open');
  const orders = useAll('order');
  const ordered = useMemo(() => {
    const ordersOf = (id: string) => orders.filter((order) => order.incidentId === id);
    return queueOrder(incidents, ordersOf);
  }, [incidents, orders]);
  return (
    <section className="queue" aria-labelledby="queue-title">
      <div className="pane-head">
        <h2 id="queue-title" className="pane-title">
          {t('console.queue.title')} <span className="num">{ordered.length}</span>
        </h2>
        <ActButton command="console.report" />
      </div>
      {ordered.length === 0 ? (
        <NoIncidents />
      ) : (
        <ol className="queue-rows">
          {ordered.map((incident, i) => (
            <QueueRow
              key={incident.id}
              incident={incident}
              chosen={incident.id === incidentId}
              first={i === 0}
            />
          ))}
        </ol>
      )}
    </section>
  );
}

function NoIncidents() {
  const { t } = useText();
  const everything = useAll('incident');
  return (
    <div className="empty">
      <p>
        <strong>{t('console.queue.empty')}</strong>
      </p>
      <p>{t('console.queue.empty_how')}</p>
      {everything.length > 0 && (
        <p className="faint num">{t('console.queue.closed', { n: everything.length })}</p>
      )}
    </div>
  );
}
