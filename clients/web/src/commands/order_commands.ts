import { OrderStatus } from '../gen/muster/v1/order_pb';
import type { Text, TextKey } from '../i18n/text';
import { isEnded, nextSteps, type StepStatus } from '../outbox/steps';
import type { Command, Scene } from './command';
import { mayAnswer, mayDispatch } from './roles';

const ended = ({ order }: Scene): Text | undefined =>
  order && isEnded(order.status) ? { key: 'disabled.ended' } : undefined;

const step = (id: string, label: TextKey, to: StepStatus): Command => ({
  id,
  label,
  available: ({ role, order }) => order !== undefined && mayAnswer(role),
  disabled: (scene) =>
    ended(scene) ??
    (scene.order && !nextSteps(scene.order.status).includes(to)
      ? { key: 'disabled.already' }
      : undefined),
  run: ({ order }, acts) => {
    if (order) void acts.stepOrder(order, to);
  },
});

export const orderCommands: Command[] = [
  step('order.acknowledge', 'command.order.acknowledge', OrderStatus.ACKNOWLEDGED),
  step('order.accept', 'command.order.accept', OrderStatus.ACCEPTED),
  step('order.en_route', 'command.order.en_route', OrderStatus.EN_ROUTE),
  step('order.on_scene', 'command.order.on_scene', OrderStatus.ON_SCENE),
  step('order.complete', 'command.order.complete', OrderStatus.COMPLETE),
  {
    id: 'order.recall',
    label: 'command.order.recall',
    available: ({ role, order }) => order !== undefined && mayDispatch(role),
    disabled: ended,
    run: ({ order }, acts) => {
      if (order) void acts.recallOrder(order);
    },
  },
];
