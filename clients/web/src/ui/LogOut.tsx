import { UnstyledButton } from '@mantine/core';

import { useText } from '../i18n/text';
import { useApp } from './app_context';

export function LogOut() {
  const { session, calls } = useApp();
  const { t } = useText();
  // With the log-in goes the right to say that one leaves.
  const logOut = () => void calls.leave().then(() => session.logout());
  return (
    <UnstyledButton className="pill quiet" onClick={logOut}>
      {t('login.out')}
    </UnstyledButton>
  );
}
