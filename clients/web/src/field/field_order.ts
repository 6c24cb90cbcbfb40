// The team's orders as the phone shows them: with what was done here and has not reached the hub yet.
import { fromBinary } from '@bufbuild/protobuf';

import { type Order, OrderStatus } from '../gen/muster/v1/order_pb';
import {
  AcknowledgeOrderRequestSchema,
  DeclineOrderRequestSchema,
  OrderService,
} from '../gen/muster/v1/order_service_pb';
import type { Act } from '../outbox/act';
import { methodName } from '../outbox/methods';
import { isEnded, nextSteps, stepOrder, steps, type StepStatus } from '../outbox/steps';

const stepOfMethod = new Map(
  nextSteps(OrderStatus.ISSUED).map((status) => [methodName(steps[status].method), status]),
);
const declineMethod = methodName(OrderService.method.declineOrder);

/** The status that the order will have once the outbox is empty. */
export function statusWithPending(order: Order, acts: readonly Act[]): OrderStatus {
  let status = order.status;
  for (const act of acts) {
    const next = pendingStatus(act, order.id);
    if (next !== undefined && !isEnded(status) && isForward(status, next)) status = next;
  }
  return status;
}

function pendingStatus(act: Act, orderId: string): OrderStatus | undefined {
  if (act.refusal) return undefined;
  if (act.method === declineMethod) {
    const { id } = fromBinary(DeclineOrderRequestSchema, act.body);
    return id === orderId ? OrderStatus.DECLINED : undefined;
  }
  const step = stepOfMethod.get(act.method);
  // Every answering request has the fields of this one.
  return step !== undefined && fromBinary(AcknowledgeOrderRequestSchema, act.body).id === orderId
    ? step
    : undefined;
}

function isForward(from: OrderStatus, to: OrderStatus): boolean {
  return to === OrderStatus.DECLINED || nextSteps(from).some((step) => step === to);
}

/** What a person may press: delivery is the device's own. */
export function offeredSteps(status: OrderStatus): StepStatus[] {
  return nextSteps(status).filter((step) => step !== OrderStatus.DELIVERED);
}

/** A team may say no until it has said yes. */
export function mayDecline(status: OrderStatus): boolean {
  return !isEnded(status) && place(status) < place(OrderStatus.ACCEPTED);
}

const place = (status: OrderStatus) => stepOrder.findIndex((step) => step === status);
