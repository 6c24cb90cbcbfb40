import { expect, test } from 'vitest';

import { peopleShare, tileWidth, waysOf } from './tile_grid';

test('every way of laying tiles out holds all of them and wastes no row', () => {
  for (let n = 1; n <= 66; n += 1) {
    const ways = waysOf(n);
    expect(ways.length).toBe(n);
    for (const { columns, rows } of ways) {
      expect(columns * rows).toBeGreaterThanOrEqual(n);
      expect(columns * (rows - 1)).toBeLessThan(n);
    }
  }
});

test('a tile is as wide as the best way lets it be', () => {
  expect(tileWidth(2)).toBe(
    'max(0px, min((100cqw - 0px) / 1, (100cqh - 3px) / 2 * 16 / 9), ' +
      'min((100cqw - 3px) / 2, (100cqh - 0px) / 1 * 16 / 9))',
  );
});

test('people below cameras never get more than half', () => {
  for (const people of [1, 4, 5, 8, 9, 16, 17, 50]) {
    expect(parseFloat(peopleShare(people))).toBeLessThan(50);
  }
});
