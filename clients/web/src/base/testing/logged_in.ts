import { create, toJsonString } from '@bufbuild/protobuf';

import { LoginResponseSchema } from '../../gen/muster/v1/access_service_pb';
import type { KeyValues } from '../storage';

/** Puts a log-in into the storage, as an earlier page of the same browser did. */
export function loggedInAs(storage: KeyValues, { token }: { token: string }): void {
  const person = { id: 'person-1', name: 'seat-02' };
  const answer = create(LoginResponseSchema, { token, person });
  storage.set('muster.session', toJsonString(LoginResponseSchema, answer));
}
