import { useText } from '../i18n/text';

export function Console() {
  const { t } = useText();
  return <h1>{t('console.title')}</h1>;
}
