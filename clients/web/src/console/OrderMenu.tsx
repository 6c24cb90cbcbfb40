import { Menu } from '@mantine/core';

import { type Order, OrderStatus } from '../gen/muster/v1/order_pb';
import { type TextKey, useText } from '../i18n/text';
import { nextSteps, type StepStatus } from '../outbox/steps';
import { useApp } from '../ui/app_context';

const onBehalfText: Record<StepStatus, TextKey> = {
  [OrderStatus.DELIVERED]: 'console.orders.delivered_by_voice',
  [OrderStatus.ACKNOWLEDGED]: 'command.order.acknowledge',
  [OrderStatus.ACCEPTED]: 'command.order.accept',
  [OrderStatus.EN_ROUTE]: 'command.order.en_route',
  [OrderStatus.ON_SCENE]: 'command.order.on_scene',
  [OrderStatus.COMPLETE]: 'command.order.complete',
};

/** Answers that came by voice, and taking the order back. */
export function OrderMenu({ order, team }: { order: Order; team: string }) {
  const { acts } = useApp();
  const { t } = useText();
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <button
          type="button"
          className="quiet-button"
          aria-label={t('console.orders.more', { team })}
        >
          {'⋯'}
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t('console.orders.answer_for', { team })}</Menu.Label>
        {nextSteps(order.status).map((step) => (
          <Menu.Item key={step} onClick={() => void acts.stepOrder(order, step)}>
            {t(onBehalfText[step])}
          </Menu.Item>
        ))}
        <Menu.Item
          onClick={() => void acts.declineOrder(order, t('console.orders.declined_by_voice'))}
        >
          {t('command.order.decline')}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item onClick={() => void acts.recallOrder(order)}>
          {t('command.order.recall')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
