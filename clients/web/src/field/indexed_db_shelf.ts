// The team's orders on this device's disk.
import { toBinary } from '@bufbuild/protobuf';
import { type DBSchema, openDB } from 'idb';

import { OrderSchema } from '../gen/muster/v1/order_pb';
import type { OrderShelf } from './receipts';

interface Schema extends DBSchema {
  orders: { key: string; value: { id: string; bytes: Uint8Array; storedAtMs: number } };
}

/** More than a team gets in a year; the oldest go first. */
const keepAtMost = 1_000;

export function indexedDbShelf(nowMs: () => number): OrderShelf {
  const opened = openDB<Schema>('muster-field', 1, {
    upgrade: (database) => void database.createObjectStore('orders', { keyPath: 'id' }),
  });
  opened.catch(() => undefined); // put() says it to whoever waits.
  return {
    async put(order) {
      const transaction = (await opened).transaction('orders', 'readwrite', {
        durability: 'strict',
      });
      const bytes = toBinary(OrderSchema, order);
      await transaction.store.put({ id: order.id, bytes, storedAtMs: nowMs() });
      // Ids are of version 7: the smallest is the oldest.
      if ((await transaction.store.count()) > keepAtMost) {
        const oldest = await transaction.store.openKeyCursor();
        if (oldest) await transaction.store.delete(oldest.primaryKey);
      }
      await transaction.done;
    },
  };
}
