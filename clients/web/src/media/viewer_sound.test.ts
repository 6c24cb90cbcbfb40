import { beforeEach, describe, expect, it } from 'vitest';

import { settle, TurnableClock } from '../base/testing/turnable_clock';
import type { Source } from './ports';
import { FakePeers, FakeWhep } from './testing';
import { Viewer } from './viewer';

let clock: TurnableClock;
let peers: FakePeers;
let whep: FakeWhep;
let source: Source;

beforeEach(() => {
  clock = new TurnableClock();
  peers = new FakePeers();
  whep = new FakeWhep();
  source = 'flowing';
});

const phase = (viewer: Viewer) => viewer.state.get().phase;

async function connected(): Promise<Viewer> {
  const viewer = new Viewer(
    'person',
    {
      clock,
      http: whep.http,
      makePeer: peers.make,
      random: () => 1,
      source: () => source,
      pageVisible: () => false,
    },
    { sound: true },
  );
  await settle();
  peers.last.become('connected');
  return viewer;
}

let bytes = 0;
/** Packets come, ten a second, of which some are missed. */
async function hear(ms: number, { missed = 0 } = {}): Promise<void> {
  for (let passed = 0; passed < ms; passed += 100) {
    bytes += 100;
    const before = peers.last.stats['inbound-rtp']?.['packetsLost'] ?? 0;
    peers.last.stats['inbound-rtp'] = {
      bytesReceived: bytes,
      packetsReceived: bytes / 100,
      packetsLost: before + missed,
    };
    await clock.advance(100);
  }
}

describe('a viewer of a person', () => {
  it('has picture and sound in one session', async () => {
    const viewer = await connected();
    expect(whep.of('POST')).toHaveLength(1);
    expect(viewer.stream.get()).toEqual({ of: 'answer of s1' });
    expect(viewer.sound.get()).toEqual({ of: 'answer of s1' });
  });

  it('plays while anything comes, though no tile shows a frame', async () => {
    const viewer = await connected();
    expect(phase(viewer)).toBe('waiting');
    await hear(20_000);
    expect(phase(viewer)).toBe('playing');
    expect(viewer.frameAgeMs()).toBeUndefined();
    expect(peers.all).toHaveLength(1);
  });

  it('waits in peace for who is muted and shows nothing', async () => {
    const viewer = await connected();
    await hear(3_000);
    source = 'silent';
    await clock.advance(60_000);
    expect(phase(viewer)).toBe('waiting');
    expect(peers.all).toHaveLength(1);
    await hear(1_500);
    expect(phase(viewer)).toBe('playing');
  });

  it('opens another session when what flows to the node does not come here', async () => {
    const viewer = await connected();
    await hear(3_000);
    await clock.advance(4_000);
    expect(phase(viewer)).toBe('stalled');
    await clock.advance(4_000);
    expect(peers.all).toHaveLength(2);
  });

  it('opens another session when its node came back with nothing', async () => {
    const viewer = await connected();
    await hear(2_000);
    source = 'no_node';
    await clock.advance(1_200);
    source = 'silent';
    await clock.advance(1_000);
    expect(peers.all).toHaveLength(2);
    expect(whep.of('DELETE')).toEqual([]);
    expect(phase(viewer)).toBe('connecting');
  });

  it('keeps its session when only the line between node and hub broke', async () => {
    await connected();
    await hear(2_000);
    source = 'no_node';
    await hear(2_000);
    source = 'flowing';
    await hear(5_000);
    expect(peers.all).toHaveLength(1);
  });

  it('knows how loud it is, by the packets or by what was decoded', async () => {
    const viewer = await connected();
    expect(viewer.level()).toBe(0);
    peers.last.stats['inbound-rtp'] = { bytesReceived: 1 };
    await clock.advance(500);
    peers.last.stats['inbound-rtp'] = { totalAudioEnergy: 0.125, totalSamplesDuration: 0.5 };
    await clock.advance(500);
    expect(viewer.level()).toBe(0.5);
    peers.last.level = 0.25;
    expect(viewer.level()).toBe(0.25);
  });

  it('knows what share is missed', async () => {
    const viewer = await connected();
    await hear(2_500);
    expect(viewer.missedShare()).toBe(0);
    await hear(2_000, { missed: 1 });
    expect(viewer.missedShare()).toBe(0.5);
    await clock.advance(2_000);
    expect(viewer.missedShare()).toBeUndefined();
  });
});
