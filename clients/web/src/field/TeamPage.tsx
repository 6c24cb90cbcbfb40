// The team's own status, and the account.
import { TeamStatus } from '../gen/muster/v1/team_pb';
import { roleText, teamStatusText } from '../i18n/labels';
import { useText } from '../i18n/text';
import { useValue } from '../base/value';
import { isOpenOrder } from '../picture/facts';
import { useEntity } from '../picture/hooks';
import { Age } from '../ui/Age';
import { useApp } from '../ui/app_context';
import { TeamChip } from '../ui/Chips';
import { teamShapes } from '../ui/team_shapes';
import { LogOut } from '../ui/LogOut';
import { ThemeSwitch } from '../ui/ThemeSwitch';
import { useOrders } from './use_orders';

/** What a team may say of itself by hand; the others follow its order. */
const byHand = [TeamStatus.AVAILABLE, TeamStatus.OUT_OF_SERVICE, TeamStatus.OFF_DUTY] as const;

export function TeamPage({ teamId }: { teamId: string }) {
  const { acts, session } = useApp();
  const { t } = useText();
  const team = useEntity('team', teamId);
  const person = useValue(session.current)?.person;
  const busy = useOrders(`orders.team/${teamId}`).some(isOpenOrder);
  return (
    <div className="team-page">
      <section aria-labelledby="team-status">
        <h2 id="team-status">{t('field.team_status')}</h2>
        {team ? (
          <p className="row">
            <TeamChip status={team.status} /> <Age since={team.statusSince} />
          </p>
        ) : null}
        {busy ? <p className="muted">{t('field.team_busy')}</p> : null}
        <div className="col">
          {byHand.map((status) => (
            <button
              key={status}
              type="button"
              aria-pressed={team?.status === status}
              disabled={!team || busy || team.status === status}
              onClick={() => team && void acts.setTeamStatus(team, status)}
            >
              <span aria-hidden="true">{teamShapes[status]}</span> {t(teamStatusText[status])}
            </button>
          ))}
        </div>
      </section>
      <section aria-labelledby="account">
        <h2 id="account">{t('field.account')}</h2>
        {person ? (
          <p>{[person.name, person.post, t(roleText[person.role])].filter(Boolean).join(' · ')}</p>
        ) : null}
        <p className="row">
          <ThemeSwitch />
          <LogOut />
        </p>
      </section>
    </div>
  );
}
