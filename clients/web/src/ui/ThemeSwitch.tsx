import { UnstyledButton, useMantineColorScheme } from '@mantine/core';

import { useText } from '../i18n/text';

export function ThemeSwitch() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const { t } = useText();
  const other = colorScheme === 'light' ? 'dark' : 'light';
  return (
    <UnstyledButton
      className="pill quiet"
      aria-label={`${t('theme.switch')} ${t(`theme.${other}`)}`}
      onClick={() => setColorScheme(other)}
    >
      {t(`theme.${other}`)}
    </UnstyledButton>
  );
}
