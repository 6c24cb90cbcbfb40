import { expect, it } from 'vitest';

import { settle } from '../base/testing/turnable_clock';
import { Value } from '../base/value';
import { Loudspeaker } from './loudspeaker';
import { FakePlayers } from './testing';

const streamOf = (name: string) => ({ name }) as unknown as MediaStream;

it('plays each new stream of a person, and is silent after the last', async () => {
  const players = new FakePlayers();
  const loudspeaker = new Loudspeaker(players.make);
  const sound = new Value<MediaStream | undefined>(undefined);
  const stop = loudspeaker.attach(sound);
  expect(players.playing.size).toBe(0);
  sound.set(streamOf('a'));
  await settle();
  expect([...players.playing]).toEqual([{ name: 'a' }]);
  stop();
  expect(players.playing.size).toBe(0);
  sound.set(streamOf('b'));
  expect(players.playing.size).toBe(0);
});

it('says that a click is wanted until it came, or nothing waits for one any more', async () => {
  const players = new FakePlayers();
  const loudspeaker = new Loudspeaker(players.make);
  players.wantsClick = true;
  const stops = ['a', 'b'].map((name) => loudspeaker.attach(new Value(streamOf(name))));
  await settle();
  expect(loudspeaker.blocked.get()).toBe(true);
  stops[0]?.();
  expect(loudspeaker.blocked.get()).toBe(true);
  stops[1]?.();
  expect(loudspeaker.blocked.get()).toBe(false);

  loudspeaker.attach(new Value(streamOf('c')));
  await settle();
  expect(loudspeaker.blocked.get()).toBe(true);
  players.wantsClick = false;
  loudspeaker.playAll();
  await settle();
  expect(loudspeaker.blocked.get()).toBe(false);
});
