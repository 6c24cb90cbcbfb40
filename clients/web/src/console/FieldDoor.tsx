import { Role } from '../gen/muster/v1/types_pb';
import { useText } from '../i18n/text';
import { useRole } from '../ui/may';

/** A field user at the console came through the wrong door: orders are answered on the field page. */
export function FieldDoor() {
  const { t } = useText();
  const role = useRole();
  if (role !== Role.FIELD) return null;
  return (
    <p className="field-door late">
      <span>{t('console.field_door')}</span> <a href="/field">{t('console.to_field')}</a>
    </p>
  );
}
