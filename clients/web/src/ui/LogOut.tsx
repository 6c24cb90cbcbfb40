import { UnstyledButton } from '@mantine/core';

import { useText } from '../i18n/text';
import { useApp } from './app_context';

export function LogOut() {
  const { session } = useApp();
  const { t } = useText();
  return (
    <UnstyledButton className="pill quiet" onClick={() => void session.logout()}>
      {t('login.out')}
    </UnstyledButton>
  );
}
