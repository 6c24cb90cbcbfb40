// A page with rooms for tests: fake calls, a mirror to fill, acts that are only counted.
import { MantineProvider } from '@mantine/core';
import { create } from '@bufbuild/protobuf';
import { createRouterTransport, type Transport } from '@connectrpc/connect';
import { act, render } from '@testing-library/react';
import type { ReactNode } from 'react';
import { vi } from 'vitest';

import type { App } from '../app';
import { incident, participant, room, update, uuid } from '../base/testing/entities';
import { TurnableClock } from '../base/testing/turnable_clock';
import { fromMs } from '../base/time';
import { Value } from '../base/value';
import type { Scene } from '../commands/command';
import { CommandContext } from '../commands/command_context';
import { roomCommands, type RoomControls } from '../commands/room_commands';
import { ParticipantStateSchema } from '../gen/muster/v1/live_pb';
import { PersonSchema } from '../gen/muster/v1/person_pb';
import { Role } from '../gen/muster/v1/types_pb';
import { noLink } from '../picture/link_state';
import type { Item } from '../picture/kinds';
import { Mirror } from '../picture/mirror';
import { AppContext } from '../ui/app_context';
import { FakeCalls } from './fake_call';
import { RoomNavContext } from './room_nav';

export const roomId = uuid(1);
const incidentId = uuid(2);
const me = uuid(3);

export const roomControls = (): RoomControls => ({
  open: vi.fn(),
  join: vi.fn(),
  toRooms: vi.fn(),
  toCall: vi.fn(),
  toggleMicrophone: vi.fn(),
  toggleCamera: vi.fn(),
  addCamera: vi.fn(),
  devices: vi.fn(),
  leave: vi.fn(),
  close: vi.fn(),
  back: vi.fn(),
  showKeys: vi.fn(),
});

type Stay = Omit<Parameters<typeof participant>[0], 'id'>;

export const stay = (n: number, init: Stay = {}) =>
  participant({ id: uuid(n), roomId, personId: uuid(n + 100), name: `seat ${n}`, ...init });

/** Of the person who looks at the page; the room's chair unless a test says another. */
export const ownStay = (init: Stay = {}) => stay(10, { personId: me, name: 'seat 02', ...init });

export const gone = (n: number, heardAtMs: number): Item => ({
  kind: 'participantState',
  value: create(ParticipantStateSchema, {
    id: uuid(n),
    version: 2,
    gone: true,
    heardAt: fromMs(heardAtMs),
  }),
});

export class RoomScene {
  readonly clock = new TurnableClock();
  mirror = new Mirror();
  readonly calls = new FakeCalls();
  readonly nav = {
    toRoom: vi.fn(),
    toRooms: vi.fn(),
    toIncident: vi.fn(),
    away: vi.fn(),
  };
  readonly acts = {
    openRoom: vi.fn(() => Promise.resolve({ id: uuid(9) })),
    closeRoom: vi.fn(() => Promise.resolve()),
    muteParticipant: vi.fn(() => Promise.resolve()),
    removeParticipant: vi.fn(() => Promise.resolve()),
    readmitParticipant: vi.fn(() => Promise.resolve()),
    addRoomCamera: vi.fn(() => Promise.resolve()),
  };
  transport: Transport = createRouterTransport(() => undefined);
  scene: Scene = { role: Role.COMMANDER, openOrders: [] };

  constructor({ chairId = me, chairName = 'seat 02' } = {}) {
    this.mirror.apply(
      update(
        incident({ id: incidentId, number: 'F2104' }),
        room({ id: roomId, title: 'Flood', incidentId, chairId, chairName }),
        ownStay(),
      ),
    );
  }

  /** The picture changes. */
  show(...items: Item[]): void {
    act(() => this.mirror.apply(update(...items)));
  }

  render(page: ReactNode) {
    const app = {
      clock: this.clock,
      mirror: this.mirror,
      calls: this.calls,
      acts: this.acts,
      transport: this.transport,
      link: new Value({ ...noLink, phase: 'live' as const }),
      session: {
        current: new Value({
          person: create(PersonSchema, { id: me, name: 'seat 02', role: Role.COMMANDER }),
        }),
      },
    } as unknown as App;
    return render(page, {
      wrapper: ({ children }: { children: ReactNode }) => (
        <MantineProvider env="test">
          <AppContext value={app}>
            <CommandContext value={{ commands: roomCommands(roomControls()), scene: this.scene }}>
              <RoomNavContext value={this.nav}>{children}</RoomNavContext>
            </CommandContext>
          </AppContext>
        </MantineProvider>
      ),
    });
  }
}
