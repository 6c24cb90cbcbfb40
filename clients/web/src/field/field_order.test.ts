import { Code } from '@connectrpc/connect';
import { create, toBinary } from '@bufbuild/protobuf';
import { describe, expect, it } from 'vitest';

import { order } from '../base/testing/entities';
import { OrderStatus } from '../gen/muster/v1/order_pb';
import {
  AcknowledgeOrderRequestSchema,
  DeclineOrderRequestSchema,
  OrderService,
} from '../gen/muster/v1/order_service_pb';
import type { Act } from '../outbox/act';
import { methodName } from '../outbox/methods';
import { steps, type StepStatus } from '../outbox/steps';
import { refusal } from '../outbox/testing';
import { mayDecline, offeredSteps, statusWithPending } from './field_order';

const base: Omit<Act, 'method' | 'body'> = {
  requestId: 'r',
  sequence: 1,
  personId: 'p',
  doneAtMs: 0,
  label: { key: 'act.accept_order' },
};

const stepAct = (id: string, to: StepStatus): Act => ({
  ...base,
  method: methodName(steps[to].method),
  body: toBinary(AcknowledgeOrderRequestSchema, create(AcknowledgeOrderRequestSchema, { id })),
});

const declineAct = (id: string): Act => ({
  ...base,
  method: methodName(OrderService.method.declineOrder),
  body: toBinary(DeclineOrderRequestSchema, create(DeclineOrderRequestSchema, { id, reason: 'x' })),
});

const delivered = order({ id: 'o', status: OrderStatus.DELIVERED }).value;

describe('statusWithPending', () => {
  it('counts what waits to be sent for this order', () => {
    const acts = [
      stepAct('o', OrderStatus.ACKNOWLEDGED),
      stepAct('other', OrderStatus.COMPLETE),
      stepAct('o', OrderStatus.ACCEPTED),
    ];
    expect(statusWithPending(delivered, acts)).toBe(OrderStatus.ACCEPTED);
    expect(statusWithPending(delivered, [])).toBe(OrderStatus.DELIVERED);
    expect(statusWithPending(delivered, [declineAct('o')])).toBe(OrderStatus.DECLINED);
  });

  it('never goes backward, and forgets what was refused', () => {
    const onScene = order({ id: 'o', status: OrderStatus.ON_SCENE }).value;
    const late = stepAct('o', OrderStatus.ACCEPTED);
    expect(statusWithPending(onScene, [late])).toBe(OrderStatus.ON_SCENE);
    const refused = {
      ...stepAct('o', OrderStatus.COMPLETE),
      refusal: refusal(Code.FailedPrecondition),
    };
    expect(statusWithPending(onScene, [refused])).toBe(OrderStatus.ON_SCENE);
    const recalled = order({ id: 'o', status: OrderStatus.RECALLED }).value;
    expect(statusWithPending(recalled, [late])).toBe(OrderStatus.RECALLED);
  });
});

describe('what is offered', () => {
  it('is what a person can say, the next step first', () => {
    expect(offeredSteps(OrderStatus.ISSUED)[0]).toBe(OrderStatus.ACKNOWLEDGED);
    expect(offeredSteps(OrderStatus.EN_ROUTE)).toEqual([
      OrderStatus.ON_SCENE,
      OrderStatus.COMPLETE,
    ]);
    expect(offeredSteps(OrderStatus.DECLINED)).toEqual([]);
  });

  it('includes a no until there was a yes', () => {
    expect(mayDecline(OrderStatus.ISSUED)).toBe(true);
    expect(mayDecline(OrderStatus.ACKNOWLEDGED)).toBe(true);
    expect(mayDecline(OrderStatus.ACCEPTED)).toBe(false);
    expect(mayDecline(OrderStatus.RECALLED)).toBe(false);
  });
});
