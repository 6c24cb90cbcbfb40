import { useApp } from '../ui/app_context';
import type { Locator } from './locator';

/** What only the field page has. */
export interface FieldParts {
  locator: Locator;
}

export function useField(): FieldParts {
  const { field } = useApp();
  if (!field) throw new Error('useField outside of the field page');
  return field;
}
