import { describe, expect, it } from 'vitest';

import { clockText, fromMs, toMs } from './time';

describe('times', () => {
  it('go there and back', () => {
    expect(toMs(fromMs(1_700_000_000_123))).toBe(1_700_000_000_123);
    expect(toMs(fromMs(-1))).toBe(-1);
    expect(toMs(undefined)).toBeUndefined();
  });

  it('name the day only when it is another', () => {
    const noon = new Date(2026, 10, 24, 12, 0, 5).getTime();
    expect(clockText(noon, noon + 60_000)).toBe('12:00:05');
    expect(clockText(noon, noon + 86_400_000)).toBe('11-24 12:00:05');
  });
});
