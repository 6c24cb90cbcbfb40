// Deadlines of an incident's orders that passed: who was told, what comes next, and that somebody takes note.
import type { Escalation } from '../gen/muster/v1/escalation_pb';
import { NextMove } from '../gen/muster/v1/rule_pb';
import { useText } from '../i18n/text';
import { useEntities } from '../picture/derived';
import { useEntity } from '../picture/hooks';
import { useApp } from '../ui/app_context';
import { useMay } from '../ui/may';

export function Escalations({ incidentId }: { incidentId: string }) {
  const escalations = useEntities('escalation', `escalations.incident/${incidentId}`);
  return escalations.map((it) => <EscalationRow key={it.id} escalation={it} />);
}

function EscalationRow({ escalation }: { escalation: Escalation }) {
  const { t } = useText();
  const { acts } = useApp();
  const { decide } = useMay();
  const order = useEntity('order', escalation.orderId);
  const team = useEntity('team', order?.teamId ?? '');
  const agency = useEntity('agency', order?.agencyId ?? '');
  const superior = useEntity('person', escalation.escalatedToId);
  const next = useEntity('team', escalation.nextTeamId);
  const who = team?.name ?? agency?.name ?? '';
  const told = [
    superior && t('console.escalation.to', { who: superior.post || superior.name }),
    nextText(escalation, next?.name, t),
  ].filter((it) => it !== undefined);
  // An alarm asks for an act: what tells nothing beyond the late order above is no line of its own.
  if (told.length === 0) return null;
  const what = told.join(' · ');
  return (
    <li>
      <span className="grow">
        {who} <span className="muted">{what}</span>
      </span>
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
