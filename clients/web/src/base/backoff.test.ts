import { describe, expect, it } from 'vitest';

import { backoffMs } from './backoff';

describe('backoffMs', () => {
  it('doubles from half a second to five, half of it random', () => {
    expect([0, 1, 2, 3, 4, 50].map((n) => backoffMs(n, 1))).toEqual([
      500, 1000, 2000, 4000, 5000, 5000,
    ]);
    expect(backoffMs(4, 0)).toBe(2500);
  });
});
