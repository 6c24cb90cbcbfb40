// The phone of a field team: its open order fills the screen, the one next step is the big button. Rooms are beside it.
import { useEffect, useRef } from 'react';
import { BrowserRouter, useLocation, useMatch, useNavigate } from 'react-router';

import { useValue } from '../base/value';
import { CommandContext } from '../commands/command_context';
import { OrderStatus } from '../gen/muster/v1/order_pb';
import { type TextKey, useText } from '../i18n/text';
import { isOpenOrder } from '../picture/facts';
import { useEntity } from '../picture/hooks';
import { CallBar } from '../room/CallBar';
import { RoomNavContext } from '../room/room_nav';
import { RoomPage } from '../room/RoomPage';
import { useApp } from '../ui/app_context';
import { LanguageSwitch } from '../ui/LanguageSwitch';
import { LiveState } from '../ui/LiveState';
import { LogOut } from '../ui/LogOut';
import { LocationNote } from './LocationNote';
import { OrderPage } from './OrderPage';
import { PastOrders } from './PastOrders';
import { TeamPage } from './TeamPage';
import { TeamRooms } from './TeamRooms';
import { type FieldRooms, useFieldRooms } from './use_field_rooms';
import { useOrders } from './use_orders';
import './field.css';

const tabs = ['order', 'past', 'rooms', 'team'] as const;
type Tab = (typeof tabs)[number];
const tabText: Record<Tab, TextKey> = {
  order: 'field.tab.order',
  past: 'field.tab.past',
  rooms: 'field.tab.rooms',
  team: 'field.tab.team',
};
const pathOf = (tab: Tab) => (tab === 'order' ? '/' : `/${tab}`);

export function Field() {
  const { session } = useApp();
  const loggedIn = useValue(session.current);
  const teamId = loggedIn?.person.teamId ?? '';
  if (teamId === '') return <NoTeam />;
  return (
    <BrowserRouter basename="/field">
      <OfTeam teamId={teamId} post={loggedIn?.person.post ?? ''} />
    </BrowserRouter>
  );
}

function OfTeam({ teamId, post }: { teamId: string; post: string }) {
  const team = useEntity('team', teamId);
  const rooms = useFieldRooms();
  const unread = useUnreadInFront(teamId, rooms.roomId !== '');
  const tab = useTab();
  return (
    <CommandContext value={{ commands: rooms.commands, scene: rooms.scene }}>
      <RoomNavContext value={rooms.nav}>
        <div className="field">
          <header className="field-head">
            <h1 className="cut grow">{team?.name ?? post}</h1>
            <LiveState />
            <LanguageSwitch />
          </header>
          <CallBar onPage={rooms.roomId} />
          <div className={`field-main ${rooms.roomId === '' ? '' : 'in-room'}`}>
            <TabPage tab={tab} teamId={teamId} rooms={rooms} />
          </div>
          {rooms.roomId === '' && <LocationNote />}
          <Tabs tab={tab} unread={unread} />
        </div>
      </RoomNavContext>
    </CommandContext>
  );
}

function TabPage({ tab, teamId, rooms }: { tab: Tab; teamId: string; rooms: FieldRooms }) {
  if (rooms.roomId !== '') {
    return (
      <RoomPage
        key={rooms.roomId}
        roomId={rooms.roomId}
        join={rooms.join}
        onBegun={rooms.onBegun}
        dialog={rooms.desk.dialog}
        onCloseDialog={rooms.desk.closeDialog}
      />
    );
  }
  return (
    <main className="field-page">
      {tab === 'order' ? <OrderPage teamId={teamId} /> : null}
      {tab === 'past' ? <PastOrders teamId={teamId} /> : null}
      {tab === 'rooms' ? <TeamRooms teamId={teamId} open={rooms.desk.controls.open} /> : null}
      {tab === 'team' ? <TeamPage teamId={teamId} /> : null}
    </main>
  );
}

function useTab(): Tab {
  const { pathname } = useLocation();
  const inRoom = useMatch('/room/:id') !== null;
  if (inRoom) return 'rooms';
  return tabs.find((name) => pathname === pathOf(name)) ?? 'order';
}

/**
 * How many orders nobody here has read. A new one is in front at once, whatever was looked at; a call goes on beside it.
 * Whoever reloads a room's page has seen those that were there already.
 */
function useUnreadInFront(teamId: string, inRoom: boolean): number {
  const go = useNavigate();
  const { link } = useApp();
  const pictured = useValue(link).newsAtMs !== undefined;
  const known = useRef<Set<string>>(undefined);
  const unread = useOrders(`orders.team/${teamId}`).filter(
    (order) => isOpenOrder(order) && order.status <= OrderStatus.DELIVERED,
  );
  useEffect(() => {
    if (!pictured) return;
    const isNew = unread.some(({ id }) => known.current?.has(id) !== true);
    const toFront = isNew && (known.current !== undefined || !inRoom);
    known.current = new Set([...(known.current ?? []), ...unread.map(({ id }) => id)]);
    if (toFront) void go('/');
  });
  return unread.length;
}

function Tabs({ tab, unread }: { tab: Tab; unread: number }) {
  const { t } = useText();
  const go = useNavigate();
  return (
    <nav className="field-tabs" aria-label={t('field.tabs')}>
      {tabs.map((name) => (
        <button
          key={name}
          type="button"
          aria-current={name === tab ? 'page' : undefined}
          onClick={() => void go(pathOf(name))}
        >
          {t(tabText[name])}
          {name === 'order' && unread > 0 ? (
            <span className="tab-badge num" aria-hidden="true">
              {unread}
            </span>
          ) : null}
        </button>
      ))}
    </nav>
  );
}

function NoTeam() {
  const { t } = useText();
  return (
    <div className="field">
      <header className="field-head">
        <h1 className="grow">{t('app.title')}</h1>
        <LanguageSwitch />
      </header>
      <main className="field-empty">
        <p>{t('login.no_team')}</p>
        <p>
          <a className="other-door" href="/">
            {t('field.to_console')}
          </a>
        </p>
        <LogOut />
      </main>
    </div>
  );
}
