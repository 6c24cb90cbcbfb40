// The chosen team: what it does, and what can be done with it.
import { Menu } from '@mantine/core';

import { IncidentStatus } from '../gen/muster/v1/incident_pb';
import { TeamStatus } from '../gen/muster/v1/team_pb';
import { capabilityText, teamStatusText } from '../i18n/labels';
import { useText } from '../i18n/text';
import { currentOrder } from '../picture/facts';
import { useEntity } from '../picture/hooks';
import { useApp } from '../ui/app_context';
import { useEntities } from '../picture/derived';
import { useDesk } from './desk_context';
import { useMay } from '../ui/may';

const settable = [TeamStatus.AVAILABLE, TeamStatus.OFF_DUTY, TeamStatus.OUT_OF_SERVICE] as const;

export function TeamBar({ id }: { id: string }) {
  const { t } = useText();
  const { acts, mirror } = useApp();
  const { incidentId, openIncident, chooseTeam } = useDesk();
  const may = useMay();
  const team = useEntity('team', id);
  const chosen = useEntity('incident', incidentId);
  useEntities('order', `orders.team/${id}`); // What currentOrder looks at.
  const order = team && currentOrder(mirror, team);
  const busyWith = useEntity('incident', order?.incidentId ?? '');
  if (!team) return null;
  const orderable =
    may.decide && chosen !== undefined && chosen.status !== IncidentStatus.CLOSED && !order;
  return (
    <div className="team-bar" role="group" aria-label={team.name}>
      <strong>{team.name}</strong>
      <span className="muted cut">
        {[
          t(teamStatusText[team.status]),
          ...team.capabilities.map((it) => t(capabilityText[it])),
          team.statusNote,
        ]
          .filter((part) => part !== '')
          .join(' · ')}
      </span>
      {busyWith && (
        <button type="button" className="link-button" onClick={() => openIncident(busyWith.id)}>
          {busyWith.number}
        </button>
      )}
      {orderable && (
        <button
          type="button"
          className="act-button"
          disabled={team.status !== TeamStatus.AVAILABLE}
          title={
            team.status === TeamStatus.AVAILABLE ? undefined : t('console.board.not_available')
          }
          onClick={() => void acts.issueOrder(chosen, team)}
        >
          {t('console.board.order_to', { number: chosen.number })}
        </button>
      )}
      {may.decide && (
        <Menu position="top-end" withinPortal>
          <Menu.Target>
            <button type="button" className="quiet-button">
              {t('console.board.set_status')} {'▾'}
            </button>
          </Menu.Target>
          <Menu.Dropdown>
            {settable.map((status) => (
              <Menu.Item
                key={status}
                disabled={status === team.status}
                onClick={() => void acts.setTeamStatus(team, status)}
              >
                {t(teamStatusText[status])}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
      <button
        type="button"
        className="quiet-button"
        aria-label={t('console.board.unchoose')}
        onClick={() => chooseTeam('')}
      >
        {'✕'}
      </button>
    </div>
  );
}
