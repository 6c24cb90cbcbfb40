import { create } from '@bufbuild/protobuf';
import { Code, ConnectError, createRouterTransport } from '@connectrpc/connect';
import { beforeEach, describe, expect, it } from 'vitest';

import { AccessService, LoginResponseSchema } from '../gen/muster/v1/access_service_pb';
import { Role } from '../gen/muster/v1/types_pb';
import { Session } from './session';
import { MemoryValues } from './testing/memory_values';

let browser: MemoryValues;
let loggedOut: number;

beforeEach(() => {
  browser = new MemoryValues();
  loggedOut = 0;
});

function openWindow(): Session {
  const session = new Session(browser.windowOf());
  session.connect(
    createRouterTransport(({ service }) =>
      service(AccessService, {
        login({ name, password }) {
          if (password !== 'right') throw new ConnectError('no', Code.Unauthenticated);
          return create(LoginResponseSchema, {
            token: `token of ${name}`,
            person: { id: 'p', name, role: Role.FIELD, teamId: 't' },
          });
        },
        logout() {
          loggedOut += 1;
          return {};
        },
      }),
    ),
  );
  return session;
}

describe('Session', () => {
  it('outlives a reload', async () => {
    expect(await openWindow().login('seat-02', 'right')).toBeUndefined();
    const { person, token } = openWindow().current.get() ?? {};
    expect(token).toBe('token of seat-02');
    expect(person).toMatchObject({ name: 'seat-02', role: Role.FIELD, teamId: 't' });
  });

  it('stays out after a wrong password', async () => {
    const session = openWindow();
    expect(await session.login('seat-02', 'wrong')).toMatchObject({ status: Code.Unauthenticated });
    expect(session.current.get()).toBeUndefined();
  });

  it('is one for all windows', async () => {
    const [first, second] = [openWindow(), openWindow()];
    await first.login('seat-02', 'right');
    expect(second.token()).toBe('token of seat-02');
    await second.logout();
    expect(first.token()).toBeUndefined();
    expect(loggedOut).toBe(1);
  });

  it('ends when the hub refuses its token, and not for an older one', async () => {
    const session = openWindow();
    await session.login('seat-02', 'right');
    session.expire('an older token');
    expect(session.token()).toBe('token of seat-02');
    session.expire('token of seat-02');
    expect(session.token()).toBeUndefined();
    expect(session.ended.get()).toBe(true);
    await session.login('seat-02', 'right');
    expect(session.ended.get()).toBe(false);
  });

  it('asks for a log-in when what is stored cannot be read', () => {
    browser.windowOf().set('muster.session', 'not json');
    expect(openWindow().current.get()).toBeUndefined();
  });
});
