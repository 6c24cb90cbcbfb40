import { beforeEach, describe, expect, it } from 'vitest';

import { settle, TurnableClock } from '../base/testing/turnable_clock';
import type { Source } from './ports';
import { FakePeers, FakeWhep } from './testing';
import { Viewer } from './viewer';

let clock: TurnableClock;
let peers: FakePeers;
let whep: FakeWhep;
let source: Source;
let visible: boolean;

beforeEach(() => {
  clock = new TurnableClock();
  peers = new FakePeers();
  whep = new FakeWhep();
  source = 'flowing';
  visible = true;
});

const open = () =>
  new Viewer('cam 1', {
    clock,
    http: whep.http,
    makePeer: peers.make,
    random: () => 1,
    source: () => source,
    pageVisible: () => visible,
  });

const phase = (viewer: Viewer) => viewer.state.get().phase;

async function playing(): Promise<Viewer> {
  const viewer = open();
  await settle();
  peers.last.become('connected');
  viewer.noteFrame();
  return viewer;
}

/** Frames come, ten a second. */
async function play(viewer: Viewer, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 100) {
    await clock.advance(100);
    viewer.noteFrame();
  }
}

describe('Viewer', () => {
  it('goes from connecting over waiting to playing', async () => {
    const viewer = open();
    expect(phase(viewer)).toBe('connecting');
    await settle();
    expect(whep.asked).toMatchObject([{ method: 'POST', path: '/whep/cam%201' }]);
    expect(viewer.stream.get()).toEqual({ of: 'answer of s1' });
    peers.last.become('connected');
    expect(phase(viewer)).toBe('waiting');
    expect(viewer.frameAgeMs()).toBeUndefined();
    viewer.noteFrame();
    expect(phase(viewer)).toBe('playing');
  });

  it('trickles its candidates together, under the credentials of the offer', async () => {
    open();
    peers.last.find('candidate:1 early');
    await settle();
    peers.last.find('candidate:2 late');
    await clock.advance(200);
    expect(whep.of('PATCH')).toEqual([
      {
        method: 'PATCH',
        path: '/whep/sessions/s1',
        body: 'a=ice-ufrag:uf\r\na=ice-pwd:pw\r\nm=video 9 UDP 96\r\na=mid:0\r\na=candidate:1 early\r\na=candidate:2 late\r\n',
      },
    ]);
  });

  it('does not call frames live that stay away, and knows how old the last one is', async () => {
    source = 'silent';
    const viewer = await playing();
    await play(viewer, 3_000);
    expect(phase(viewer)).toBe('playing');
    await clock.advance(2_500);
    expect(phase(viewer)).toBe('stalled');
    expect(viewer.frameAgeMs()).toBe(2_500);
    await clock.advance(60_000);
    expect(phase(viewer)).toBe('stalled');
    expect(peers.all).toHaveLength(1);
    viewer.noteFrame();
    expect(phase(viewer)).toBe('playing');
  });

  it('opens another session when frames reach the node and not the page', async () => {
    const viewer = await playing();
    await clock.advance(7_500);
    expect(peers.all).toHaveLength(2);
    expect(peers.all[0]?.closed).toBe(true);
    expect(whep.of('DELETE')).toMatchObject([{ path: '/whep/sessions/s1' }]);
    peers.last.become('connected');
    viewer.noteFrame();
    expect(phase(viewer)).toBe('playing');
    expect(viewer.stream.get()).toEqual({ of: 'answer of s2' });
  });

  it('waits for a node that went away, but not while frames come', async () => {
    source = 'no_node';
    const viewer = await playing();
    await play(viewer, 10_000);
    expect(peers.all).toHaveLength(1);
    await clock.advance(60_000);
    expect(viewer.state.get()).toMatchObject({ phase: 'failed', final: false });
    expect(peers.all).toHaveLength(1); // Nobody could answer.
    expect(whep.of('DELETE')).toEqual([]);
    source = 'silent';
    await clock.advance(250);
    expect(peers.all).toHaveLength(2);
  });

  it('opens another session as soon as a node that went away is back', async () => {
    const viewer = await playing();
    source = 'no_node';
    await clock.advance(1_000);
    expect(peers.all).toHaveLength(1);
    source = 'silent';
    await clock.advance(250);
    expect(peers.all).toHaveLength(2);
    peers.last.become('connected');
    viewer.noteFrame();
    expect(phase(viewer)).toBe('playing');
  });

  it('keeps a session whose frames come when only the line between node and hub broke', async () => {
    const viewer = await playing();
    source = 'no_node';
    await play(viewer, 1_000);
    source = 'flowing';
    await play(viewer, 1_000);
    expect(peers.all).toHaveLength(1);
  });

  it('takes no late frame of an ended session for news', async () => {
    const viewer = await playing();
    peers.last.become('failed');
    await clock.advance(400);
    viewer.noteFrame();
    expect(phase(viewer)).toBe('failed');
    expect(viewer.frameAgeMs()).toBe(400);
  });

  it('mends a broken media connection, and waits out a short break', async () => {
    const viewer = await playing();
    peers.last.become('disconnected');
    await play(viewer, 1_000);
    peers.last.become('connected');
    await play(viewer, 5_000);
    expect(peers.all).toHaveLength(1);

    peers.last.become('disconnected');
    await clock.advance(2_000);
    expect(viewer.state.get()).toEqual({
      phase: 'failed',
      trouble: { kind: 'network' },
      final: false,
    });
    await clock.advance(500);
    expect(peers.all).toHaveLength(2);
  });

  it('comes back by itself after the hub was away, with growing pauses', async () => {
    whep.next = 'unreachable';
    const viewer = open();
    await settle();
    expect(phase(viewer)).toBe('failed');
    await clock.advance(500);
    expect(whep.of('POST')).toHaveLength(2);
    await clock.advance(999);
    expect(whep.of('POST')).toHaveLength(2);
    await clock.advance(1);
    expect(whep.of('POST')).toHaveLength(3);
    whep.next = 'ok';
    await clock.advance(2_000);
    expect(phase(viewer)).toBe('connecting');
    peers.last.become('connected');
    expect(phase(viewer)).toBe('waiting');
  });

  it('gives up a connection that does not come about', async () => {
    const viewer = open();
    await clock.advance(8_000);
    expect(phase(viewer)).toBe('failed');
    await clock.advance(500);
    expect(peers.all).toHaveLength(2);
  });

  it.each([
    [404, 'stream.unknown'],
    [400, 'viewer.no_h264'],
  ])('does not ask again after %i, until somebody wants it', async (status, code) => {
    whep.next = status;
    whep.problem = JSON.stringify({ code, args: { id: 'cam 1' }, detail: 'words' });
    const viewer = open();
    await clock.advance(60_000);
    const refusal = { code, args: { id: 'cam 1' }, message: 'words' };
    expect(viewer.state.get()).toEqual({
      phase: 'failed',
      trouble: { kind: 'refused', refusal },
      final: true,
    });
    expect(whep.of('POST')).toHaveLength(1);
    whep.next = 'ok';
    viewer.retry();
    await settle();
    expect(phase(viewer)).toBe('connecting');
  });

  it("takes an answer that is not the hub's for a broken network", async () => {
    whep.next = 502;
    whep.problem = '<html>bad gateway</html>';
    const viewer = open();
    await settle();
    expect(viewer.state.get()).toMatchObject({ trouble: { kind: 'network' }, final: false });
  });

  it('asks again when no node is there', async () => {
    whep.next = 503;
    whep.problem = JSON.stringify({ code: 'media.no_node', args: {} });
    const viewer = open();
    await settle();
    expect(viewer.state.get()).toMatchObject({
      phase: 'failed',
      trouble: { refusal: { code: 'media.no_node' } },
      final: false,
    });
    await clock.advance(500);
    expect(whep.of('POST')).toHaveLength(2);
  });

  it('judges nothing while the page is hidden', async () => {
    const viewer = await playing();
    visible = false;
    await clock.advance(60_000);
    expect(phase(viewer)).toBe('playing');
    visible = true;
    await clock.advance(1_500);
    viewer.noteFrame();
    expect(phase(viewer)).toBe('playing');
    expect(peers.all).toHaveLength(1);
  });

  it('ends its session when it is closed, also one that was still being made', async () => {
    const viewer = open();
    void viewer.close();
    await settle();
    expect(peers.last.closed).toBe(true);
    expect(whep.of('DELETE')).toMatchObject([{ path: '/whep/sessions/s1' }]);
    await clock.advance(60_000);
    expect(whep.of('POST')).toHaveLength(1);
    expect(phase(viewer)).toBe('closed');
  });

  it('ends nothing that went with its camera', async () => {
    const viewer = await playing();
    source = 'gone';
    void viewer.close();
    await settle();
    expect(peers.last.closed).toBe(true);
    expect(whep.of('DELETE')).toEqual([]);
  });

  it('ends nothing that the other end has ended', async () => {
    await playing();
    peers.last.ended = true;
    peers.last.become('failed');
    await clock.advance(100);
    expect(whep.of('DELETE')).toEqual([]);
    expect(peers.all[0]?.closed).toBe(true);
  });

  it('asks no longer for a session that nobody waits for', async () => {
    whep.held = true;
    open();
    await clock.advance(7_900);
    const [asked] = whep.asked;
    expect(asked?.signal?.aborted).toBe(false);
    await clock.advance(200);
    expect(asked?.signal?.aborted).toBe(true);
  });

  it('tells the node before its connection ends, and does not wait for it for ever', async () => {
    const viewer = await playing();
    whep.held = true;
    void viewer.close();
    await settle();
    expect(whep.of('DELETE')).toHaveLength(1);
    expect(peers.last.closed).toBe(false);
    await clock.advance(1_000);
    expect(peers.last.closed).toBe(true);
  });
});
