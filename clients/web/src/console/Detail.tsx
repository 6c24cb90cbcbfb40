// The chosen incident: what it is, what can be done, who is on it, what sees it, what happened.
import type { Incident } from '../gen/muster/v1/incident_pb';
import { IncidentStatus } from '../gen/muster/v1/incident_pb';
import { clockText, toMs } from '../base/time';
import { incidentStatusText, incidentTypeText } from '../i18n/labels';
import { useText } from '../i18n/text';
import { useEntity } from '../picture/hooks';
import { Age } from '../ui/Age';
import { GradeSign } from '../ui/Chips';
import { useDesk } from './desk_context';
import { useMay } from '../ui/may';
import { NearCameras } from './NearCameras';
import { OrderList } from './OrderList';
import { IncidentRooms } from '../room/IncidentRooms';
import { useHubNow } from '../ui/hub_now';
import { IncidentActions } from './IncidentActions';
import { IncidentAlerts } from './IncidentAlerts';
import { IncidentFacts } from './IncidentFacts';
import { coordinatesText } from './report_draft';
import { Suggestions } from './Suggestions';
import { Timeline } from './Timeline';
import { titleOf } from './QueueRow';

export function Detail({ id }: { id: string }) {
  const { t } = useText();
  const incident = useEntity('incident', id);
  const may = useMay();
  if (!incident) {
    return (
      <section className="detail" aria-label={t('console.detail.label')}>
        <div className="empty">
          <p>{t('console.detail.not_here')}</p>
        </div>
      </section>
    );
  }
  const open = incident.status !== IncidentStatus.CLOSED;
  return (
    <section className="detail incident" aria-label={t('console.detail.label')} key={id}>
      <DetailHead incident={incident} />
      <IncidentAlerts incidentId={id} />
      <IncidentActions incident={incident} />
      {open && may.decide && <Suggestions incident={incident} />}
      {may.seeWork ? (
        <>
          <IncidentRooms incident={incident} />
          <OrderList incidentId={id} />
          {incident.at && <NearCameras at={incident.at} />}
          <Timeline incident={incident} />
        </>
      ) : (
        <p className="muted">{t('console.role.withheld')}</p>
      )}
    </section>
  );
}

function DetailHead({ incident }: { incident: Incident }) {
  const { t } = useText();
  const { city } = useDesk();
  const nowMs = useHubNow();
  const reportedMs = toMs(incident.reportedAt);
  const reporter = useEntity('person', incident.reportedById);
  const title = titleOf(incident.place, t(incidentTypeText[incident.type]));
  return (
    <header className="detail-head">
      <div className="row top">
        <GradeSign grade={incident.grade} />
        <h2 className="grow">{title}</h2>
        <span className="pill status">{t(incidentStatusText[incident.status])}</span>
      </div>
      <p className="muted num">
        <strong>{incident.number}</strong>
        {' · '}
        {reportedMs !== undefined && clockText(reportedMs, nowMs)} (
        <Age since={incident.reportedAt} />){reporter && ` · ${reporter.post || reporter.name}`}
        {city && incident.at && (
          <>
            {' · '}
            <span className="whole">{coordinatesText(incident.at)}</span>
          </>
        )}
      </p>
      {incident.text !== '' && <p className="detail-text">{incident.text}</p>}
      <IncidentFacts incident={incident} />
    </header>
  );
}
