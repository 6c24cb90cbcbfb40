// What was done and has not reached the hub, and what the hub refused. A refusal stays until it was read.
import { Button } from '@mantine/core';

import { useValue } from '../base/value';
import { useText } from '../i18n/text';
import type { Act } from '../outbox/act';
import { useApp } from './app_context';
import './outbox_notes.css';

export function OutboxNotes() {
  const { outbox } = useApp();
  const { t } = useText();
  const acts = useValue(outbox.acts);
  const trouble = useValue(outbox.trouble);
  const refused = acts.filter((act) => act.refusal);
  // A moment between storing and sending is no news.
  const waiting = trouble ? acts.length - refused.length : 0;
  if (waiting === 0 && refused.length === 0) return null;
  return (
    <section className="outbox-notes" aria-label={t('outbox.label')}>
      {waiting > 0 ? (
        <p role="status" className="outbox-note late num">
          {t('outbox.waiting', { n: waiting })}
        </p>
      ) : null}
      {refused.map((act) => (
        <RefusedAct key={act.requestId} act={act} />
      ))}
    </section>
  );
}

function RefusedAct({ act }: { act: Act }) {
  const { outbox } = useApp();
  const { t, sayRefusal } = useText();
  return (
    <div role="alert" className="outbox-note late">
      <div className="grow">
        <strong>{t('outbox.refused', { act: t(act.label.key, act.label.args) })}</strong>
        <p>{act.refusal ? sayRefusal(act.refusal) : null}</p>
      </div>
      <Button
        size="compact-sm"
        className="outbox-read"
        onClick={() => void outbox.dismiss(act.requestId)}
      >
        {t('outbox.dismiss')}
      </Button>
    </div>
  );
}
