import { Code } from '@connectrpc/connect';
import { beforeEach, describe, expect, it, vi } from 'vitest';

import { at, incident, position, team, uuid } from '../base/testing/entities';
import { settle, TurnableClock } from '../base/testing/turnable_clock';
import { fromMs } from '../base/time';
import { ClientClass } from '../gen/muster/v1/picture_pb';
import { EntityKind } from '../gen/muster/v1/types_pb';
import type { Item, Kind } from '../picture/kinds';
import { entityDigest } from './digest';
import { PictureSource } from './picture_source';
import { FakeHub, FakeWindow } from './testing';

const token = 'token-1';
const bytes = (text: string) => new TextEncoder().encode(text);
const entity = (item: Item) => ({ kind: { case: item.kind, value: item.value } }) as never;

const teamA = team({ id: uuid(1), name: 'Fire 1', version: 3 });
const placeA = position({ id: uuid(1), version: 9 });
const fire = incident({ id: uuid(2), number: 'F1' });

const beatOf = (journalled: bigint[], live: bigint[]) => ({
  serverTime: at(0),
  build: 'b1',
  count: BigInt(journalled.length),
  digest: journalled.reduce((sum, hash) => BigInt.asUintN(64, sum + hash), 0n),
  liveCount: BigInt(live.length),
  liveDigest: live.reduce((sum, hash) => BigInt.asUintN(64, sum + hash), 0n),
});
const teamAHash = entityDigest(EntityKind.TEAM, uuid(1), 3);
const placeAHash = entityDigest(EntityKind.POSITION, uuid(1), 9);

let clock: TurnableClock;
let hub: FakeHub;
let source: PictureSource;
let windowEnds: Map<string, () => void>;

beforeEach(() => {
  clock = new TurnableClock();
  hub = new FakeHub();
  windowEnds = new Map();
  source = new PictureSource({
    clock,
    random: () => 1,
    openFrames: hub.open,
    windowEnd: (name) => new Promise((resolve) => windowEnds.set(name, resolve)),
  });
});

function openWindow(name = 'w', withToken = token): FakeWindow {
  const window = new FakeWindow();
  source.attach(window);
  const clientClass = ClientClass.CONSOLE;
  window.say({ type: 'open', token: withToken, clientClass, kinds: [] });
  window.say({ type: 'life', lock: name });
  return window;
}

async function snapshot() {
  hub.last.send({
    reset: true,
    upserts: [entity(teamA)],
    live: [entity(placeA)],
    resumeToken: bytes('r1'),
  });
  await settle();
}

describe('PictureSource', () => {
  it('opens one stream for all windows, and a later window gets the whole picture', async () => {
    openWindow('first');
    await snapshot();
    const second = openWindow('second');
    expect(hub.streams).toHaveLength(1);
    expect(second.updates).toEqual([{ reset: true, upserts: [teamA, placeA], removals: [] }]);
    expect(second.tellings('news')).toBe(1);
  });

  it('tells windows of what a frame touched and of the heartbeat', async () => {
    const window = openWindow();
    await snapshot();
    hub.last.send({
      upserts: [entity(fire)],
      removals: [{ kind: EntityKind.TEAM, id: uuid(1) }],
      resumeToken: bytes('r2'),
    });
    hub.last.send({
      heartbeat: beatOf([entityDigest(EntityKind.INCIDENT, uuid(2), 1)], [placeAHash]),
    });
    await settle();
    expect(window.updates.at(-1)).toEqual({
      reset: false,
      upserts: [fire],
      removals: [{ kind: 'team', id: uuid(1) }],
    });
    expect(window.told.at(-1)).toMatchObject({ type: 'news', beat: { build: 'b1' } });
    expect(hub.streams).toHaveLength(1);
  });

  it('tells a proof when the heartbeat matches, and none when it does not', async () => {
    const window = openWindow();
    await snapshot();
    hub.last.send({ heartbeat: { ...beatOf([teamAHash], [placeAHash]), sequence: 7n } });
    await settle();
    const digest = teamAHash.toString(16).padStart(16, '0');
    expect(window.told.at(-1)).toMatchObject({
      beat: { proof: { sequence: 7n, count: 2n, digest } },
    });
    hub.last.send({ heartbeat: beatOf([teamAHash], []) });
    await settle();
    expect(window.told.at(-1)).toMatchObject({ beat: { proof: undefined } });
  });

  it('shows the parts of a cut frame together', async () => {
    const window = openWindow();
    hub.last.send({ reset: true, upserts: [entity(teamA)], more: true });
    await settle();
    const before = window.updates.length;
    hub.last.send({ upserts: [entity(fire)] });
    await settle();
    expect(window.updates.slice(before)).toEqual([
      { reset: true, upserts: [teamA, fire], removals: [] },
    ]);
  });

  it('shows the parts that it has when the rest takes long', async () => {
    const window = openWindow();
    hub.last.send({ reset: true, upserts: [entity(teamA)], more: true });
    await clock.advance(1_500);
    hub.last.send({ upserts: [entity(fire)], more: true });
    await settle();
    expect(window.updates.at(-1)?.upserts).toEqual([teamA, fire]);
  });

  it('is behind, and neither cut off nor disproved, when every frame is one part of more', async () => {
    const window = openWindow();
    await snapshot();
    hub.last.send({ heartbeat: beatOf([teamAHash], [placeAHash]) });
    for (let seconds = 0; seconds < 20; seconds += 1) {
      const serverTime = fromMs(clock.now() - 3_000);
      const heartbeat = seconds % 2 === 0 ? { build: 'b1', serverTime } : undefined;
      hub.last.send({ upserts: [entity(fire)], more: true, heartbeat });
      await clock.advance(1_000);
    }
    expect(hub.streams).toHaveLength(1);
    expect(window.updates.at(-1)?.upserts).toEqual([fire]);
    expect(window.told.at(-1)).toMatchObject({
      type: 'news',
      beat: { clockOffsetMs: 3_000, proof: undefined },
    });
  });

  it('goes on from its token after a break, with a growing pause', async () => {
    const window = openWindow();
    await snapshot();
    hub.last.fail(Code.Unavailable);
    await settle();
    expect(window.told.at(-1)).toMatchObject({ type: 'lost' });
    expect(hub.streams).toHaveLength(1);
    await clock.advance(500);
    expect(hub.streams).toHaveLength(2);
    expect(hub.last.wanted.resumeToken).toEqual(bytes('r1'));
    hub.last.end();
    await clock.advance(999);
    expect(hub.streams).toHaveLength(2);
    await clock.advance(1);
    expect(hub.streams).toHaveLength(3);
    hub.last.send({ resumeToken: bytes('r2') });
    hub.last.fail(Code.Unavailable);
    await clock.advance(500);
    expect(hub.streams).toHaveLength(4);
    expect(hub.last.wanted.resumeToken).toEqual(bytes('r2'));
  });

  it('forgets the live lane alone when the hub was started anew', async () => {
    const window = openWindow();
    await snapshot();
    hub.last.send({ liveReset: true });
    hub.last.send({ heartbeat: beatOf([teamAHash], []) });
    await settle();
    expect(window.updates.at(-1)).toEqual({
      reset: false,
      upserts: [],
      removals: [{ kind: 'position', id: uuid(1) }],
    });
    expect(hub.streams).toHaveLength(1);
  });

  it.each([
    ['journalled', beatOf([teamAHash + 1n], [placeAHash])],
    ['live', beatOf([teamAHash], [])],
    ['counted', { ...beatOf([teamAHash], [placeAHash]), count: 2n }],
  ])('asks for everything again when the %s lane does not match', async (_lane, heartbeat) => {
    const warned = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    openWindow();
    await snapshot();
    hub.last.send({ heartbeat });
    await clock.advance(500);
    expect(hub.streams).toHaveLength(2);
    expect(hub.streams[0]?.aborted).toBe(true);
    expect(hub.last.wanted.resumeToken).toHaveLength(0);
    expect(warned).toHaveBeenCalledTimes(1);
  });

  it('stays when both lanes match', async () => {
    openWindow();
    await snapshot();
    hub.last.send({ heartbeat: beatOf([teamAHash], [placeAHash]) });
    await clock.advance(4_000);
    expect(hub.streams).toHaveLength(1);
  });

  it('takes a silent stream for dead', async () => {
    openWindow();
    await snapshot();
    await clock.advance(5_500);
    expect(hub.streams[0]?.aborted).toBe(true);
    expect(hub.streams).toHaveLength(2);
  });

  it('does not come back with a token that the hub refused', async () => {
    const window = openWindow();
    hub.last.fail(Code.Unauthenticated);
    await clock.advance(60_000);
    expect(window.told.at(-1)).toEqual({ type: 'unauthenticated', token });
    expect(hub.streams).toHaveLength(1);
  });

  it('drops a resume token that the hub cannot read', async () => {
    openWindow();
    await snapshot();
    hub.last.fail(Code.InvalidArgument);
    await clock.advance(500);
    expect(hub.last.wanted.resumeToken).toHaveLength(0);
  });

  it("shows nothing of one person's picture to the next", async () => {
    const window = openWindow('w', token);
    await snapshot();
    window.say({ type: 'close', token });
    const next = openWindow('w2', 'token-2');
    expect(hub.streams[0]?.aborted).toBe(true);
    expect(hub.last.wanted.token).toBe('token-2');
    expect(hub.last.wanted.resumeToken).toHaveLength(0);
    expect(next.updates).toEqual([{ reset: true, upserts: [], removals: [] }]);
  });

  it('ignores the late farewell of an older log-in', () => {
    const window = openWindow('w', 'token-2');
    window.say({ type: 'close', token: 'token-1' });
    expect(hub.last.aborted).toBe(false);
  });

  it('stops telling a window that is gone', async () => {
    const window = openWindow('gone');
    await snapshot();
    windowEnds.get('gone')?.();
    await settle();
    const before = window.told.length;
    hub.last.send({ upserts: [entity(fire)] });
    await settle();
    expect(window.told).toHaveLength(before);
  });

  it('asks for other kinds without forgetting what is known, as windows need them', async () => {
    const needs = (window: FakeWindow, kinds: Kind[]) =>
      window.say({ type: 'open', token, clientClass: ClientClass.PHONE, kinds });
    const first = new FakeWindow();
    source.attach(first);
    needs(first, ['team']);
    await snapshot();
    const second = new FakeWindow();
    source.attach(second);
    needs(second, ['team']);
    await settle();
    expect(hub.streams).toHaveLength(1);

    needs(second, ['team', 'streamHealth']);
    await settle();
    expect(hub.streams).toHaveLength(2);
    expect(hub.streams[0]?.aborted).toBe(true);
    expect(hub.last.wanted).toMatchObject({ kinds: ['team', 'streamHealth'], token });
    expect(hub.last.wanted.resumeToken).toHaveLength(0);
    expect(first.updates.filter(({ reset, upserts }) => reset && upserts.length === 0)).toEqual([
      first.updates[0],
    ]);

    needs(first, ['team']);
    await settle();
    expect(hub.streams).toHaveLength(2); // The other window needs them still.
    needs(second, ['team']);
    await settle();
    expect(hub.last.wanted.kinds).toEqual(['team']);
  });
});
