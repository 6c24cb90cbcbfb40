import { TeamStatus } from '../gen/muster/v1/team_pb';

/** The shape that goes with a status' word. */
export const teamShapes: Record<TeamStatus, string> = {
  [TeamStatus.UNSPECIFIED]: '?',
  [TeamStatus.OFF_DUTY]: '–',
  [TeamStatus.AVAILABLE]: '○',
  [TeamStatus.ASSIGNED]: '◐',
  [TeamStatus.EN_ROUTE]: '➤',
  [TeamStatus.ON_SCENE]: '■',
  [TeamStatus.OUT_OF_SERVICE]: '✕',
};
