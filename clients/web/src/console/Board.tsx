// The unit board: every team with shape, word and age; those that need a look first.
import type { Order } from '../gen/muster/v1/order_pb';
import { type Team, TeamStatus } from '../gen/muster/v1/team_pb';
import { toMs } from '../base/time';
import { orderStatusText, teamStatusText } from '../i18n/labels';
import { useText, type Words } from '../i18n/text';
import { useEntity } from '../picture/hooks';
import { currentOrder, isOpenOrder, orderAlert, positionOldAfterMs } from '../picture/facts';
import { Age } from '../ui/Age';
import { useApp } from '../ui/app_context';
import { AlertBlock } from './Alert';
import { boardOrder } from './board_order';
import { useAll, useEntities } from '../picture/derived';
import { useDesk } from './desk_context';
import { useHubNow } from '../ui/hub_now';
import { useMay } from '../ui/may';
import { TeamMark } from './marks';
import { stepTime } from '../outbox/step_time';
import { TeamBar } from './TeamBar';
import { teamDragType } from './team_drag';
import { SetUpHint } from './SetUpHint';

export function Board() {
  const words = useText();
  const { teamId } = useDesk();
  const teams = useEntities('team', 'teams');
  const orders = useAll('order');
  const teamsOf = (some: readonly Order[]) => new Set(some.map((order) => order.teamId));
  const alerted = teamsOf(orders.filter((order) => orderAlert(order)));
  const asked = teamsOf(orders.filter(isOpenOrder));
  const ordered = boardOrder(teams, alerted, asked);
  return (
    <section className="board" aria-labelledby="board-title">
      <div className="pane-head">
        <h2 id="board-title" className="pane-title num">
          {words.t('console.board.title')} {teams.length}
        </h2>
        <span className="muted num grow cut">{countsText(teams, words)}</span>
        {teamId !== '' && <TeamBar id={teamId} />}
      </div>
      {teams.length === 0 ? (
        <SetUpHint what="team" />
      ) : (
        <ul className="board-teams">
          {ordered.map((team, i) => (
            <BoardTeam key={team.id} team={team} chosen={team.id === teamId} first={i === 0} />
          ))}
        </ul>
      )}
    </section>
  );
}

function countsText(teams: readonly Team[], { t }: Words): string {
  const shown = [
    TeamStatus.AVAILABLE,
    TeamStatus.ASSIGNED,
    TeamStatus.EN_ROUTE,
    TeamStatus.ON_SCENE,
    TeamStatus.OUT_OF_SERVICE,
    TeamStatus.OFF_DUTY,
  ] as const;
  return shown
    .map((status) => ({ status, n: teams.filter((team) => team.status === status).length }))
    .filter(({ n }) => n > 0)
    .map(({ status, n }) => `${t(teamStatusText[status])} ${String(n)}`)
    .join(' · ');
}

function BoardTeam({ team, chosen, first }: { team: Team; chosen: boolean; first: boolean }) {
  const { t } = useText();
  const { mirror } = useApp();
  const { chooseTeam } = useDesk();
  const { seeWork } = useMay();
  const position = useEntity('position', team.id);
  useEntities('order', `orders.team/${team.id}`); // What currentOrder looks at.
  const nowMs = useHubNow();
  const seenMs = toMs(position?.fixAt ?? position?.heardAt);
  const old = seeWork && (seenMs === undefined || nowMs - seenMs > positionOldAfterMs);
  const order = currentOrder(mirror, team);
  const alert = order && orderAlert(order);
  const status = t(teamStatusText[team.status]);
  // It has an order and has not said yet whether it goes.
  const asked = order !== undefined && team.status === TeamStatus.AVAILABLE;
  return (
    <li>
      <button
        type="button"
        className="board-team"
        data-focus={first ? 'board' : undefined}
        draggable
        onDragStart={(event) => event.dataTransfer.setData(teamDragType, team.id)}
        aria-pressed={chosen}
        onClick={() => chooseTeam(chosen ? '' : team.id)}
      >
        <TeamMark status={team.status} old={old} />
        <span className="board-name cut" title={team.name}>
          {team.name}
        </span>
        {alert ? (
          <AlertBlock alert={alert} nowMs={nowMs} />
        ) : (
          <span className="board-state num">
            {asked ? <span className="act">{t(orderStatusText[order.status])}</span> : status}{' '}
            {!old && <Age since={asked ? stepTime(order) : team.statusSince} />}
          </span>
        )}
        {old && (
          <span className="board-old num">
            {position ? t('console.board.last_seen') : t('console.map.never_seen')}{' '}
            <Age since={position?.fixAt ?? position?.heardAt} />
          </span>
        )}
      </button>
    </li>
  );
}
