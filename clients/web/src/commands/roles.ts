// Who is shown which kind of command; the hub decides again (hub/access/policy.cpp).
import { Role } from '../gen/muster/v1/types_pb';

export function mayDispatch(role: Role): boolean {
  switch (role) {
    case Role.ADMIN:
    case Role.COMMANDER:
    case Role.DISPATCHER:
      return true;
    case Role.UNSPECIFIED:
    case Role.MONITOR:
    case Role.FIELD:
    case Role.PARTNER:
      return false;
  }
}

/** Whoever dispatches may answer on behalf of a team. */
export const mayAnswer = (role: Role): boolean => role === Role.FIELD || mayDispatch(role);
