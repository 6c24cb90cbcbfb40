import { create, type MessageInitShape, toJsonString } from '@bufbuild/protobuf';

import { LoginResponseSchema } from '../../gen/muster/v1/access_service_pb';
import type { KeyValues } from '../storage';

/** Puts a log-in into the storage, as an earlier page of the same browser did. */
export function loggedInAs(
  storage: KeyValues,
  answer: MessageInitShape<typeof LoginResponseSchema>,
): void {
  const whole = create(LoginResponseSchema, {
    person: { id: 'person-1', name: 'seat-02' },
    ...answer,
  });
  storage.set('muster.session', toJsonString(LoginResponseSchema, whole));
}
