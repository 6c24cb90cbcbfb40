import { useText } from '../i18n/text';
import { useEntities } from '../picture/derived';
import { useDesk } from './desk_context';

/** Another camera by name, by keyboard too. */
export function CameraPicker({ chosen }: { chosen: string }) {
  const { t } = useText();
  const { openCamera } = useDesk();
  const cameras = useEntities('camera', 'cameras');
  return (
    <select
      className="line-input camera-picker"
      aria-label={t('console.camera.other')}
      value={chosen}
      onChange={(event) => openCamera(event.target.value)}
    >
      {cameras.map((camera) => (
        <option key={camera.id} value={camera.id}>
          {camera.name}
        </option>
      ))}
    </select>
  );
}
