import { expect, test } from 'vitest';

import { titleThatFits, titleTooLongBy } from './room_title';

test('a title keeps whole signs within what the hub takes', () => {
  expect(titleThatFits('  Flood briefing ')).toBe('Flood briefing');
  expect(titleThatFits('x'.repeat(201))).toBe('x'.repeat(200));
  expect(titleThatFits('会'.repeat(70))).toBe('会'.repeat(66));
  expect(titleThatFits('   ')).toBe('');
});

test('what is too much is counted in signs', () => {
  expect(titleTooLongBy(' Flood briefing ')).toBe(0);
  expect(titleTooLongBy('x'.repeat(203))).toBe(3);
  expect(titleTooLongBy('会'.repeat(70))).toBe(4);
});
