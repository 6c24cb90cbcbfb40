// The same thing may have been reported already: says so while the report is written.
import { incidentStatusText, incidentTypeText } from '../i18n/labels';
import { useText } from '../i18n/text';
import { metresBetween } from '../map/city';
import { useEntities } from '../picture/derived';
import { useDesk } from './desk_context';
import { distanceText } from '../ui/distance_text';
import { titleOf } from './QueueRow';
import { parseCoordinates, type ReportDraft } from './report_draft';

const nearM = 400;

export function NearbyIncident({ draft }: { draft: ReportDraft }) {
  const { t } = useText();
  const { openIncident } = useDesk();
  const incidents = useEntities('incident', 'incidents.open');
  const at = parseCoordinates(draft.coordinates);
  if (!at) return null;
  const near = incidents
    .map((incident) => ({ incident, metres: incident.at ? metresBetween(incident.at, at) : nearM }))
    .filter(({ metres }) => metres < nearM)
    .sort((a, b) => a.metres - b.metres)[0];
  if (!near) return null;
  const { incident, metres } = near;
  return (
    <p className="nearby">
      {t('console.report.nearby', { distance: distanceText(metres, t) })}{' '}
      <button type="button" className="link-button" onClick={() => openIncident(incident.id)}>
        {incident.number} {titleOf(incident.place, t(incidentTypeText[incident.type]))}
      </button>{' '}
      {t(incidentStatusText[incident.status])}
    </p>
  );
}
