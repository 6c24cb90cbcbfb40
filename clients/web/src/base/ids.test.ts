import { describe, expect, it } from 'vitest';

import { idBytes, idText, makeId } from './ids';

describe('ids', () => {
  it('are UUIDs of version 7 that sort by time', () => {
    const early = makeId(1_700_000_000_000);
    const late = makeId(1_700_000_000_001);
    expect(early).toMatch(/^018bcfe5-6800-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(early < late).toBe(true);
    expect(idText(idBytes(early) ?? new Uint8Array())).toBe(early);
    expect(idBytes('no')).toBeUndefined();
    expect(idBytes(`${early}0`)).toBeUndefined();
  });
});
