// The smallest observable: what plain classes show to React.
import { useSyncExternalStore } from 'react';

import type { Cancel } from './clock';

export interface Readable<T> {
  get: () => T;
  subscribe: (listener: () => void) => Cancel;
}

export class Value<T> implements Readable<T> {
  private readonly listeners = new Set<() => void>();

  constructor(private value: T) {}

  get = (): T => this.value;

  set(value: T): void {
    if (Object.is(value, this.value)) return;
    this.value = value;
    for (const listener of [...this.listeners]) listener();
  }

  subscribe = (listener: () => void): Cancel => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };
}

export function useValue<T>(source: Readable<T>): T {
  return useSyncExternalStore(source.subscribe, source.get);
}
