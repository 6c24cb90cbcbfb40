import { type Team, TeamStatus } from '../gen/muster/v1/team_pb';

const weight: Record<TeamStatus, number> = {
  [TeamStatus.ASSIGNED]: 0,
  [TeamStatus.EN_ROUTE]: 1,
  [TeamStatus.ON_SCENE]: 2,
  [TeamStatus.AVAILABLE]: 3,
  [TeamStatus.OUT_OF_SERVICE]: 4,
  [TeamStatus.OFF_DUTY]: 5,
  [TeamStatus.UNSPECIFIED]: 6,
};

/** By status, within it as they came (by name): a board that reorders with every second cannot be read. */
export function boardOrder(teams: readonly Team[]): Team[] {
  return [...teams].sort((a, b) => weight[a.status] - weight[b.status]);
}
