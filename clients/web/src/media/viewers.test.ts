import { beforeEach, describe, expect, it } from 'vitest';

import { TurnableClock } from '../base/testing/turnable_clock';
import { FakePeers, FakeWhep } from './testing';
import { Viewers } from './viewers';

let clock: TurnableClock;
let viewers: Viewers;

beforeEach(() => {
  clock = new TurnableClock();
  viewers = new Viewers({
    clock,
    http: new FakeWhep().http,
    makePeer: new FakePeers().make,
    random: () => 1,
    source: () => 'silent',
    pageVisible: () => true,
  });
});

describe('Viewers', () => {
  it('share one viewer a stream', () => {
    expect(viewers.take('a')).toBe(viewers.take('a'));
    expect(viewers.take('b')).not.toBe(viewers.take('a'));
  });

  it('keep a viewer while a tile moves, and close it after the last one', async () => {
    const viewer = viewers.take('a');
    viewers.release('a');
    await clock.advance(500);
    expect(viewers.take('a')).toBe(viewer);
    await clock.advance(5_000);
    expect(viewer.state.get().phase).not.toBe('closed');
    viewers.release('a');
    await clock.advance(1_000);
    expect(viewer.state.get().phase).toBe('closed');
    expect(viewers.take('a')).not.toBe(viewer);
  });
});
