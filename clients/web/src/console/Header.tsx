// One bar over everything: where one is, whether it is live, what waits, who one is, what time it is.
import { Link, useMatch } from 'react-router';

import { clockText } from '../base/time';
import { useValue } from '../base/value';
import { ParticipantStatus } from '../gen/muster/v1/room_pb';
import { roleText } from '../i18n/labels';
import { useText } from '../i18n/text';
import { orderAlert } from '../picture/facts';
import { useApp } from '../ui/app_context';
import { LanguageSwitch } from '../ui/LanguageSwitch';
import { LiveState } from '../ui/LiveState';
import { LogOut } from '../ui/LogOut';
import { ThemeSwitch } from '../ui/ThemeSwitch';
import { ActButton } from '../ui/ActButton';
import { useAll } from '../picture/derived';
import { useDesk } from './desk_context';
import { useHubNow } from '../ui/hub_now';
import { useMay } from '../ui/may';

export function Header() {
  const { t } = useText();
  const onWall = useMatch('/wall') !== null;
  const inRooms = useMatch('/rooms') !== null;
  const inRoom = useMatch('/room/:id') !== null;
  const onRooms = inRooms || inRoom;
  const { seeWork } = useMay();
  return (
    <header className="console-head">
      <h1>{t('app.title')}</h1>
      <nav aria-label={t('console.nav.label')} className="row">
        <Link to="/" aria-current={onWall || onRooms ? undefined : 'page'}>
          {t('console.title')}
        </Link>
        {seeWork && (
          <Link to="/wall" aria-current={onWall ? 'page' : undefined}>
            {t('console.wall.title')}
          </Link>
        )}
        {seeWork && (
          <Link to="/rooms" aria-current={onRooms ? 'page' : undefined}>
            {t('command.room.all')} <OpenRooms />
          </Link>
        )}
      </nav>
      <span className="grow" />
      <Waiting />
      <LiveState />
      <WhoAmI />
      <HubClock />
      <span className="row head-tools">
        <ActButton command="console.keys" />
        <LanguageSwitch />
        <ThemeSwitch />
        <LogOut />
      </span>
    </header>
  );
}

/** How many rooms somebody is in. */
function OpenRooms() {
  const { t } = useText();
  const participants = useAll('participant');
  const rooms = new Set(
    participants
      .filter((it) => it.status === ParticipantStatus.JOINED && it.cameraId === '')
      .map((it) => it.roomId),
  );
  if (rooms.size === 0) return null;
  return (
    <span className="num" title={t('room.talking', { n: rooms.size })}>
      {rooms.size}
    </span>
  );
}

/** How many orders need an act, and the way to the one that waits longest. */
function Waiting() {
  const { t } = useText();
  const { openIncident } = useDesk();
  const orders = useAll('order');
  const waiting = orders
    .map((order) => ({ order, alert: orderAlert(order) }))
    .filter((it) => it.alert !== undefined)
    .sort((a, b) => (a.alert?.sinceMs ?? 0) - (b.alert?.sinceMs ?? 0));
  const first = waiting[0];
  if (!first) return null;
  return (
    <button
      type="button"
      className="late late-button num"
      onClick={() => openIncident(first.order.incidentId)}
    >
      {t('console.head.waiting', { n: waiting.length })}
    </button>
  );
}

function WhoAmI() {
  const { t } = useText();
  const { session } = useApp();
  const person = useValue(session.current)?.person;
  if (!person) return null;
  // A post says the role already.
  return (
    <span className="muted cut who" title={`${person.name} · ${t(roleText[person.role])}`}>
      {person.post || (
        <>
          {person.name} <span className="faint">{t(roleText[person.role])}</span>
        </>
      )}
    </span>
  );
}

function HubClock() {
  const { t } = useText();
  const nowMs = useHubNow();
  return (
    <time className="num clock" aria-label={t('console.head.clock')}>
      {clockText(nowMs, nowMs)}
    </time>
  );
}
