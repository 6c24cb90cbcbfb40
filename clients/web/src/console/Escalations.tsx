// Deadlines of an incident's orders that passed: who was told, what comes next, and that somebody takes note.
import { toMs } from '../base/time';
import { useValue } from '../base/value';
import type { Escalation } from '../gen/muster/v1/escalation_pb';
import { NextMove } from '../gen/muster/v1/rule_pb';
import { alertText } from '../i18n/labels';
import { useText } from '../i18n/text';
import { useAll, useEntities } from '../picture/derived';
import { useEntity } from '../picture/hooks';
import { useApp } from '../ui/app_context';
import { useMay } from '../ui/may';
import { useDesk } from './desk_context';

/** Of all incidents, those first that were told to who looks. */
export function AllEscalations() {
  const { t } = useText();
  const me = useMe();
  const open = useAll('escalation').filter((it) => !it.seenAt && !it.settledAt && saysMore(it));
  if (open.length === 0) return null;
  const mine = (it: Escalation) => (it.escalatedToId === me ? 0 : 1);
  const sorted = [...open].sort(
    (a, b) => mine(a) - mine(b) || (toMs(a.dueAt) ?? 0) - (toMs(b.dueAt) ?? 0),
  );
  return (
    <section aria-labelledby="escalations-title">
      <h3 id="escalations-title" className="num">
        {t('console.escalation.title')} {open.length}
      </h3>
      <ul className="alerts">
        {sorted.map((it) => (
          <EscalationRow key={it.id} escalation={it} withIncident />
        ))}
      </ul>
    </section>
  );
}

const useMe = (): string => useValue(useApp().session.current)?.person.id ?? '';

/** An alarm asks for an act: what tells nothing beyond the late order is no line of its own. */
const saysMore = ({ escalatedToId, next }: Escalation): boolean =>
  escalatedToId !== '' || next === NextMove.OFFER_NEXT || next === NextMove.ORDER_NEXT;

export function Escalations({ incidentId }: { incidentId: string }) {
  const escalations = useEntities('escalation', `escalations.incident/${incidentId}`);
  return escalations.map((it) => <EscalationRow key={it.id} escalation={it} />);
}

interface RowProps {
  escalation: Escalation;
  withIncident?: boolean;
}

function EscalationRow({ escalation, withIncident = false }: RowProps) {
  const { t } = useText();
  const { acts } = useApp();
  const { decide } = useMay();
  const me = useMe();
  const order = useEntity('order', escalation.orderId);
  const team = useEntity('team', order?.teamId ?? '');
  const agency = useEntity('agency', order?.agencyId ?? '');
  const superior = useEntity('person', escalation.escalatedToId);
  const next = useEntity('team', escalation.nextTeamId);
  if (!saysMore(escalation)) return null;
  const who = team?.name ?? agency?.name ?? '';
  const toMe = escalation.escalatedToId === me && me !== '';
  const told = [
    order && t(alertText[order.status]),
    toMe
      ? t('console.escalation.told_me')
      : superior && t('console.escalation.to', { who: superior.post || superior.name }),
    nextText(escalation, next?.name, t),
  ].filter((it) => it !== undefined);
  const what = told.join(' · ');
  return (
    <li>
      <span className="grow">
        <strong>{who}</strong> {what}
      </span>
      {withIncident && <IncidentLink id={escalation.incidentId} />}
      {decide && (
        <button
          type="button"
          className="act-button"
          aria-label={t('console.escalation.see_of', { who, what })}
          onClick={() => void acts.seeEscalation(escalation)}
        >
          {t('console.escalation.see')}
        </button>
      )}
    </li>
  );
}

function IncidentLink({ id }: { id: string }) {
  const { openIncident } = useDesk();
  const incident = useEntity('incident', id);
  return (
    <button type="button" className="link-button" onClick={() => openIncident(id)}>
      {incident?.number}
    </button>
  );
}

type Say = ReturnType<typeof useText>['t'];

function nextText({ next }: Escalation, team: string | undefined, t: Say): string | undefined {
  const asked = next === NextMove.OFFER_NEXT || next === NextMove.ORDER_NEXT;
  if (!asked) return undefined;
  if (team === undefined) return t('console.escalation.nobody');
  return t(
    next === NextMove.ORDER_NEXT ? 'console.escalation.ordered' : 'console.escalation.offered',
    {
      team,
    },
  );
}
