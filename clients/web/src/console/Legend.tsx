// What the map's shapes mean, in words.
import { StreamState } from '../gen/muster/v1/live_pb';
import { TeamStatus } from '../gen/muster/v1/team_pb';
import { teamStatusText } from '../i18n/labels';
import { useText } from '../i18n/text';
import { useMay } from '../ui/may';
import { CameraMark, TeamMark } from './marks';

const shown = [
  TeamStatus.AVAILABLE,
  TeamStatus.ASSIGNED,
  TeamStatus.EN_ROUTE,
  TeamStatus.ON_SCENE,
] as const;

export function Legend() {
  const { t } = useText();
  const { seeWork } = useMay();
  return (
    <div className="map-legend">
      {shown.map((status) => (
        <span key={status}>
          <TeamMark status={status} old={false} /> {t(teamStatusText[status])}
        </span>
      ))}
      {seeWork && (
        <>
          <span>
            <TeamMark status={TeamStatus.AVAILABLE} old /> {t('console.map.old')}
          </span>
          <span>
            <CameraMark state={StreamState.IDLE} /> {t('console.map.camera')}
          </span>
        </>
      )}
    </div>
  );
}
