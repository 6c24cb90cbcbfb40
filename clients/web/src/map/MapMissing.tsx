import { useText } from '../i18n/text';

/** The map, or the program that draws it, did not come: it is asked for again, and one may reload. */
export function MapMissing() {
  const { t } = useText();
  return (
    <div className="map-notice" role="status">
      <p>{t('console.map.no_file')}</p>
      <button type="button" className="act-button" onClick={() => location.reload()}>
        {t('console.map.reload')}
      </button>
    </div>
  );
}
