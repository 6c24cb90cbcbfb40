import { Code } from '@connectrpc/connect';
import { beforeEach, describe, expect, it } from 'vitest';

import { settle, TurnableClock } from '../base/testing/turnable_clock';
import { ParticipantStatus } from '../gen/muster/v1/room_pb';
import type { RoomCall } from './room_call';
import { FakeWindow, me } from './testing';

let clock: TurnableClock;
let window: FakeWindow;
let call: RoomCall;

beforeEach(() => {
  clock = new TurnableClock();
  window = new FakeWindow(clock);
  call = window.call();
});

const phase = () => call.state.get().phase;
const sending = () => call.state.get().sending;
const whip = () => window.http.of('POST').filter(({ path }) => path.startsWith('/whip/'));

const joined = () => window.joined(call);

/** Packets of one's own reach the node, whose reports come back. */
async function live(ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 500) {
    for (const peer of window.peers.all) {
      if (peer.closed) continue;
      const pair = peer.stats['candidate-pair'] ?? { bytesReceived: 0 };
      peer.stats['candidate-pair'] = { bytesReceived: (pair['bytesReceived'] ?? 0) + 100 };
    }
    await clock.advance(500);
  }
}

describe('a call', () => {
  it('goes from the lobby into the room with picture and sound', async () => {
    expect(call.state.get()).toMatchObject({ phase: 'lobby', participantId: '' });
    await call.openDevices();
    expect(call.state.get()).toMatchObject({
      microphone: { phase: 'on', label: 'audio device' },
      camera: { phase: 'on', label: 'video device' },
      sending: 'nothing',
    });
    expect(call.ownPicture.get()).toEqual({ of: window.media.last('video') });
    await call.join();
    await settle();
    expect(call.state.get()).toMatchObject({ phase: 'in', participantId: 'stay 1' });
    expect(sending()).toBe('connecting');
    expect(whip()).toMatchObject([{ path: '/whip/stream%20of%20stay%201', ticket: 'ticket 1' }]);
    window.peers.last.become('connected');
    expect(sending()).toBe('on');
  });

  it('is joined without any device, to watch and listen', async () => {
    window.media.trouble = { audio: 'NotAllowedError', video: 'NotAllowedError' };
    await call.openDevices();
    await call.join();
    await settle();
    expect(call.state.get()).toMatchObject({
      phase: 'in',
      sending: 'nothing',
      microphone: { phase: 'failed', trouble: 'denied' },
    });
    expect(whip()).toEqual([]);
    // And then a right was given after all.
    window.media.trouble = {};
    await call.openDevices();
    await settle();
    expect(whip()).toHaveLength(1);
  });

  it('ends when the hub knows nothing of it any more', async () => {
    await joined();
    window.rooms.forgotten = true;
    await clock.advance(3_000);
    expect(call.state.get()).toMatchObject({ phase: 'refused', refusal: { code: 'room.unknown' } });
  });

  it('holds its seat every 3 s', async () => {
    await joined();
    await clock.advance(9_000);
    expect(window.rooms.times('hold')).toBe(3);
  });

  it('tries until the hub is there to join', async () => {
    window.rooms.goAway();
    await call.join();
    expect(phase()).toBe('joining');
    await clock.advance(1_000);
    expect(phase()).toBe('joining');
    window.rooms.comeBack();
    await clock.advance(5_000);
    expect(phase()).toBe('in');
  });

  it.each([
    [Code.FailedPrecondition, 'room.closed', 'closed'],
    [Code.PermissionDenied, 'room.removed', 'removed'],
    [Code.ResourceExhausted, 'room.full', 'refused'],
    [Code.NotFound, 'room.unknown', 'refused'],
  ])('says what the hub said when it may not join: %s %s', async (status, code, wanted) => {
    window.rooms.refuseJoin(status, code);
    await call.openDevices();
    await call.join();
    expect(call.state.get()).toMatchObject({ phase: wanted, refusal: { code } });
    expect(window.media.last('video').stopped).toBe(true);
    await clock.advance(10_000);
    expect(window.rooms.times('join')).toBe(1);
  });

  it('goes in with its devices when one asks again after a refusal', async () => {
    window.rooms.refuseJoin(Code.ResourceExhausted, 'room.full');
    await call.openDevices();
    await call.join();
    window.rooms.allowJoin();
    await call.join();
    await settle();
    expect(call.state.get()).toMatchObject({ phase: 'in', microphone: { phase: 'on' } });
  });

  it('goes on while the hub is away, says so, and is itself again when it is back', async () => {
    await joined();
    window.rooms.goAway();
    await live(3_000);
    expect(phase()).toBe('in'); // One answer that fails is a hiccup.
    await live(3_000);
    expect(call.state.get()).toMatchObject({ phase: 'reconnecting', sending: 'on' });
    window.rooms.comeBack();
    await live(3_000);
    expect(phase()).toBe('in');
    expect(whip()).toHaveLength(1);
    expect(window.rooms.times('join')).toBe(1);
  });

  it('leaves: first the node is told, then the hub, and the devices are free', async () => {
    await joined();
    window.http.held = true;
    const leaving = call.leave();
    expect(phase()).toBe('left');
    expect(window.media.tracks.every(({ stopped }) => stopped)).toBe(true);
    await settle();
    expect(window.http.of('DELETE')).toMatchObject([{ path: '/whip/sessions/s1' }]);
    expect(window.rooms.times('leave')).toBe(0);
    await clock.advance(1_000);
    await leaving;
    expect(window.rooms.times('leave')).toBe(1);
    await clock.advance(10_000);
    expect(window.rooms.times('hold')).toBe(0);
  });

  it('does not wait for ever for a hub that is away to leave', async () => {
    await joined();
    window.rooms.goAway();
    const leaving = call.leave();
    await clock.advance(10_000);
    await leaving;
    expect(window.rooms.times('leave')).toBe(3);
    const [first] = window.rooms.farewells;
    expect(first).toMatchObject({ roomId: 'room', deviceId: 'this device' });
    expect(window.rooms.farewells).toEqual([first, first, first]);
  });

  it('tells the node of everybody whom it watched before it tells the hub', async () => {
    window.rooms.enter({ id: 'o', personId: 'p', streamId: 's' });
    await joined();
    void call.leave();
    await settle();
    const deleted = () => window.http.of('DELETE').map(({ path }) => path);
    expect(deleted().sort()).toEqual(['/whep/sessions/s1', '/whip/sessions/s2']);
    expect(window.rooms.times('leave')).toBe(1);
    await clock.advance(10_000);
    expect(deleted()).toHaveLength(2);
  });

  it('gives up a seat that was still being asked for when one left', async () => {
    let reachHub: () => void = () => undefined;
    window.rooms.joinHeld = new Promise((resolve) => (reachHub = resolve));
    void call.join();
    await settle();
    const leaving = call.leave();
    await settle();
    expect(window.rooms.asked).toEqual(['join']);
    reachHub();
    await leaving;
    expect(window.rooms.asked).toEqual(['join', 'leave']);
    expect(window.rooms.own).toBeUndefined();
  });
});

describe('what others do to a call', () => {
  it('ends it when the chair removes one, without a word to a node that ended it', async () => {
    await joined();
    window.rooms.changeOwn({ status: ParticipantStatus.REMOVED });
    await settle();
    expect(phase()).toBe('removed');
    expect(window.media.last('audio').stopped).toBe(true);
    expect(window.peers.last.closed).toBe(true);
    expect(window.http.of('DELETE')).toEqual([]);
    await clock.advance(10_000);
    expect(window.rooms.times('join')).toBe(1);
  });

  it('ends it when the room is closed', async () => {
    await joined();
    window.rooms.close();
    expect(phase()).toBe('closed');
  });

  it('ends it when the person goes on elsewhere, and takes it back on demand', async () => {
    await joined();
    window.rooms.changeOwn({ deviceId: 'a phone' });
    await settle();
    expect(phase()).toBe('elsewhere');
    expect(window.peers.last.closed).toBe(true);
    await clock.advance(10_000);
    expect(window.rooms.own?.deviceId).toBe('a phone');
    window.rooms.pictureHeld = true; // It says "a phone" for a while longer.
    await call.takeOver();
    await settle();
    expect(phase()).toBe('in');
    expect(call.state.get().microphone.phase).toBe('on');
    window.rooms.releasePicture();
    expect(phase()).toBe('in');
    expect(window.rooms.own?.deviceId).toBe('this device');
  });

  it('does not fight for the seat when the hub says no before the picture says why', async () => {
    await joined();
    window.rooms.pictureHeld = true;
    window.rooms.changeOwn({ deviceId: 'a phone' });
    await clock.advance(3_000);
    expect(phase()).toBe('elsewhere');
    expect(window.rooms.times('join')).toBe(1);
  });

  it('takes its seat again when it was given up for lost', async () => {
    await joined();
    window.rooms.changeOwn({ status: ParticipantStatus.LEFT, lost: true });
    await settle();
    expect(call.state.get()).toMatchObject({ phase: 'in', participantId: 'stay 2' });
    expect(whip().at(-1)).toMatchObject({
      path: '/whip/stream%20of%20stay%202',
      ticket: 'ticket 2',
    });
    window.peers.last.become('connected');
    expect(sending()).toBe('on');
  });

  it('leaves the seat to a device on which the person went on meanwhile', async () => {
    await joined();
    window.rooms.goAway();
    window.rooms.pictureHeld = true;
    await clock.advance(40_000);
    window.rooms.changeOwn({ status: ParticipantStatus.LEFT, lost: true });
    window.rooms.enter({ id: 'there', personId: me, streamId: 's9', deviceId: 'desktop' });
    window.rooms.comeBack();
    window.rooms.releasePicture();
    await clock.advance(10_000);
    expect(phase()).toBe('elsewhere');
    expect(window.rooms.own?.deviceId).toBe('desktop');
    expect(window.media.tracks.every(({ stopped }) => stopped)).toBe(true);
  });

  it('asks for no ticket with which it would take the seat back', async () => {
    await joined();
    window.rooms.pictureHeld = true; // It is later than the end of one's own connection.
    window.rooms.changeOwn({ deviceId: 'desktop' });
    window.peers.last.become('failed');
    await clock.advance(1_500);
    expect(phase()).toBe('elsewhere');
    expect(window.rooms.own?.deviceId).toBe('desktop');
  });

  it('takes its seat again when the hub has none for it and the picture says nothing', async () => {
    await joined();
    window.rooms.pictureHeld = true;
    window.rooms.changeOwn({ status: ParticipantStatus.LEFT, lost: true });
    await clock.advance(3_000);
    window.rooms.releasePicture();
    await settle();
    expect(call.state.get()).toMatchObject({ phase: 'in', participantId: 'stay 2' });
  });

  it.each<[string, string, () => unknown]>([
    ['left', 'by another way', () => window.rooms.changeOwn({ status: ParticipantStatus.LEFT })],
    ['left', 'by a click', () => call.leave()],
    [
      'removed',
      'by the chair',
      () => window.rooms.changeOwn({ status: ParticipantStatus.REMOVED }),
    ],
    ['elsewhere', 'by oneself', () => window.rooms.changeOwn({ deviceId: 'a phone' })],
    ['closed', 'with the room', () => window.rooms.close()],
  ])('leaves no light on and no line open: %s %s', async (wanted, _, end) => {
    window.rooms.enter({ id: 'o', personId: 'p', streamId: 's' });
    await joined();
    expect(window.light.on).toBe(1);
    void end();
    await clock.advance(10_000);
    expect(phase()).toBe(wanted);
    expect(window.light.on).toBe(0);
    expect(window.media.tracks.map(({ stopped }) => stopped)).toEqual([true, true]);
    expect(window.peers.all.map(({ closed }) => closed)).toEqual([true, true]);
    expect(window.players.playing.size).toBe(0);
    const asked = window.http.asked.length + window.rooms.asked.length;
    await clock.advance(30_000);
    expect(window.http.asked.length + window.rooms.asked.length).toBe(asked);
    expect(window.rooms.times('join')).toBe(1);
  });

  it('silences the microphone when the chair does, and opens it as it was before', async () => {
    await joined();
    window.rooms.changeOwn({ muted: true, mutedById: 'chair' });
    expect(call.state.get().muted).toBe(true);
    expect(window.media.last('audio').enabled).toBe(false);
    window.rooms.changeOwn({ muted: false, mutedById: '' });
    expect(call.state.get().muted).toBe(false);
    expect(window.media.last('audio').enabled).toBe(true);
    await clock.advance(10_000);
    expect(window.acts.done).toEqual([]);
  });
});

describe('how one is seen and heard', () => {
  it('is silent at once, and the hub hears of it', async () => {
    await joined();
    window.rooms.goAway();
    call.setMuted(true);
    expect(window.media.last('audio').enabled).toBe(false);
    expect(call.state.get().muted).toBe(true);
    expect(window.acts.done).toEqual(['mute stay 1']);
  });

  it('joins as it was chosen in the lobby', async () => {
    call.setMuted(true);
    call.setCameraOff(true);
    await joined();
    expect(window.media.asked).toEqual(['audio']);
    expect(window.media.last('audio').enabled).toBe(false);
    expect(window.rooms.wishes).toMatchObject([{ muted: true, cameraOff: true }]);
    expect(window.acts.done).toEqual([]);
  });

  it('lets the camera go when it is switched off, and sends another picture when it is on again', async () => {
    await joined();
    const [sound, picture] = window.peers.last.senders;
    const first = window.media.last('video');
    call.setCameraOff(true);
    expect(first.stopped).toBe(true);
    expect(call.ownPicture.get()).toBeUndefined();
    expect(picture?.track).toBeNull();
    call.setCameraOff(false);
    await settle();
    expect(picture?.track).toBe(window.media.last('video'));
    expect(picture?.track).not.toBe(first);
    expect(sound?.track).toBe(window.media.last('audio'));
    expect(whip()).toHaveLength(1);
  });

  it('goes on without a device that was pulled out', async () => {
    await joined();
    window.media.last('video').unplug();
    expect(call.state.get()).toMatchObject({
      camera: { phase: 'failed', trouble: 'missing' },
      sending: 'on',
    });
    expect(window.peers.last.senders[1]?.track).toBeNull();
  });

  it('knows when one speaks oneself, and does not while one is muted', async () => {
    await joined();
    window.ears.loudness = 0.2;
    await clock.advance(500);
    expect(call.ownSpeaking.get()).toBe(true);
    expect(call.ownLevel.get()).toBeGreaterThan(0.5);
    call.setMuted(true);
    await clock.advance(1_500);
    expect(call.ownSpeaking.get()).toBe(false);
    expect(call.ownLevel.get()).toBe(0);
  });
});

describe('when a node dies', () => {
  it('sends again with a fresh ticket as soon as the picture says that it is back', async () => {
    await joined();
    await live(2_000);
    window.source = 'no_node';
    await clock.advance(3_000);
    expect(whip()).toHaveLength(1);
    window.source = 'silent';
    await clock.advance(250);
    await settle();
    expect(whip().at(-1)?.ticket).toBe('ticket 2');
    window.peers.last.become('connected');
    expect(call.state.get()).toMatchObject({ phase: 'in', sending: 'on' });
    expect(window.http.of('DELETE')).toEqual([]);
  });

  it('keeps what runs when only the line between node and hub broke', async () => {
    await joined();
    await live(2_000);
    window.source = 'no_node';
    await live(2_000);
    window.source = 'flowing';
    await live(5_000);
    expect(whip()).toHaveLength(1);
    expect(sending()).toBe('on');
  });

  it('mends a connection that broke, and says meanwhile that it is broken', async () => {
    await joined();
    window.peers.last.become('failed');
    expect(sending()).toBe('broken');
    await clock.advance(500);
    expect(whip().map(({ ticket }) => ticket)).toEqual(['ticket 1', 'ticket 2']);
    window.peers.last.become('connected');
    expect(sending()).toBe('on');
  });

  it('asks for tickets until the hub that went with it is back', async () => {
    await joined();
    window.rooms.goAway();
    window.peers.last.become('failed');
    await clock.advance(12_000);
    expect(call.state.get()).toMatchObject({ phase: 'reconnecting', sending: 'broken' });
    expect(whip()).toHaveLength(1);
    window.rooms.comeBack();
    await clock.advance(6_000);
    window.peers.last.become('connected');
    expect(call.state.get()).toMatchObject({ phase: 'in', sending: 'on' });
  });
});
