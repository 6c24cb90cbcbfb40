// Nothing there yet: says what to do first, and to whom.
import type { TextKey } from '../i18n/text';
import { useText } from '../i18n/text';
import { useMay } from '../ui/may';

type What = 'team' | 'camera';

const examples: Record<What, string[]> = {
  team: [
    'muster team add --name "Fire 1" --capability fire --at 30.008,123.93',
    'muster person add --name fire-1 --role field --team "Fire 1"',
  ],
  camera: [
    'muster camera add --name "Gate 1" --url rtsp://192.168.1.20/main --at 30.01,123.94 --user viewer',
  ],
};

const texts: Record<What, { none: TextKey; how: TextKey; ask: TextKey }> = {
  team: {
    none: 'console.set_up.no_teams',
    how: 'console.set_up.team_how',
    ask: 'console.set_up.ask',
  },
  camera: {
    none: 'console.set_up.no_cameras',
    how: 'console.set_up.camera_how',
    ask: 'console.set_up.ask',
  },
};

export function SetUpHint({ what }: { what: What }) {
  const { t } = useText();
  const { setUp } = useMay();
  const text = texts[what];
  return (
    <div className="empty">
      <p>
        <strong>{t(text.none)}</strong>
      </p>
      <p>{t(setUp ? text.how : text.ask)}</p>
      {setUp && <pre className="shell">{examples[what].join('\n')}</pre>}
    </div>
  );
}
