// @vitest-environment jsdom
import { beforeAll, expect, test } from 'vitest';

import { at, logLine, uuid } from '../base/testing/entities';
import { MemoryValues } from '../base/testing/memory_values';
import { reason } from '../base/testing/values';
import { toMs } from '../base/time';
import type { LogLine } from '../gen/muster/v1/incident_pb';
import { type Language, startLanguage, wordsOf } from '../i18n/text';
import { timelineRows } from './timeline';

beforeAll(() => startLanguage(new MemoryValues().windowOf()));

const line = (init: Parameters<typeof logLine>[0]) => logLine(init).value as LogLine;
const rows = (language: Language, ...lines: LogLine[]) =>
  timelineRows(lines, wordsOf(language), toMs(at(1000)));

const reported = line({
  id: uuid(1),
  at: at(10),
  actorName: 'seat-02 02席',
  reason: reason('log.incident_reported', { incident: 'L2104', type: 'forest-fire' }),
});
const overdue = line({
  id: uuid(2),
  at: at(80),
  reason: reason('log.order_overdue', { team: '港区派出所', within_s: '60' }),
});
const written = line({ id: uuid(3), at: at(90), actorName: '02席', text: '报警人：三层有人' });

test('lines are shown newest first, each in the language of the page', () => {
  const zh = rows('zh', reported, overdue, written);
  expect(zh.map((row) => row.id)).toEqual([uuid(3), uuid(2), uuid(1)]);
  expect(zh[2]?.sentence).toBe('事件 L2104 已接报：森林火灾。');
  const en = rows('en', reported, overdue, written);
  expect(en[2]?.sentence).toContain('forest fire');
  expect(en[1]?.sentence).toContain('港区派出所');
  expect(en[1]?.sentence).not.toBe(zh[1]?.sentence);
});

test('what somebody wrote stays as it was written, with the name', () => {
  const [row] = rows('en', written);
  expect(row).toMatchObject({ sentence: '报警人：三层有人', who: '02席', written: true });
});

test('what no person did is the hub’s', () => {
  expect(rows('zh', overdue)[0]?.who).toBe('系统');
  expect(rows('en', overdue)[0]?.who).toBe('Hub');
});

test('a code that this build does not know is shown as it is, not hidden', () => {
  const unknown = line({ id: uuid(4), at: at(1), reason: reason('log.later', { a: '1' }) });
  expect(rows('en', unknown)[0]?.sentence).toBe('log.later a=1');
});

test('what reached the hub late says when it happened', () => {
  const late = line({ id: uuid(5), at: at(100), deviceAt: at(40), text: 'x' });
  const soon = line({ id: uuid(6), at: at(100), deviceAt: at(98), text: 'x' });
  expect(rows('en', late)[0]?.happened).not.toBe('');
  expect(rows('en', soon)[0]?.happened).toBe('');
});

test('an author whom the sentence names is not named twice', () => {
  const own = line({
    id: uuid(7),
    at: at(1),
    actorName: 'fire-1 消防一站 终端',
    reason: reason('log.order_accepted', { team: '消防一站' }),
  });
  expect(rows('zh', own)[0]?.who).toBe('');
});
