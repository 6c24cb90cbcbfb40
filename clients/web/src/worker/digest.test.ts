import { describe, expect, it } from 'vitest';

import { entityDigest, LaneDigest } from './digest';

// Computed by an implementation of its own (Python): FNV-1a-64 over kind, id, version little endian.
const id = '0191d3a0-7f4e-7c11-9a59-3f0d5c0a2b10';
const incidentVersion7 = 0x68c02b57d7c77b8cn;
const positionVersionDeadbeef = 0x26d294b3adcfcec2n;

describe('entityDigest', () => {
  it('gives the fixed vectors', () => {
    expect(entityDigest(1, id, 7)).toBe(incidentVersion7);
    expect(entityDigest(100, id, 0xdeadbeef)).toBe(positionVersionDeadbeef);
    expect(entityDigest(1, id.toUpperCase(), 7)).toBe(incidentVersion7);
  });
});

describe('LaneDigest', () => {
  it('wraps at 2^64 and forgets what is removed, in any order', () => {
    const lane = new LaneDigest();
    lane.add(incidentVersion7);
    lane.add(positionVersionDeadbeef);
    expect(lane.sum).toBe(0x8f92c00b85974a4en);
    lane.add(0xffffffffffffffffn);
    expect(lane.sum).toBe(0x8f92c00b85974a4dn);
    lane.remove(incidentVersion7);
    lane.remove(0xffffffffffffffffn);
    expect(lane.sum).toBe(positionVersionDeadbeef);
    expect(lane.count).toBe(1n);
  });
});
