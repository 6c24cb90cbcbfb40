// The shapes of teams and cameras, the same on the page as on the map. A word stands beside them.
import { StreamState } from '../gen/muster/v1/live_pb';
import type { TeamStatus } from '../gen/muster/v1/team_pb';
import { cameraShapes, teamShapes } from '../map/features';

type TeamShape = (typeof teamShapes)[TeamStatus];

const teamPaths: Record<TeamShape, (dash: string | undefined) => React.ReactNode> = {
  free: (dash) => <circle r="5" fill="none" strokeDasharray={dash} />,
  assigned: (dash) => (
    <>
      <circle r="5" fill="none" strokeDasharray={dash} />
      <path d="M0 -5A5 5 0 0 0 0 5Z" fill="currentColor" stroke="none" />
    </>
  ),
  moving: (dash) => (
    <path
      d="M-5 -5.5L6.5 0L-5 5.5L-2.5 0Z"
      fill={dash ? 'none' : 'currentColor'}
      strokeWidth={dash ? 1.5 : 0.5}
      strokeDasharray={dash}
    />
  ),
  scene: (dash) => (
    <rect
      x="-4.8"
      y="-4.8"
      width="9.6"
      height="9.6"
      fill={dash ? 'none' : 'currentColor'}
      strokeWidth={dash ? 1.5 : 0.5}
      strokeDasharray={dash}
    />
  ),
  out: (dash) => <path d="M-4 -4L4 4M4 -4L-4 4" fill="none" strokeDasharray={dash} />,
  off: () => <path d="M-5 0H5" fill="none" strokeDasharray="2 1.6" />,
};

export function TeamMark({ status, old }: { status: TeamStatus; old: boolean }) {
  const shape = teamShapes[status];
  return (
    <svg
      className={`team-mark ${old ? 'old' : shape}`}
      viewBox="-8 -8 16 16"
      width="16"
      height="16"
      stroke="currentColor"
      strokeWidth="1.8"
      aria-hidden="true"
    >
      {teamPaths[shape](old ? '2 1.8' : undefined)}
    </svg>
  );
}

export function CameraMark({ state }: { state: StreamState | undefined }) {
  const shape = cameraShapes[state ?? StreamState.UNSPECIFIED];
  return (
    <svg
      className={`camera-mark ${shape}`}
      viewBox="-8 -8 16 16"
      width="14"
      height="14"
      stroke="currentColor"
      strokeWidth="1.6"
      aria-hidden="true"
    >
      <rect
        x="-5"
        y="-5"
        width="10"
        height="10"
        fill={shape === 'live' ? 'currentColor' : 'none'}
      />
      {shape === 'down' && <path d="M-7.5 7.5L7.5 -7.5" fill="none" />}
    </svg>
  );
}
