// What the caller's role lets one do here; the hub decides (hub/access/policy.cpp), this only spares a
// refusal and says who could.
import { useValue } from '../base/value';
import { mayDispatch } from '../commands/roles';
import { Role } from '../gen/muster/v1/types_pb';
import { useApp } from './app_context';

export interface May {
  /** Orders, positions, cameras and timelines; without it their absence says nothing. */
  seeWork: boolean;
  /** Report, verify, grade, order, set a team's status. */
  decide: boolean;
  /** Write into a timeline. */
  record: boolean;
  /** Add teams, cameras and people. */
  setUp: boolean;
}

const mayRecord = (role: Role): boolean => role === Role.MONITOR || mayDispatch(role);

export const mayOf = (role: Role): May => ({
  seeWork: role !== Role.PARTNER,
  decide: mayDispatch(role),
  record: mayRecord(role),
  setUp: role === Role.ADMIN,
});

export function useRole(): Role {
  const { session } = useApp();
  return useValue(session.current)?.person.role ?? Role.UNSPECIFIED;
}

export const useMay = (): May => mayOf(useRole());
