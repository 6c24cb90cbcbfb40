// What one sees of a room before, in and after it, and that every state has its one way on.
import { act, fireEvent, screen, within } from '@testing-library/react';
import { Code } from '@connectrpc/connect';
import { beforeEach, describe, expect, it, vi } from 'vitest';

import { at, incident, logLine, room, streamHealth, uuid } from '../base/testing/entities';
import { MemoryValues } from '../base/testing/memory_values';
import { settle } from '../base/testing/turnable_clock';
import { IncidentStatus } from '../gen/muster/v1/incident_pb';
import { StreamState } from '../gen/muster/v1/live_pb';
import { ParticipantStatus, RoomStatus } from '../gen/muster/v1/room_pb';
import { setLanguage, startLanguage } from '../i18n/text';
import { refusal } from '../outbox/testing';
import { Mirror } from '../picture/mirror';
import type { CallPhase, DeviceTrouble } from './call_ports';
import { FakeCall, mediaOf, microphoneOn } from './fake_call';
import { RoomPage } from './RoomPage';
import { gone, ownStay, RoomScene, roomId, stay } from './testing_page';

const storage = new MemoryValues().windowOf();
let scene: RoomScene;
const onBegun = vi.fn();

beforeEach(() => {
  startLanguage(storage);
  setLanguage(storage, 'en');
  scene = new RoomScene();
  onBegun.mockReset();
  browserGives('prompt');
});

function browserGives(state: PermissionState): void {
  const permissions = { query: () => Promise.resolve({ state }) };
  Object.defineProperty(navigator, 'permissions', { value: permissions, configurable: true });
}

async function open({ join = false } = {}) {
  const page = (
    <RoomPage
      roomId={roomId}
      join={join}
      onBegun={onBegun}
      dialog={undefined}
      onCloseDialog={vi.fn()}
    />
  );
  const view = scene.render(page);
  await act(settle);
  return view;
}

async function press(name: string | RegExp): Promise<void> {
  fireEvent.click(screen.getByRole('button', { name }));
  await act(settle);
}

const inside = (change = {}) =>
  scene.calls.run(
    new FakeCall(roomId, {
      phase: 'in',
      participantId: uuid(10),
      microphone: microphoneOn,
      sending: 'on',
      quality: 'good',
      ...change,
    }),
  );

describe('the lobby', () => {
  it('asks for nothing by itself, and goes in with one press', async () => {
    await open();
    const [call] = scene.calls.all;
    expect(call?.asked).toEqual([]);
    await press('Open microphone and camera, and join');
    expect(call?.asked).toEqual(['openDevices', 'join']);
    expect(screen.getByRole('group', { name: 'Call' })).toBeTruthy();
  });

  it('shows the mirror at once where the browser need not be asked', async () => {
    browserGives('granted');
    await open();
    expect(scene.calls.all[0]?.asked).toEqual(['openDevices']);
    expect(screen.getByRole('button', { name: 'Join' })).toBeTruthy();
  });

  it('is no stop for who asked to be in and need not be asked', async () => {
    browserGives('granted');
    await open({ join: true });
    expect(scene.calls.all[0]?.asked).toEqual(['openDevices', 'join']);
    expect(onBegun).toHaveBeenCalledTimes(1);
  });

  it('waits for a press where the browser will ask, whatever was wished', async () => {
    await open({ join: true });
    expect(scene.calls.all[0]?.asked).toEqual([]);
  });

  it.each<[DeviceTrouble, RegExp]>([
    ['denied', /Microphone: the browser does not let this page use it/],
    ['missing', /Microphone: none was found/],
    ['busy', /Microphone: another program is using it/],
    ['unsupported', /Microphone: this page cannot use it, since it is not secure/],
    ['other', /Microphone: it did not start/],
  ])('says what to do when a device is %s, and lets one in without', async (trouble, words) => {
    scene.calls.make = (id) => {
      const call = new FakeCall(id);
      call.microphone = call.camera = { phase: 'failed', trouble };
      return call;
    };
    await open();
    await press('Open microphone and camera, and join');
    const [microphone, camera] = screen.getAllByRole('alert');
    expect(microphone?.textContent).toMatch(words);
    expect(camera?.textContent).toMatch(/^Camera: /);
    await press('Join without them: watch and listen');
    expect(scene.calls.all[0]?.asked).toEqual(['openDevices', 'join']);
  });

  it('frees the devices when one turns away, and ends no call that runs', async () => {
    (await open()).unmount();
    expect(scene.calls.all[0]?.asked).toEqual(['leave']);
    const call = inside();
    (await open()).unmount();
    expect(call.asked).toEqual([]);
  });
});

describe('the room', () => {
  it('shows each person with its post and its state in words', async () => {
    const call = inside();
    const [muted, silent] = [mediaOf(uuid(11), 's11'), mediaOf(uuid(12), 's12')];
    const hidden = mediaOf(uuid(13), 's13');
    call.others.set([muted, silent, hidden]);
    scene.show(
      ownStay(),
      stay(11, { muted: true, streamId: 's11' }),
      stay(12, { streamId: 's12' }),
      stay(13, { cameraOff: true, streamId: 's13' }),
      gone(12, scene.clock.now() - 9_000),
    );
    await open();
    const tile = (name: string) => screen.getByRole('figure', { name });
    expect(tile('Participant seat 11').textContent).toMatch(/muted/);
    expect(tile('Participant seat 13').textContent).toMatch(/Camera off/);
    expect(tile('Participant seat 12').textContent).toMatch(/gone \d\d:\d\d:\d\d/);
    const own = tile('Your own picture');
    expect(own.textContent).toMatch(/seat 02 ?\(you\)/);
    expect(own.textContent).toMatch(/chair/);
    expect(own.textContent).toMatch(/Network good/);
  });

  it('says who speaks by word and outline, and of who is muted nothing', async () => {
    const call = inside();
    const media = mediaOf(uuid(11), 's11');
    call.others.set([media]);
    scene.show(stay(11));
    await open();
    const tile = screen.getByRole('figure', { name: 'Participant seat 11' });
    act(() => media.speaking.set(true));
    expect(within(tile).getByText('speaking')).toBeTruthy();
    expect(tile.className).toMatch(/speaking/);
    act(() => media.speaking.set(false));
    expect(within(tile).queryByText('speaking')).toBeNull();
  });

  it('tells of a hub that is away, of sound held back, and of being muted by the chair', async () => {
    scene = new RoomScene({ chairId: uuid(111), chairName: 'seat 11' });
    const call = inside({ phase: 'reconnecting', soundBlocked: true });
    scene.show(ownStay({ muted: true, mutedById: uuid(111) }));
    await open();
    expect(screen.getByText(/The hub does not answer; reconnecting/)).toBeTruthy();
    expect(screen.getByText('seat 11 muted you: nobody hears you.')).toBeTruthy();
    await press('Play sound');
    expect(call.asked).toContain('playSound');
    expect(screen.queryByRole('button', { name: 'Play sound' })).toBeNull();
  });

  it('lets the chair mute and remove, and take a removal back', async () => {
    inside();
    const other = stay(11);
    scene.show(other);
    await open();
    await press('seat 11: mute or remove');
    fireEvent.click(await screen.findByRole('menuitem', { name: 'Mute' }));
    expect(scene.acts.muteParticipant).toHaveBeenCalledWith(other.value, true);
    await press('seat 11: mute or remove');
    fireEvent.click(await screen.findByRole('menuitem', { name: 'Remove from the room' }));
    expect(scene.acts.removeParticipant).toHaveBeenCalledWith(other.value);
    const removed = stay(11, { status: ParticipantStatus.REMOVED });
    scene.show(removed);
    await press('Undo');
    expect(scene.acts.readmitParticipant).toHaveBeenCalledWith(other.value);
    await press('Let in again');
    expect(scene.acts.readmitParticipant).toHaveBeenLastCalledWith(removed.value);
  });

  it('forgets a removal that was taken back', async () => {
    inside();
    scene.show(stay(11));
    await open();
    await press('seat 11: mute or remove');
    fireEvent.click(await screen.findByRole('menuitem', { name: 'Remove from the room' }));
    scene.show(stay(11, { status: ParticipantStatus.REMOVED }));
    expect(screen.getByRole('button', { name: 'Undo' })).toBeTruthy();
    scene.show(stay(11, { status: ParticipantStatus.LEFT }));
    expect(screen.queryByRole('button', { name: 'Undo' })).toBeNull();
  });

  it('offers nobody else the menu', async () => {
    scene = new RoomScene({ chairId: uuid(111) });
    inside();
    scene.show(stay(11), stay(12, { status: ParticipantStatus.REMOVED }));
    await open();
    expect(screen.queryByRole('button', { name: /mute or remove/ })).toBeNull();
    expect(screen.queryByRole('button', { name: 'Let in again' })).toBeNull();
  });

  it('offers it no chair whom an admin removed', async () => {
    inside();
    scene.show(ownStay({ status: ParticipantStatus.REMOVED }), stay(11));
    await open();
    expect(screen.queryByRole('button', { name: /mute or remove/ })).toBeNull();
  });

  it('lets anybody in it take a camera out', async () => {
    scene = new RoomScene({ chairId: uuid(111) });
    const call = inside();
    const camera = stay(13, { personId: '', cameraId: uuid(50), name: 'Gate 1' });
    call.others.set([mediaOf(uuid(13), 's13')]);
    scene.show(camera);
    await open();
    const tile = within(screen.getByRole('figure', { name: 'Camera Gate 1' }));
    fireEvent.click(tile.getByRole('button', { name: 'Camera Gate 1: take out' }));
    const item = await screen.findByRole('menuitem', {
      name: /Take this camera out for everybody/,
    });
    expect(scene.acts.removeParticipant).not.toHaveBeenCalled();
    fireEvent.click(item);
    expect(scene.acts.removeParticipant).toHaveBeenCalledWith(camera.value);
  });

  it('says how its incident stands, and offers the chair to close once that is over', async () => {
    inside();
    scene.scene = { ...scene.scene, chairs: true, call: scene.calls.current.get()?.state.get() };
    await open();
    scene.show(
      incident({ id: uuid(2), number: 'F2104', status: IncidentStatus.CLOSED }),
      logLine({ id: uuid(70), incidentId: uuid(2), text: 'The pumps hold', at: at(1) }),
    );
    expect(screen.getByText('incident: Closed')).toBeTruthy();
    expect(screen.getByText('Incident F2104 is closed.')).toBeTruthy();
    expect(screen.getAllByRole('button', { name: 'Close room' }).length).toBe(2);
    expect(screen.getByText(/The pumps hold/)).toBeTruthy();
  });

  it('says that the media service is away, and blames nobody', async () => {
    const call = inside();
    const media = mediaOf(uuid(11), 's11');
    call.others.set([media]);
    scene.show(ownStay({ streamId: 's10' }), stay(11, { streamId: 's11' }));
    await open();
    scene.show(
      streamHealth({ id: 's10', state: StreamState.NO_NODE }),
      streamHealth({ id: 's11', state: StreamState.NO_NODE }),
    );
    expect(screen.getByText(/The media service is away; picture and sound come back/)).toBeTruthy();
    const own = screen.getByRole('figure', { name: 'Your own picture' });
    expect(own.textContent).toMatch(/Media service away, reconnecting/);
    expect(own.textContent).not.toMatch(/Network good/);
    const other = screen.getByRole('figure', { name: 'Participant seat 11' });
    expect(other.textContent).toMatch(/Media service away, reconnecting/);
  });

  it('counts people, and cameras as cameras', async () => {
    inside();
    scene.show(stay(11), stay(13, { personId: '', cameraId: uuid(50), name: 'Gate 1' }));
    await open();
    expect(screen.getByRole('heading', { name: 'In the room 2 · cameras: 1' })).toBeTruthy();
    expect(screen.getByRole('button', { name: 'People 2' })).toBeTruthy();
  });
});

describe('outside', () => {
  const end = async (phase: CallPhase, more = {}) => {
    const call = inside();
    await open();
    act(() => call.become({ phase, ...more }));
    await act(settle);
    return call;
  };

  it('another device of the same person can be taken over from', async () => {
    const call = await end('elsewhere');
    expect(screen.getByRole('status').textContent).toMatch(/from another device or window/);
    await press('Use this one instead');
    expect(call.asked).toEqual(['takeOver']);
  });

  it('who was removed may join once the chair has let it in', async () => {
    const call = await end('removed');
    scene.show(ownStay({ status: ParticipantStatus.REMOVED }));
    expect(screen.getByRole('status').textContent).toMatch(/Its chair \(seat 02\) or an admin/);
    expect(screen.queryByRole('button', { name: 'Join again' })).toBeNull();
    scene.show(ownStay({ status: ParticipantStatus.LEFT }));
    await press('Join again');
    expect(call.asked).toEqual(['join']);
  });

  it('who was removed and comes again reads that, and not the lobby', async () => {
    browserGives('granted');
    scene.show(ownStay({ status: ParticipantStatus.REMOVED }));
    await open({ join: true });
    const [call] = scene.calls.all;
    expect(screen.getByRole('status').textContent).toMatch(/Its chair \(seat 02\) or an admin/);
    expect(call?.asked).toEqual([]);
    scene.show(ownStay({ status: ParticipantStatus.LEFT }));
    await act(settle);
    expect(call?.asked).toEqual([]);
    await press('Join again');
    expect(call?.asked).toEqual(['openDevices', 'join']);
  });

  it('who was refused at the door may join once it was let in again', async () => {
    scene.show(ownStay({ status: ParticipantStatus.REMOVED }));
    const call = await end('removed', { participantId: '' });
    expect(screen.queryByRole('button', { name: 'Join again' })).toBeNull();
    scene.show(ownStay({ status: ParticipantStatus.LEFT }));
    await press('Join again');
    expect(call.asked).toEqual(['join']);
  });

  it('of a closed room, who was removed reads so though it was let in again', async () => {
    await end('closed');
    const over = { status: ParticipantStatus.LEFT, joinedAt: at(0) };
    scene.show(
      room({ id: roomId, title: 'Flood', status: RoomStatus.CLOSED, closedAt: at(60) }),
      ownStay({ ...over, endedById: uuid(3), leftAt: at(60) }),
      stay(11, { ...over, endedById: uuid(3), leftAt: at(30) }),
      stay(13, { ...over, personId: '', cameraId: uuid(50), name: 'Gate 1', leftAt: at(60) }),
    );
    const texts = screen.getAllByRole('listitem').map(({ textContent }) => textContent);
    const of = (name: string) => texts.find((text) => text.includes(name));
    expect(of('seat 02')).not.toMatch(/removed/);
    expect(of('seat 11')).toMatch(/removed/);
    expect(of('Gate 1')).toMatch(/^Camera/);
  });

  it('a refusal is said in the hub’s words, and can be tried again', async () => {
    const full = { ...refusal(Code.ResourceExhausted, 'room.full') };
    const args = { room: 'Flood', limit: '50' };
    const call = await end('refused', { refusal: { ...full, args } });
    expect(screen.getByRole('status').textContent).toMatch(/Flood is full: 50 people/);
    await press('Try again');
    expect(call.asked).toEqual(['join']);
  });

  it('a hub that does not answer is said while one waits to be let in', async () => {
    const call = await end('joining', { refusal: refusal(Code.Unavailable) });
    expect(screen.getByRole('status').textContent).toMatch(/The hub cannot be reached/);
    await press('Give up');
    expect(call.asked).toEqual(['leave']);
    expect(scene.nav.toRooms).toHaveBeenCalled();
  });

  it('a room that was just opened here is on its way, another is not known', async () => {
    scene.mirror = new Mirror();
    (await open({ join: true })).unmount();
    expect(scene.calls.all).toEqual([]);
    await open();
    expect(screen.getByRole('heading', { name: 'There is no such room' })).toBeTruthy();
  });

  it('of a closed room one reads who was in it', async () => {
    await end('closed');
    scene.show(
      room({
        id: roomId,
        title: 'Flood',
        status: RoomStatus.CLOSED,
        chairId: uuid(3),
        chairName: 'seat 02',
        closedById: uuid(3),
      }),
      ownStay({ status: ParticipantStatus.LEFT }),
    );
    expect(screen.getByRole('status').textContent).toBe('The room is closed; seat 02 closed it.');
    expect(screen.getByRole('listitem').textContent).toMatch(/seat 02/);
  });

  it('who has left is not led back to an open camera', async () => {
    browserGives('granted');
    await end('left');
    expect(scene.calls.all.length).toBe(1);
    expect(screen.getByRole('status').textContent).toBe('You left this room.');
    await press('Join again');
    expect(scene.calls.all.length).toBe(2);
  });

  it('who is in another room is told that going in here leaves that one', async () => {
    scene.show(room({ id: uuid(4), title: 'Duty' }));
    scene.calls.run(new FakeCall(uuid(4), { phase: 'in' }));
    await open();
    expect(screen.getByRole('status').textContent).toMatch(/You are in the room Duty/);
    expect(scene.calls.all.length).toBe(1);
    await press('Leave it and come here');
    expect(scene.calls.all.map(({ asked }) => asked)).toEqual([['leave'], []]);
  });
});
