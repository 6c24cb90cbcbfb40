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

/** Those with an alert first, then those with an order, then by status, within it as they came (by name): a board that reorders with every second cannot be read. */
export function boardOrder(
  teams: readonly Team[],
  alerted: ReadonlySet<string>,
  asked: ReadonlySet<string>,
): Team[] {
  const of = (team: Team) => {
    if (alerted.has(team.id)) return -1;
    // Asked and still available: as if assigned.
    if (team.status === TeamStatus.AVAILABLE && asked.has(team.id)) return 0;
    return weight[team.status];
  };
  return [...teams].sort((a, b) => of(a) - of(b));
}
