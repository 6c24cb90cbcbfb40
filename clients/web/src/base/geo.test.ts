import { describe, expect, it } from 'vitest';

import { bearingDeg, distanceM, windOf } from './geo';

describe('geo', () => {
  const harbour = { latDeg: 38.93, lonDeg: 121.65 };

  it('measures distance and direction', () => {
    const oneMinuteNorth = { latDeg: 38.93 + 1 / 60, lonDeg: 121.65 };
    expect(distanceM(harbour, oneMinuteNorth)).toBeCloseTo(1853.2, 0);
    expect(bearingDeg(harbour, oneMinuteNorth)).toBeCloseTo(0, 6);
    expect(bearingDeg(harbour, { latDeg: 38.93, lonDeg: 121.6 })).toBeCloseTo(270, 0);
    expect(distanceM(harbour, harbour)).toBe(0);
  });

  it('names the wind', () => {
    expect([0, 44, 90, 181, 300, 359].map(windOf)).toEqual(['n', 'ne', 'e', 's', 'nw', 'n']);
  });
});
