// What is known of an incident beside its report: who is in command, which response it has, what it is a
// duplicate of or has merged into it, and the figures by source.
import type { Incident } from '../gen/muster/v1/incident_pb';
import type { Person } from '../gen/muster/v1/person_pb';
import type { Response } from '../gen/muster/v1/response_pb';
import { figureSubjectText, responseLevelText } from '../i18n/labels';
import { useText } from '../i18n/text';
import { useEntities } from '../picture/derived';
import { useEntity } from '../picture/hooks';
import { useDesk } from './desk_context';
import { figureLines } from './figures';

const wordOf = (person: Person | undefined): string | undefined =>
  person && (person.post || person.name);

export function IncidentFacts({ incident }: { incident: Incident }) {
  return (
    <>
      <Command incident={incident} />
      <Duplicates incident={incident} />
      <Responses incidentId={incident.id} />
      <Figures incidentId={incident.id} />
    </>
  );
}

function Command({ incident }: { incident: Incident }) {
  const { t } = useText();
  const commander = wordOf(useEntity('person', incident.commanderId));
  const offered = wordOf(useEntity('person', incident.commandOfferedToId));
  if (commander === undefined) return null;
  return (
    <p className="muted">
      {t('console.detail.commander', { who: commander })}
      {offered !== undefined && ` · ${t('console.detail.offered', { who: offered })}`}
    </p>
  );
}

function Duplicates({ incident }: { incident: Incident }) {
  const { t } = useText();
  const { openIncident } = useDesk();
  const main = useEntity('incident', incident.mergedIntoId);
  const duplicates = useEntities('incident', `incidents.merged/${incident.id}`);
  return (
    <>
      {main && (
        <p>
          <button type="button" className="act-button" onClick={() => openIncident(main.id)}>
            {t('console.detail.duplicate_of', { number: main.number })}
          </button>
        </p>
      )}
      {duplicates.length > 0 && (
        <p className="muted num">
          {t('console.detail.duplicates', { numbers: duplicates.map((it) => it.number).join(' ') })}
        </p>
      )}
    </>
  );
}

function Responses({ incidentId }: { incidentId: string }) {
  const responses = useEntities('response', `responses.incident/${incidentId}`);
  return responses.map((it) => <ResponseLine key={it.id} response={it} />);
}

function ResponseLine({ response }: { response: Response }) {
  const { t } = useText();
  return (
    <p>
      {response.title}{' '}
      {t('console.detail.response', {
        level: t(responseLevelText[response.level]),
        authority: response.authority,
        document: response.documentNumber,
      })}
    </p>
  );
}

function Figures({ incidentId }: { incidentId: string }) {
  const { t } = useText();
  const lines = figureLines(useEntities('figure', `figures.incident/${incidentId}`));
  if (lines.length === 0) return null;
  return (
    <p className="num" aria-label={t('console.figures.title')}>
      {lines.map(({ subject, figures, contradictory }) => (
        <span key={subject} className={contradictory ? 'pill late' : 'pill'}>
          {t(figureSubjectText[subject])}{' '}
          {figures.map((it) => `${String(it.value)} (${it.source})`).join(' / ')}
          {contradictory && ` ${t('console.figures.contradictory')}`}
        </span>
      ))}
    </p>
  );
}
