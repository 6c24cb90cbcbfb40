import { expect, test } from 'vitest';

import { titleThatFits } from './room_title';

test('a title keeps whole signs within what the hub takes', () => {
  expect(titleThatFits('  Flood briefing ')).toBe('Flood briefing');
  expect(titleThatFits('x'.repeat(201))).toBe('x'.repeat(200));
  expect(titleThatFits('会'.repeat(70))).toBe('会'.repeat(66));
  expect(titleThatFits('   ')).toBe('');
});
