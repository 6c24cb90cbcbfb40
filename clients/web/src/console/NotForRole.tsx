import { useNavigate } from 'react-router';

import { roleText } from '../i18n/labels';
import { useText } from '../i18n/text';
import { useRole } from '../ui/may';

/** Somebody followed a link to a room, or to all of them, and must not see it. */
export function NotForRole() {
  const { t } = useText();
  const role = useRole();
  const go = useNavigate();
  return (
    <main className="not-for-role">
      <p role="status">{t('room.not_for_role', { role: t(roleText[role]) })}</p>
      <button type="button" className="act-button primary" onClick={() => void go('/')}>
        {t('room.to_watch')}
      </button>
    </main>
  );
}
