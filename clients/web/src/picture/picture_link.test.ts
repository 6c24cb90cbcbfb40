import { Code } from '@connectrpc/connect';
import { beforeEach, describe, expect, it, vi } from 'vitest';

import { MemoryValues } from '../base/testing/memory_values';
import { team, update } from '../base/testing/entities';
import { loggedInAs } from '../base/testing/logged_in';
import { TurnableClock } from '../base/testing/turnable_clock';
import { Session } from '../base/session';
import { refusal } from '../outbox/testing';
import type { Port, ToWindow, ToWorker } from '../worker/protocol';
import { Mirror } from './mirror';
import { PictureLink } from './picture_link';

class FakeWorker implements Port<ToWorker, ToWindow> {
  readonly heard: ToWorker[] = [];
  tell: (message: ToWindow) => void = () => undefined;

  post(message: ToWorker): void {
    this.heard.push(message);
  }

  onMessage(listener: (message: ToWindow) => void): void {
    this.tell = listener;
  }
}

let clock: TurnableClock;
let mirror: Mirror;
let worker: FakeWorker;
let session: Session;

beforeEach(() => {
  clock = new TurnableClock();
  mirror = new Mirror();
  worker = new FakeWorker();
  const storage = new MemoryValues().windowOf();
  loggedInAs(storage, { token: 't1' });
  session = new Session(storage);
});

function startLink(face: 'console' | 'field'): PictureLink {
  const link = new PictureLink({
    face,
    clock,
    mirror,
    session,
    open: () => worker,
    life: Promise.resolve('w'),
  });
  link.start();
  return link;
}

const news = (ageMs = 0): ToWindow => ({ type: 'news', ageMs, beat: undefined });

describe('PictureLink', () => {
  it('asks for the picture of who is logged in and feeds the mirror', () => {
    const link = startLink('console');
    expect(worker.heard).toMatchObject([{ type: 'open', token: 't1' }]);
    expect(link.state.get().phase).toBe('connecting');
    worker.tell({ type: 'update', update: update(team({ id: 'a', name: 'Fire 1' })) });
    expect(mirror.get('team', 'a')?.name).toBe('Fire 1');
  });

  it.each([
    ['console', 5_000],
    ['field', 25_000],
  ] as const)('says since when the %s is stale', async (face, limitMs) => {
    const link = startLink(face);
    const newsAtMs = clock.now();
    worker.tell(news());
    await clock.advance(limitMs);
    expect(link.state.get().phase).toBe('live');
    await clock.advance(1_000);
    expect(link.state.get()).toMatchObject({ phase: 'stale', newsAtMs });
    worker.tell(news());
    expect(link.state.get().phase).toBe('live');
  });

  it('does not wait for silence when the stream is known to be broken', async () => {
    const link = startLink('field');
    const newsAtMs = clock.now();
    const away = refusal(Code.Unavailable);
    worker.tell(news());
    await clock.advance(10_000);
    worker.tell({ type: 'lost', refusal: away });
    await clock.advance(1_000);
    worker.tell({ type: 'lost', refusal: away });
    expect(link.state.get().phase).toBe('live');
    await clock.advance(2_500);
    expect(link.state.get()).toMatchObject({ phase: 'stale', newsAtMs, trouble: away });
    worker.tell(news());
    await clock.advance(4_000);
    expect(link.state.get()).toMatchObject({ phase: 'live', trouble: undefined });
  });

  it('is not live once a call found no hub, and live again with an answer or with news', async () => {
    const link = startLink('field');
    link.doubt();
    expect(link.state.get().phase).toBe('connecting');
    worker.tell(news());
    link.doubt();
    expect(link.state.get()).toMatchObject({ phase: 'stale', noAnswer: true });
    link.trust();
    expect(link.state.get()).toMatchObject({ phase: 'live', noAnswer: false });
    link.doubt();
    worker.tell(news());
    expect(link.state.get()).toMatchObject({ phase: 'live', noAnswer: false });
    link.doubt();
    await clock.advance(26_000);
    link.trust();
    expect(link.state.get()).toMatchObject({ phase: 'stale', noAnswer: false });
  });

  it('counts old news of a running worker from when they came', async () => {
    const link = startLink('console');
    worker.tell(news(4_000));
    await clock.advance(1_500);
    expect(link.state.get().phase).toBe('stale');
  });

  it('tells each time that the picture becomes live', async () => {
    const link = startLink('console');
    const live = vi.fn();
    link.onLive(live);
    worker.tell(news());
    worker.tell(news());
    expect(live).toHaveBeenCalledTimes(1);
    await clock.advance(6_000);
    worker.tell(news());
    expect(live).toHaveBeenCalledTimes(2);
  });

  it('forgets the picture with the log-in', async () => {
    const link = startLink('console');
    worker.tell({ type: 'update', update: update(team({ id: 'a', name: 'Fire 1' })) });
    worker.tell({ type: 'unauthenticated', token: 't1' });
    expect(session.ended.get()).toBe(true);
    expect(worker.heard.at(-1)).toEqual({ type: 'close', token: 't1' });
    expect(mirror.ids('teams')).toEqual([]);
    expect(link.state.get().phase).toBe('off');
    await clock.advance(60_000);
    expect(link.state.get().phase).toBe('off');
  });

  it('asks a phone’s picture for more while it is needed, and a desk’s has it all', () => {
    const link = startLink('field');
    link.need(['streamHealth']);
    link.need(['streamHealth']);
    link.need([]);
    const asked = worker.heard.flatMap((it) => (it.type === 'open' ? [it.kinds] : []));
    expect(asked.map((kinds) => kinds.includes('streamHealth'))).toEqual([false, true, false]);

    const desk = startLink('console');
    desk.need(['streamHealth']);
    expect(worker.heard.at(-1)).toMatchObject({ type: 'open', kinds: [] });
  });
});
