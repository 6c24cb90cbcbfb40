// Who is logged in, in every window of this browser, across reloads.
import { create, fromJsonString, toJsonString } from '@bufbuild/protobuf';
import { type Client, createClient, type Transport } from '@connectrpc/connect';

import { AccessService, LoginResponseSchema } from '../gen/muster/v1/access_service_pb';
import { type Person, PersonSchema } from '../gen/muster/v1/person_pb';
import { makeId } from './ids';
import { type Refusal, refusalOf } from './refusal';
import type { KeyValues } from './storage';
import { toMs } from './time';
import { Value } from './value';

export interface LoggedIn {
  token: string;
  expiresAtMs: number;
  person: Person;
}

const storageKey = 'muster.session';

export class Session {
  readonly current: Value<LoggedIn | undefined>;
  /** Set while the log-in page has to say that the hub ended the last session. */
  readonly ended = new Value(false);
  private access: Client<typeof AccessService> | undefined;

  constructor(private readonly storage: KeyValues) {
    this.current = new Value(this.read());
    storage.watch(storageKey, () => this.current.set(this.read()));
  }

  /** The transport asks this session for the token, so it can only come after it. */
  connect(transport: Transport): void {
    this.access = createClient(AccessService, transport);
  }

  token = (): string | undefined => this.current.get()?.token;

  async login(name: string, password: string): Promise<Refusal | undefined> {
    if (!this.access) throw new Error('session without transport');
    try {
      const answer = await this.access.login({ requestId: makeId(), name, password });
      this.storage.set(storageKey, toJsonString(LoginResponseSchema, answer));
      this.ended.set(false);
      this.current.set(this.read());
      return undefined;
    } catch (thrown) {
      return refusalOf(thrown);
    }
  }

  /** Ends it here at once; the hub is told when it can be. */
  async logout(): Promise<void> {
    const told = this.access?.logout({ requestId: makeId() }).catch(() => undefined);
    this.forget();
    await told;
  }

  /** The hub refused this token. Nothing happens when another one is in use by now. */
  expire = (token: string): void => {
    if (this.token() !== token) return;
    this.forget();
    this.ended.set(true);
  };

  private forget(): void {
    this.storage.set(storageKey, undefined);
    this.current.set(undefined);
  }

  private read(): LoggedIn | undefined {
    const text = this.storage.get(storageKey);
    if (text === undefined) return undefined;
    try {
      const stored = fromJsonString(LoginResponseSchema, text, { ignoreUnknownFields: true });
      const person = stored.person ?? create(PersonSchema);
      return { token: stored.token, expiresAtMs: toMs(stored.expiresAt) ?? 0, person };
    } catch {
      return undefined; // Written by another build: one logs in again.
    }
  }
}
