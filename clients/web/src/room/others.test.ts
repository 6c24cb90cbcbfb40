import { beforeEach, describe, expect, it } from 'vitest';

import { settle, TurnableClock } from '../base/testing/turnable_clock';
import { ParticipantStatus } from '../gen/muster/v1/room_pb';
import type { RoomCall } from './room_call';
import { FakeWindow } from './testing';

let clock: TurnableClock;
let window: FakeWindow;
let call: RoomCall;

beforeEach(() => {
  clock = new TurnableClock();
  window = new FakeWindow(clock);
  call = window.call();
});

const joined = () => window.joined(call);
const posts = (path: string) => window.http.of('POST').filter((asked) => asked.path === path);

describe('the others', () => {
  const other = { id: 'o', personId: 'p', streamId: 's' };

  it('are watched and heard while they are in, oneself is not', async () => {
    window.rooms.enter(other);
    await joined();
    window.rooms.enter({ id: 'c', cameraId: 'cam', streamId: 'cs' });
    await settle();
    const shown = () => call.others.get().map(({ participantId }) => participantId);
    expect(shown()).toEqual(['c', 'o']);
    expect(posts('/whep/s')[0]?.body).toContain('m=audio');
    expect(posts('/whep/cs')[0]?.body).not.toContain('m=audio');
    expect(window.players.playing.size).toBe(1);
    window.rooms.change('o', { status: ParticipantStatus.LEFT });
    expect(shown()).toEqual(['c']);
    expect(window.players.playing.size).toBe(0);
  });

  it('keep their viewer when somebody else comes', async () => {
    window.rooms.enter(other);
    await joined();
    const [before] = call.others.get();
    window.rooms.enter({ id: 'o2', personId: 'p2', streamId: 's2' });
    expect(call.others.get()).toContain(before);
  });

  it('are not told of an end that the hub made', async () => {
    window.rooms.enter(other);
    await joined();
    window.rooms.changeOwn({ status: ParticipantStatus.REMOVED });
    await clock.advance(5_000);
    expect(call.others.get()).toEqual([]);
    expect(window.http.of('DELETE')).toEqual([]);
    expect(window.peers.all.every(({ closed }) => closed)).toBe(true);
  });

  it('who leave take their stream with them: nobody has to be told', async () => {
    window.rooms.enter(other);
    window.rooms.enter({ id: 'c', cameraId: 'cam', streamId: 'cs' });
    await joined();
    window.rooms.change('o', { status: ParticipantStatus.LEFT });
    await clock.advance(5_000);
    expect(window.http.of('DELETE')).toEqual([]);
    // A camera goes on without the room.
    window.rooms.change('c', { status: ParticipantStatus.LEFT });
    await clock.advance(5_000);
    expect(window.http.of('DELETE')).toHaveLength(1);
  });

  it('speak when their sound says so', async () => {
    window.rooms.enter(other);
    await joined();
    for (const peer of window.peers.all) peer.level = 0.1;
    await clock.advance(600);
    const speaking = call.others.get()[0]?.speaking;
    expect(speaking?.get()).toBe(true);
    for (const peer of window.peers.all) peer.level = 0;
    await clock.advance(400);
    expect(speaking?.get()).toBe(true); // A pause between words.
    await clock.advance(1_000);
    expect(speaking?.get()).toBe(false);
  });

  it('are heard after a click where the browser wants one', async () => {
    window.players.wantsClick = true;
    window.rooms.enter(other);
    await joined();
    expect(call.state.get().soundBlocked).toBe(true);
    window.players.wantsClick = false;
    call.playSound();
    await settle();
    expect(call.state.get().soundBlocked).toBe(false);
    expect(window.players.playing.size).toBe(1);
  });
});

describe('the quality of a call', () => {
  it('is said in words, from what the node reports', async () => {
    await joined();
    expect(call.state.get().quality).toBe('unknown');
    const report = (fractionLost: number, roundTripTime = 0.02) => {
      window.peers.last.stats['remote-inbound-rtp'] = { fractionLost, roundTripTime };
    };
    report(0);
    await clock.advance(2_000);
    expect(call.state.get().quality).toBe('good');
    report(0.2);
    await clock.advance(3_000);
    expect(call.state.get().quality).toBe('bad');
    report(0, 0.5);
    await clock.advance(6_000);
    expect(call.state.get().quality).toBe('weak');
    window.peers.last.become('failed');
    await clock.advance(1_000);
    expect(call.state.get().quality).toBe('none');
  });
});
