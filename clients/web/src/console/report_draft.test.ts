import { expect, test } from 'vitest';

import { IncidentType } from '../gen/muster/v1/incident_pb';
import {
  coordinatesText,
  emptyDraft,
  missingIn,
  parseCoordinates,
  type ReportDraft,
  typeForKey,
  typeKeys,
} from './report_draft';

const whole: ReportDraft = {
  ...emptyDraft,
  type: IncidentType.FIRE,
  coordinates: '30.01, 123.92',
};

test.each([
  ['30.01, 123.92', { latDeg: 30.01, lonDeg: 123.92 }],
  ['30.01 123.92', { latDeg: 30.01, lonDeg: 123.92 }],
  ['  -30，-123.5 ', { latDeg: -30, lonDeg: -123.5 }],
])('coordinates may be typed as %j', (text, expected) => {
  expect(parseCoordinates(text)).toEqual(expected);
});

test.each([
  '',
  '30',
  '30,',
  'a, b',
  '91, 0',
  '0, 181',
  '1, 2, 3',
  'NaN, 1',
  '1e5, 1',
  'Infinity 0',
])('%j is no place', (text) => {
  expect(parseCoordinates(text)).toBeUndefined();
});

test('coordinates that were filled in can be read back', () => {
  expect(parseCoordinates(coordinatesText({ latDeg: 29.99821, lonDeg: 123.93697 }))).toEqual({
    latDeg: 29.99821,
    lonDeg: 123.93697,
  });
});

test('type and coordinates are needed; place and text have bounds in bytes', () => {
  expect(missingIn(whole)).toBeUndefined();
  expect(missingIn({ ...whole, type: IncidentType.UNSPECIFIED })).toBe('type');
  expect(missingIn({ ...whole, coordinates: '' })).toBe('coordinates');
  expect(missingIn({ ...whole, place: '港'.repeat(67) })).toBe('place');
  expect(missingIn({ ...whole, text: '港'.repeat(1334) })).toBe('text');
  expect(missingIn({ ...whole, place: '港'.repeat(66), text: 'x'.repeat(4000) })).toBeUndefined();
});

test('every type has a digit and a letter of its own', () => {
  expect(new Set(typeKeys.map(([, letter]) => letter)).size).toBe(typeKeys.length);
  typeKeys.forEach(([type, letter], i) => {
    expect(typeForKey(String(i + 1))).toBe(type);
    expect(typeForKey(letter.toLowerCase())).toBe(type);
  });
  expect(['0', 'x', 'Enter', '10'].map(typeForKey)).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});
