import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

import { districtAt, findPlaces, metresBetween, placeNear, readCity } from './city';

const file: unknown = JSON.parse(readFileSync('../city/map.geojson', 'utf8'));
const city = readCity(file);

test('the installed map has districts, and places with a name in both languages', () => {
  expect(city.districts).toHaveLength(5);
  expect(city.places.length).toBeGreaterThan(40);
  expect(city.places.every((place) => place.nameZh !== '' && place.nameEn !== '')).toBe(true);
});

test('a place is found by part of its name in either language, beginnings first', () => {
  expect(findPlaces(city, '码头3', 5)[0]?.nameEn).toBe('Dock Warehouse 3');
  expect(findPlaces(city, 'pier', 3).map((place) => place.nameEn)).toEqual([
    'Pier 1',
    'Pier 2',
    'Pier 3',
  ]);
  expect(findPlaces(city, '  ', 5)).toEqual([]);
  expect(findPlaces(city, 'no such place', 5)).toEqual([]);
});

test('a point belongs to a district, or to none at sea', () => {
  const dock = findPlaces(city, '码头3号仓库', 1)[0];
  expect(dock && districtAt(city, dock.latDeg, dock.lonDeg)?.nameEn).toBe('Harbour');
  expect(districtAt(city, 29.96, 123.95)).toBeUndefined();
});

test('a click near a known place means the place', () => {
  const dock = findPlaces(city, '码头3号仓库', 1)[0];
  expect(dock && placeNear(city, dock.latDeg + 0.0005, dock.lonDeg, 150)?.nameZh).toBe(
    '码头3号仓库',
  );
  expect(dock && placeNear(city, dock.latDeg - 0.02, dock.lonDeg + 0.02, 150)).toBeUndefined();
});

test('a degree of latitude is 111 km', () => {
  const metres = metresBetween({ latDeg: 30, lonDeg: 123 }, { latDeg: 31, lonDeg: 123 });
  expect(Math.round(metres / 1000)).toBe(111);
});

test('a file that is no map of ours is refused', () => {
  expect(() => readCity({ muster_map: { format: 2 }, features: [] })).toThrow();
});

test('the map is what its generator makes', () => {
  const check = spawnSync(process.execPath, ['../city/make_map.mjs', '--check']);
  expect(check.stderr.toString()).toBe('');
  expect(check.status).toBe(0);
});
