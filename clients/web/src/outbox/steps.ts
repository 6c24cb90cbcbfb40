// The steps of an order, and what a team answers with.
import { type Order, OrderStatus } from '../gen/muster/v1/order_pb';
import {
  type AcknowledgeOrderRequestSchema,
  OrderService,
} from '../gen/muster/v1/order_service_pb';
import type { TextKey } from '../i18n/text';
import type { ActMethod } from './methods';

export const stepOrder = [
  OrderStatus.ISSUED,
  OrderStatus.DELIVERED,
  OrderStatus.ACKNOWLEDGED,
  OrderStatus.ACCEPTED,
  OrderStatus.EN_ROUTE,
  OrderStatus.ON_SCENE,
  OrderStatus.COMPLETE,
] as const;

/** An agency's: 签收, 办理, 反馈, 办结. */
const agencySteps = [
  OrderStatus.ISSUED,
  OrderStatus.DELIVERED,
  OrderStatus.SIGNED,
  OrderStatus.IN_HAND,
  OrderStatus.FEEDBACK,
  OrderStatus.DONE,
] as const;

/** The way of an order: a team's, or that of an agency or of what gathers agencies' orders. */
export const stepsOf = (order: Order): readonly OrderStatus[] =>
  order.teamId === '' ? agencySteps : stepOrder;

export type StepStatus = Exclude<(typeof stepOrder)[number], OrderStatus.ISSUED>;

interface Step {
  method: ActMethod<typeof AcknowledgeOrderRequestSchema>;
  label: TextKey;
}

const step = (method: unknown, label: TextKey): Step => ({
  // All answering requests have the same fields (order_service.proto says so).
  method: method as Step['method'],
  label,
});

export const steps: Record<StepStatus, Step> = {
  [OrderStatus.DELIVERED]: step(OrderService.method.deliverOrder, 'act.deliver_order'),
  [OrderStatus.ACKNOWLEDGED]: step(OrderService.method.acknowledgeOrder, 'act.acknowledge_order'),
  [OrderStatus.ACCEPTED]: step(OrderService.method.acceptOrder, 'act.accept_order'),
  [OrderStatus.EN_ROUTE]: step(OrderService.method.reportEnRoute, 'act.report_en_route'),
  [OrderStatus.ON_SCENE]: step(OrderService.method.reportOnScene, 'act.report_on_scene'),
  [OrderStatus.COMPLETE]: step(OrderService.method.completeOrder, 'act.complete_order'),
};

/** Declined, recalled, expired, complete or done: nothing can follow. */
export function isEnded(status: OrderStatus): boolean {
  switch (status) {
    case OrderStatus.COMPLETE:
    case OrderStatus.DECLINED:
    case OrderStatus.RECALLED:
    case OrderStatus.EXPIRED:
    case OrderStatus.DONE:
      return true;
    case OrderStatus.UNSPECIFIED:
    case OrderStatus.ISSUED:
    case OrderStatus.DELIVERED:
    case OrderStatus.ACKNOWLEDGED:
    case OrderStatus.ACCEPTED:
    case OrderStatus.EN_ROUTE:
    case OrderStatus.ON_SCENE:
    case OrderStatus.SIGNED:
    case OrderStatus.IN_HAND:
    case OrderStatus.FEEDBACK:
      return false;
  }
}

/** The steps that may follow, the next one first. */
export function nextSteps(status: OrderStatus): StepStatus[] {
  if (isEnded(status)) return [];
  const at = stepOrder.findIndex((candidate) => candidate === status);
  return stepOrder.slice(Math.max(at, 0) + 1) as StepStatus[];
}
