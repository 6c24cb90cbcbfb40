import { type SubmitEvent, useState } from 'react';

import type { Order } from '../gen/muster/v1/order_pb';
import { type TextKey, useText } from '../i18n/text';
import { useApp } from '../ui/app_context';

const usual: TextKey[] = [
  'field.decline.vehicle',
  'field.decline.crew',
  'field.decline.busy',
  'field.decline.distance',
];
/** 500 bytes at most, and a Chinese character has three. */
const maxLength = 160;

/** Why not: one tap on a usual reason, or in one's own words. */
export function DeclineForm({ order, onDone }: { order: Order; onDone: () => void }) {
  const { acts } = useApp();
  const { t } = useText();
  const [reason, setReason] = useState('');

  function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    onDone();
    void acts.declineOrder(order, reason.trim());
  }

  return (
    <form className="col decline" aria-label={t('field.decline_title')} onSubmit={submit}>
      <div className="decline-usual">
        {usual.map((key) => (
          <button key={key} type="button" onClick={() => setReason(t(key))}>
            {t(key)}
          </button>
        ))}
      </div>
      <label className="col">
        <span className="muted">{t('field.decline_reason')}</span>
        <textarea
          rows={2}
          required
          maxLength={maxLength}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
      </label>
      <button type="submit" className="big" disabled={reason.trim() === ''}>
        {t('field.decline_send')}
      </button>
      <button type="button" onClick={onDone}>
        {t('field.cancel')}
      </button>
    </form>
  );
}
