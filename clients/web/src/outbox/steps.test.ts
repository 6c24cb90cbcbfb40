import { describe, expect, it } from 'vitest';

import { OrderStatus } from '../gen/muster/v1/order_pb';
import { methodName, methodOf } from './methods';
import { isEnded, nextSteps, steps } from './steps';

describe('steps of an order', () => {
  it('follow one another forward, and skipping is possible', () => {
    expect(nextSteps(OrderStatus.ACCEPTED)).toEqual([
      OrderStatus.EN_ROUTE,
      OrderStatus.ON_SCENE,
      OrderStatus.COMPLETE,
    ]);
    expect(nextSteps(OrderStatus.ISSUED)[0]).toBe(OrderStatus.DELIVERED);
  });

  it('end with completion, refusal, recall and expiry', () => {
    for (const status of [
      OrderStatus.COMPLETE,
      OrderStatus.DECLINED,
      OrderStatus.RECALLED,
      OrderStatus.EXPIRED,
    ]) {
      expect(isEnded(status)).toBe(true);
      expect(nextSteps(status)).toEqual([]);
    }
  });

  it('name methods that can be found again, with the same fields in every request', () => {
    const fields = (method: { input: { fields: readonly { name: string; number: number }[] } }) =>
      method.input.fields.map(({ name, number }) => `${name}=${number}`);
    const wanted = ['request_id=1', 'id=2', 'device_at=3', 'clock_offset_ms=4'];
    for (const { method } of Object.values(steps)) {
      expect(methodOf(methodName(method))).toBe(method);
      expect(fields(method)).toEqual(wanted);
    }
  });
});
