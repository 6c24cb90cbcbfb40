import { expect, test } from 'vitest';

import { Differences, type MapFeature } from './differences';

const feature = (id: string, lonDeg: number, label: string): MapFeature => ({
  type: 'Feature',
  id,
  geometry: { type: 'Point', coordinates: [lonDeg, 30] },
  properties: { id, label },
});

test('what is new is added, what changed is updated by what changed, what is gone is removed', () => {
  const differences = new Differences();
  const now = new Map([
    ['a', feature('a', 1, 'A')],
    ['b', feature('b', 2, 'B')],
    ['c', feature('c', 3, 'C')],
  ]);
  const look = (...ids: string[]) => differences.step(ids, (id) => now.get(id));

  expect(look('a', 'b', 'c')?.add?.map((it) => it.id)).toEqual(['a', 'b', 'c']);

  now.set('a', feature('a', 1.5, 'A'));
  now.set('b', feature('b', 2, 'B late'));
  now.delete('c');
  expect(look('a', 'b', 'c')).toEqual({
    add: [],
    update: [
      { id: 'a', newGeometry: { type: 'Point', coordinates: [1.5, 30] } },
      { id: 'b', addOrUpdateProperties: [{ key: 'label', value: 'B late' }] },
    ],
    remove: ['c'],
  });
});

test('a touch that changes nothing on the map tells the map nothing', () => {
  const differences = new Differences();
  const same = () => feature('a', 1, 'A');
  differences.step(['a'], same);
  expect(differences.step(['a'], same)).toBeUndefined();
  expect(differences.step(['unknown'], () => undefined)).toBeUndefined();
});

test('after a rebuild, differences count from what was rebuilt', () => {
  const differences = new Differences();
  differences.step(['gone'], () => feature('gone', 0, ''));
  const all = differences.rebuild(['a'], () => feature('a', 1, 'A'));
  expect(all.features.map((it) => it.id)).toEqual(['a']);
  expect(differences.step(['gone'], () => undefined)).toBeUndefined();
  expect(differences.step(['a'], () => feature('a', 2, 'A'))?.update).toHaveLength(1);
});
