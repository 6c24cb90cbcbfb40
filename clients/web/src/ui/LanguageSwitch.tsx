import { UnstyledButton } from '@mantine/core';

import { useText } from '../i18n/text';
import { useApp } from './app_context';

/** Shows the other language's name in that language; switches in place. */
export function LanguageSwitch() {
  const { chooseLanguage } = useApp();
  const { t, language } = useText();
  const other = language === 'zh' ? 'en' : 'zh';
  return (
    <UnstyledButton className="pill quiet" lang={other} onClick={() => chooseLanguage(other)}>
      {t('language.switch')}
    </UnstyledButton>
  );
}
