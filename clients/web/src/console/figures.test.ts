import { create } from '@bufbuild/protobuf';
import { expect, test } from 'vitest';

import { at, uuid } from '../base/testing/entities';
import { FigureSchema, FigureSubject } from '../gen/muster/v1/figure_pb';
import { figureLines } from './figures';

const injured = (n: number, source: string, value: number, second: number, correctsId = '') =>
  create(FigureSchema, {
    id: uuid(n),
    subject: FigureSubject.INJURED,
    source,
    value,
    asOf: at(second),
    correctsId,
  });
const values = (series: Parameters<typeof figureLines>[0]) =>
  figureLines(series).map(({ figures }) => figures.map((it) => it.value));

test('the newest of each source holds, and sources that differ are told', () => {
  const series = [
    injured(1, 'hospital', 3, 1),
    injured(2, 'police', 5, 2),
    injured(3, 'hospital', 4, 3),
  ];
  expect(values(series)).toEqual([[4, 5]]);
  expect(figureLines(series)[0]?.contradictory).toBe(true);
});

test('a correction takes the place of what it corrects, even of a newer one', () => {
  const series = [injured(1, 'hospital', 30, 9), injured(2, 'hospital', 3, 5, uuid(1))];
  expect(values(series)).toEqual([[3]]);
  expect(figureLines(series)[0]?.contradictory).toBe(false);
});
