// The phone of a field team: its open order fills the screen, the one next step is the big button.
import { useState } from 'react';

import { useValue } from '../base/value';
import { OrderStatus } from '../gen/muster/v1/order_pb';
import { type TextKey, useText } from '../i18n/text';
import { isOpenOrder } from '../picture/facts';
import { useEntity } from '../picture/hooks';
import { useApp } from '../ui/app_context';
import { LanguageSwitch } from '../ui/LanguageSwitch';
import { LiveState } from '../ui/LiveState';
import { LogOut } from '../ui/LogOut';
import { LocationNote } from './LocationNote';
import { OrderPage } from './OrderPage';
import { PastOrders } from './PastOrders';
import { TeamPage } from './TeamPage';
import { useOrders } from './use_orders';
import './field.css';

const tabs = ['order', 'past', 'team'] as const;
type Tab = (typeof tabs)[number];
const tabText: Record<Tab, TextKey> = {
  order: 'field.tab.order',
  past: 'field.tab.past',
  team: 'field.tab.team',
};

export function Field() {
  const { session } = useApp();
  const loggedIn = useValue(session.current);
  const teamId = loggedIn?.person.teamId ?? '';
  if (teamId === '') return <NoTeam />;
  return <OfTeam teamId={teamId} post={loggedIn?.person.post ?? ''} />;
}

function OfTeam({ teamId, post }: { teamId: string; post: string }) {
  const { t } = useText();
  const team = useEntity('team', teamId);
  const [tab, setTab] = useState<Tab>('order');
  const open = useOrders(`orders.team/${teamId}`).filter(isOpenOrder);
  const unread = open.filter(({ status }) => status <= OrderStatus.DELIVERED).length;
  const [known, setKnown] = useState<readonly string[]>([]);
  // A new order is in front at once, whatever was looked at.
  if (open.some(({ id }) => !known.includes(id))) {
    setKnown(open.map(({ id }) => id));
    setTab('order');
  }
  return (
    <div className="field">
      <header className="field-head">
        <h1 className="cut grow">{team?.name ?? post}</h1>
        <LiveState />
        <LanguageSwitch />
      </header>
      <main className="field-main">
        {tab === 'order' ? <OrderPage teamId={teamId} /> : null}
        {tab === 'past' ? <PastOrders teamId={teamId} /> : null}
        {tab === 'team' ? <TeamPage teamId={teamId} /> : null}
      </main>
      <LocationNote />
      <nav className="field-tabs" aria-label={t('field.tabs')}>
        {tabs.map((name) => (
          <button
            key={name}
            type="button"
            aria-current={name === tab ? 'page' : undefined}
            onClick={() => setTab(name)}
          >
            {t(tabText[name])}
            {name === 'order' && unread > 0 ? (
              <span className="tab-badge num" aria-hidden="true">
                {unread}
              </span>
            ) : null}
          </button>
        ))}
      </nav>
    </div>
  );
}

function NoTeam() {
  const { t } = useText();
  return (
    <div className="field">
      <header className="field-head">
        <h1 className="grow">{t('app.title')}</h1>
        <LanguageSwitch />
      </header>
      <main className="field-empty">
        <p>{t('login.no_team')}</p>
        <p>
          <a className="other-door" href="/">
            {t('field.to_console')}
          </a>
        </p>
        <LogOut />
      </main>
    </div>
  );
}
