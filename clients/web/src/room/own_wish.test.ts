import { Code } from '@connectrpc/connect';
import { beforeEach, describe, expect, it } from 'vitest';

import { participant } from '../base/testing/entities';
import { settle, TurnableClock } from '../base/testing/turnable_clock';
import { type Participant, ParticipantStatus } from '../gen/muster/v1/room_pb';
import { refusal } from '../outbox/testing';
import { OwnWish } from './own_wish';
import { FakeActs } from './testing';

let clock: TurnableClock;
let acts: FakeActs;
let wish: OwnWish;

beforeEach(() => {
  clock = new TurnableClock();
  acts = new FakeActs();
  wish = new OwnWish({ clock, acts, dismiss: acts.dismiss }, { muted: false, cameraOff: false });
});

/** The hub says so. */
function hubSays(said: Pick<Partial<Participant>, 'muted' | 'mutedById' | 'status'>): void {
  wish.follow(participant({ ...said, id: 's', personId: 'me' }).value);
}

const muted = () => wish.holds.get().muted;

describe('one’s own wish', () => {
  it('holds before anybody heard of it', () => {
    wish.setMuted(true);
    expect(muted()).toBe(true);
    expect(acts.done).toEqual([]);
    hubSays({});
    expect(acts.done).toEqual(['mute s']);
  });

  it('goes out one act at a time, and the last one wins', async () => {
    hubSays({});
    wish.setMuted(true);
    wish.setMuted(false);
    wish.setMuted(true);
    expect(acts.done).toEqual(['mute s']);
    hubSays({ muted: true, mutedById: 'me' });
    acts.answer();
    await settle();
    expect(acts.done).toEqual(['mute s']);
    wish.setMuted(false);
    wish.setCameraOff(true);
    acts.answer();
    hubSays({});
    await settle();
    expect(acts.done).toEqual(['mute s', 'unmute s', 'camera off s']);
  });

  it('is said again when the picture does not follow', async () => {
    hubSays({});
    wish.setMuted(true);
    acts.answer();
    await clock.advance(2_000);
    expect(acts.done).toEqual(['mute s']);
    await clock.advance(5_000);
    expect(acts.done).toEqual(['mute s', 'mute s']);
  });

  it('gives way to the chair, who silences one', () => {
    hubSays({ muted: true, mutedById: 'chair' });
    expect(muted()).toBe(true);
    expect(acts.done).toEqual([]);
    expect(wish.wish.muted).toBe(false);
  });

  it('asks to be heard after all only when the person says so', async () => {
    hubSays({ muted: true, mutedById: 'chair' });
    wish.setMuted(false);
    expect(acts.done).toEqual(['unmute s']);
    expect(muted()).toBe(true); // Nobody hears one before the hub said yes.
    acts.answer();
    hubSays({});
    await settle();
    expect(muted()).toBe(false);
  });

  it('keeps a microphone closed that another opens', () => {
    wish.setMuted(true);
    hubSays({ muted: true, mutedById: 'me' });
    hubSays({ muted: true, mutedById: 'chair' });
    hubSays({ muted: false });
    expect(muted()).toBe(true);
    expect(acts.done.at(-1)).toBe('mute s');
  });

  it('is said again when this browser could not take it', async () => {
    hubSays({});
    acts.full = true;
    wish.setMuted(true);
    await clock.advance(1_000);
    acts.full = false;
    await clock.advance(6_000);
    expect(acts.done).toEqual(['mute s']);
  });

  it('is not said again when the hub refused it', async () => {
    hubSays({});
    wish.setCameraOff(true);
    acts.answer({ sent: false, refusal: refusal(Code.PermissionDenied, 'no') });
    await clock.advance(30_000);
    expect(acts.done).toEqual(['camera off s']);
    expect(acts.dismissed).toEqual([]); // Somebody has to read it.
    wish.setCameraOff(false);
    wish.setCameraOff(true);
    expect(acts.done).toEqual(['camera off s', 'camera off s']);
  });

  it('bothers nobody with a refusal about a stay that is over', async () => {
    hubSays({});
    wish.setMuted(true);
    hubSays({ status: ParticipantStatus.LEFT });
    acts.answer({ sent: false, refusal: refusal(Code.FailedPrecondition, 'participant.left') });
    await settle();
    expect(acts.dismissed).toEqual(['request 1']);
  });
});
