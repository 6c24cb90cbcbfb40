import 'fake-indexeddb/auto';

import { Code } from '@connectrpc/connect';
import { describe, expect, it } from 'vitest';

import { IndexedDbActStore } from './indexed_db_store';
import { refusal } from './testing';

const act = (requestId: string) => ({
  requestId,
  personId: 'p',
  method: 'm',
  body: new Uint8Array([1, 2, 3]),
  doneAtMs: 5,
  label: { key: 'act.accept_order' } as const,
});

describe('IndexedDbActStore', () => {
  it('keeps acts in order for the next page', async () => {
    const store = new IndexedDbActStore('order');
    await store.add(act('b'));
    await store.add(act('a'));
    const next = new IndexedDbActStore('order');
    const acts = await next.list();
    expect(acts.map(({ requestId }) => requestId)).toEqual(['b', 'a']);
    expect([...(acts[0]?.body ?? [])]).toEqual([1, 2, 3]);
    await next.remove('b');
    expect((await store.list()).map(({ requestId }) => requestId)).toEqual(['a']);
  });

  it('remembers why one was refused', async () => {
    const store = new IndexedDbActStore('refused');
    await store.add(act('a'));
    const why = refusal(Code.Aborted, 'edit.stale');
    await store.markRefused('a', why);
    await store.markRefused('unknown', why);
    expect(await store.list()).toMatchObject([{ requestId: 'a', refusal: why }]);
  });
});
