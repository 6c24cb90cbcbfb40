import { useText } from '../i18n/text';

export function Field() {
  const { t } = useText();
  return <h1>{t('field.title')}</h1>;
}
