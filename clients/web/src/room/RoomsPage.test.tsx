import { act, fireEvent, screen, within } from '@testing-library/react';
import { createRouterTransport } from '@connectrpc/connect';
import { beforeEach, expect, test } from 'vitest';

import { at, participant, room, uuid } from '../base/testing/entities';
import { MemoryValues } from '../base/testing/memory_values';
import { settle } from '../base/testing/turnable_clock';
import { RoomStatus } from '../gen/muster/v1/room_pb';
import { RoomService } from '../gen/muster/v1/room_service_pb';
import { startLanguage } from '../i18n/text';
import { Mirror } from '../picture/mirror';
import { RoomsPage } from './RoomsPage';
import { RoomScene, roomId, stay } from './testing_page';

let scene: RoomScene;

beforeEach(() => {
  startLanguage(new MemoryValues().windowOf());
  scene = new RoomScene();
});

test('an empty list says what to do', () => {
  scene.mirror = new Mirror();
  scene.render(<RoomsPage history={false} />);
  expect(screen.getByText('No room is open.')).toBeTruthy();
  expect(screen.getByText(/Give one a title below/)).toBeTruthy();
});

test('the room with people in it comes first, and each says who is in', () => {
  scene.show(
    stay(11),
    room({ id: uuid(4), title: 'Duty', standing: true }),
    participant({ id: uuid(14), roomId: uuid(4), cameraId: uuid(50), name: 'Gate 1' }),
  );
  scene.render(<RoomsPage history={false} />);
  const [flood, duty] = screen.getAllByRole('listitem');
  expect(duty?.textContent).toMatch(/Duty.*Standing.*Nobody is in it.*cameras: 1/);
  expect(flood?.textContent).toMatch(/Flood.*F2104.*seat 02, seat 11/);
  fireEvent.click(screen.getByRole('button', { name: 'Join the room Flood' }));
  expect(scene.nav.toRoom).toHaveBeenCalledWith(roomId, true);
});

test('that nobody is in a room is said once', () => {
  scene.show(room({ id: uuid(4), title: 'Duty', closeDue: at(90) }));
  scene.render(<RoomsPage history={false} />);
  const duty = screen.getAllByRole('listitem').find((it) => it.textContent.includes('Duty'));
  expect(duty?.textContent.match(/Nobody is in it/g)?.length).toBe(1);
});

test('a title that the hub would not take is not cut in silence', () => {
  scene.render(<RoomsPage history={false} />);
  const title = screen.getByRole('textbox', { name: /Title of the room/ });
  fireEvent.change(title, { target: { value: 'x'.repeat(205) } });
  expect(screen.getByRole('alert').textContent).toBe(
    'The title is too long: take 5 characters away.',
  );
  const open = screen.getByRole<HTMLButtonElement>('button', { name: 'Open and join' });
  expect(open.disabled).toBe(true);
});

test('a title opens a room and leads into it', async () => {
  scene.render(<RoomsPage history={false} />);
  const title = screen.getByRole('textbox', { name: /Title of the room/ });
  fireEvent.change(title, { target: { value: ' Press briefing ' } });
  fireEvent.click(screen.getByRole('button', { name: 'Open and join' }));
  await act(settle);
  expect(scene.acts.openRoom).toHaveBeenCalledWith('Press briefing');
  expect(scene.nav.toRoom).toHaveBeenCalledWith(uuid(9), true);
});

test('closed rooms say who was in them, from when to when', async () => {
  scene.transport = createRouterTransport(({ service }) => {
    service(RoomService, {
      listRooms: () => ({
        rooms: [
          room({ id: roomId, title: 'Flood' }).value,
          room({
            id: uuid(5),
            title: 'Yesterday',
            status: RoomStatus.CLOSED,
            openedAt: at(0),
            closedAt: at(60),
          }).value,
          room({
            id: uuid(6),
            title: 'Closed last',
            status: RoomStatus.CLOSED,
            openedAt: at(-30),
            closedAt: at(70),
          }).value,
        ],
      }),
      listParticipants: ({ roomId: asked }) => ({
        participants: [
          participant({
            id: uuid(15),
            roomId: asked,
            name: 'seat 15',
            joinedAt: at(5),
            leftAt: at(50),
            lost: true,
          }).value,
        ],
      }),
    });
  });
  scene.render(<RoomsPage />);
  await act(settle);
  const old = within(screen.getByRole('region', { name: 'Closed rooms' }));
  expect(old.queryByRole('button', { name: /Flood/ })).toBeNull();
  const titles = old.getAllByRole('button').map(({ textContent }) => textContent);
  expect(titles.map((text) => /last|Yesterday/.exec(text)?.[0])).toEqual(['last', 'Yesterday']);
  fireEvent.click(await old.findByRole('button', { name: /Yesterday/ }));
  expect((await old.findByText('seat 15')).parentElement?.textContent).toMatch(
    /\d\d:00:05 to .*\d\d:00:50lost/,
  );
});
