// @vitest-environment jsdom
import { create, toBinary } from '@bufbuild/protobuf';
import { Code } from '@connectrpc/connect';
import { beforeAll, expect, test } from 'vitest';

import { MemoryValues } from '../base/testing/memory_values';
import { AddLogLineRequestSchema, IncidentService } from '../gen/muster/v1/incident_service_pb';
import { IssueOrderRequestSchema, OrderService } from '../gen/muster/v1/order_service_pb';
import { startLanguage, wordsOf } from '../i18n/text';
import type { Act } from '../outbox/act';
import { methodName } from '../outbox/methods';
import { refusal } from '../outbox/testing';
import { waitingLines } from './waiting_lines';

beforeAll(() => startLanguage(new MemoryValues().windowOf()));

const act = (requestId: string, change: Partial<Act>): Act => ({
  requestId,
  sequence: 1,
  personId: 'p',
  method: methodName(IncidentService.method.addLogLine),
  body: new Uint8Array(),
  doneAtMs: 7,
  label: { key: 'act.add_log_line' },
  ...change,
});
const line = (incidentId: string, text: string) =>
  toBinary(AddLogLineRequestSchema, create(AddLogLineRequestSchema, { incidentId, text }));

test('lines and orders of the incident wait in its timeline, those refused do not', () => {
  const acts = [
    act('a', { body: line('i', 'three on the roof') }),
    act('b', { body: line('other', 'elsewhere') }),
    act('c', { body: line('i', 'refused'), refusal: refusal(Code.NotFound, 'incident.unknown') }),
    act('d', {
      method: methodName(OrderService.method.issueOrder),
      body: toBinary(IssueOrderRequestSchema, create(IssueOrderRequestSchema, { incidentId: 'i' })),
      label: { key: 'act.issue_order', args: { team: 'Fire 3' } },
    }),
  ];
  expect(waitingLines(acts, 'i', wordsOf('en'))).toEqual([
    { id: 'd', doneAtMs: 7, sentence: 'Order to Fire 3' },
    { id: 'a', doneAtMs: 7, sentence: 'three on the roof' },
  ]);
});
