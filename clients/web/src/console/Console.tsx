// The console: its routes, what is chosen, and the commands that keys and buttons share.
import './console.css';

import { type ReactNode, useState } from 'react';
import { BrowserRouter, useMatch, useNavigate, useSearchParams } from 'react-router';

import { Pause } from '../base/pause';
import { useValue } from '../base/value';
import type { Scene } from '../commands/command';
import { useShortcuts } from '../commands/use_shortcuts';
import { useText } from '../i18n/text';
import { metresBetween, placeNear } from '../map/city';
import { isOpenOrder, ordersOf } from '../picture/facts';
import { useEntity } from '../picture/hooks';
import { CallBar } from '../room/CallBar';
import { RoomNavContext } from '../room/room_nav';
import { RoomPage } from '../room/RoomPage';
import { RoomsPage } from '../room/RoomsPage';
import { useApp } from '../ui/app_context';
import { OutboxNotes } from '../ui/OutboxNotes';
import { CommandContext } from '../commands/command_context';
import { roomCommands } from '../commands/room_commands';
import { consoleCommands, type DeskControls } from './commands';
import { useEntities } from '../picture/derived';
import { type Desk, DeskContext } from './desk_context';
import { FieldDoor } from './FieldDoor';
import { Guard } from './Guard';
import { Header } from './Header';
import { KeysHelp } from './KeysHelp';
import { NotForRole } from './NotForRole';
import { mayOf, useRole } from '../ui/may';
import { queueOrder } from './queue_order';
import { type Coordinates, coordinatesText, emptyDraft } from './report_draft';
import { HubHealth } from './HubHealth';
import { StaleBanner } from './StaleBanner';
import { useCity } from './use_city';
import { useConsoleRooms } from './use_console_rooms';
import { Wall } from './Wall';
import { Watch } from './Watch';

/** A click this close to a known place means the place. */
const placeWithinM = 150;
/** An order changes the list of recommended teams: the same key then means another team. */
const orderPauseMs = 1_500;

export function Console() {
  return (
    <BrowserRouter>
      <Page />
    </BrowserRouter>
  );
}

function Page() {
  const { clock, mirror, link } = useApp();
  const { t, language } = useText();
  const go = useNavigate();
  const [search] = useSearchParams();
  const incidentInPath = useMatch('/incident/:id')?.params.id;
  const cameraId = useMatch('/camera/:id')?.params.id ?? '';
  const role = useRole();
  const onWall = useMatch('/wall') !== null && mayOf(role).seeWork;
  const incidentId = incidentInPath ?? search.get('incident') ?? '';
  const { city, failed } = useCity();
  const [teamId, setTeamId] = useState('');
  const [draft, setDraft] = useState(emptyDraft);
  const [reporting, setReporting] = useState(false);
  const [keysShown, setKeysShown] = useState(false);
  const [orderPause] = useState(() => new Pause(clock, orderPauseMs));
  const openIncidents = useEntities('incident', 'incidents.open');
  const { phase } = useValue(link);

  const openIncident = (id: string) => {
    setTeamId('');
    setReporting(false);
    void go(id === '' ? '/' : `/incident/${id}`);
  };
  const beside = incidentId === '' ? '' : `?incident=${incidentId}`;
  const placeNameAt = (at: Coordinates) => {
    const near = city && placeNear(city, at.latDeg, at.lonDeg, placeWithinM);
    return near ? (language === 'zh' ? near.nameZh : near.nameEn) : '';
  };

  const desk: Desk = {
    city,
    incidentId,
    teamId,
    cameraId,
    openIncident,
    chooseTeam: setTeamId,
    openCamera: (id) => void go(`/camera/${id}${beside}`),
    closeCamera: () => void go(incidentId === '' ? '/' : `/incident/${incidentId}`),
    startReport(at) {
      if (at) {
        // What was typed while the form is open stays; an old place goes with its coordinates.
        const place = placeNameAt(at) || (reporting ? draft.place : '');
        setDraft({ ...draft, coordinates: coordinatesText(at), place });
      }
      setReporting(true);
      if (cameraId !== '') desk.closeCamera();
    },
  };

  const controls: DeskControls = {
    reporting: () => reporting,
    startReport: () => {
      if (onWall || rooms.listed) void go('/');
      desk.startReport();
    },
    step(by) {
      const queue = queueOrder(openIncidents, (id) => ordersOf(mirror, id));
      const at = queue.findIndex((incident) => incident.id === incidentId);
      const next = at < 0 ? (by > 0 ? 0 : -1) : (at + by + queue.length) % queue.length;
      const incident = queue.at(next);
      if (incident) openIncident(incident.id);
    },
    focus: (what) => document.querySelector<HTMLElement>(`[data-focus="${what}"]`)?.focus(),
    // The key presses the button that shows it.
    orderSuggested(n) {
      const button = document.querySelector<HTMLButtonElement>(`[data-digit="${String(n)}"]`);
      if (button && !button.disabled && orderPause.take()) button.click();
    },
    nearestCamera() {
      const at = mirror.get('incident', incidentId)?.at;
      if (!at) return;
      const metres = (camera: { at?: Coordinates | undefined }) =>
        camera.at ? metresBetween(camera.at, at) : Infinity;
      const nearest = [...mirror.all('camera')].sort((a, b) => metres(a) - metres(b))[0];
      if (nearest) desk.openCamera(nearest.id);
    },
    toWall: () => void go('/wall'),
    back() {
      if (reporting) setReporting(false);
      else if (cameraId !== '') desk.closeCamera();
      else if (teamId !== '') setTeamId('');
      else void go('/');
    },
    showKeys: () => setKeysShown(true),
  };

  const rooms = useConsoleRooms(incidentId, () => setKeysShown(true));
  const inRoom = rooms.roomId !== '' && mayOf(role).seeWork;
  const onRooms = rooms.listed && mayOf(role).seeWork;
  const { desk: roomDesk } = rooms;
  const commands = inRoom
    ? roomCommands(roomDesk.controls)
    : consoleCommands(controls, roomDesk.controls);
  const incident = useEntity('incident', reporting ? '' : incidentId);
  const orders = useEntities('order', `orders.incident/${incidentId}`);
  const scene: Scene = { role, incident, openOrders: orders.filter(isOpenOrder), ...rooms.scene };
  useShortcuts(commands, () => scene);

  const withheld = (rooms.roomId !== '' || rooms.listed) && !mayOf(role).seeWork;
  const page = withheld ? (
    <NotForRole />
  ) : inRoom ? (
    <RoomPage
      key={rooms.roomId}
      roomId={rooms.roomId}
      join={rooms.join}
      onBegun={rooms.onBegun}
      dialog={roomDesk.dialog}
      onCloseDialog={roomDesk.closeDialog}
    />
  ) : onRooms ? (
    <main className="rooms">
      <RoomsPage />
    </main>
  ) : onWall ? (
    <Wall />
  ) : (
    <Watch
      draft={reporting ? draft : undefined}
      onDraft={setDraft}
      onReported={(id) => {
        setDraft(emptyDraft);
        openIncident(id);
      }}
      onCancel={() => setReporting(false)}
      mapFailed={failed}
    />
  );

  return (
    <DeskContext value={desk}>
      <CommandContext value={{ commands, scene }}>
        <RoomNavContext value={rooms.nav}>
          <Shell
            stale={phase === 'stale'}
            broken={t('console.broken')}
            again={t('console.broken_again')}
            roomId={inRoom ? rooms.roomId : ''}
          >
            {page}
          </Shell>
          <KeysHelp open={keysShown} onClose={() => setKeysShown(false)} />
        </RoomNavContext>
      </CommandContext>
    </DeskContext>
  );
}

interface ShellProps {
  stale: boolean;
  broken: string;
  again: string;
  /** The room on the page; empty for none. */
  roomId: string;
  children: ReactNode;
}

function Shell({ stale, broken, again, roomId, children }: ShellProps) {
  return (
    <div className={`console ${stale ? 'stale' : ''}`}>
      <Header />
      <StaleBanner />
      <HubHealth />
      <FieldDoor />
      <CallBar onPage={roomId} />
      <Guard text={broken} again={again}>
        {children}
      </Guard>
      <OutboxNotes />
    </div>
  );
}
