// Acts in IndexedDB, with the sequence as key.
import { type DBSchema, type IDBPDatabase, openDB } from 'idb';

import type { Act, ActStore, NewAct } from './act';
import type { Refusal } from '../base/refusal';

interface Schema extends DBSchema {
  acts: { key: number; value: Act; indexes: { requestId: string } };
}

export class IndexedDbActStore implements ActStore {
  private readonly database: Promise<IDBPDatabase<Schema>>;

  constructor(name = 'muster-outbox') {
    this.database = openDB<Schema>(name, 1, {
      upgrade(database) {
        const acts = database.createObjectStore('acts', {
          keyPath: 'sequence',
          autoIncrement: true,
        });
        acts.createIndex('requestId', 'requestId', { unique: true });
      },
    });
    // Who awaits it hears of the failure; nobody has to for the page to go on.
    this.database.catch(() => undefined);
  }

  async add(act: NewAct): Promise<Act> {
    const database = await this.database;
    // The key generator fills `sequence` in.
    const sequence = await database.add('acts', act as Act);
    return { ...act, sequence };
  }

  async list(): Promise<Act[]> {
    return (await this.database).getAll('acts');
  }

  async markRefused(requestId: string, refusal: Refusal): Promise<void> {
    const transaction = (await this.database).transaction('acts', 'readwrite');
    const act = await transaction.store.index('requestId').get(requestId);
    if (act) await transaction.store.put({ ...act, refusal });
    await transaction.done;
  }

  async remove(requestId: string): Promise<void> {
    const transaction = (await this.database).transaction('acts', 'readwrite');
    const key = await transaction.store.index('requestId').getKey(requestId);
    if (key !== undefined) await transaction.store.delete(key);
    await transaction.done;
  }
}
