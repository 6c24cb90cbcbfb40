import { useValue } from '../base/value';
import { useApp } from '../ui/app_context';

interface Own {
  /** The person's id; empty when nobody is logged in. */
  id: string;
  /** As others see one: the post, or the name without one. */
  name: string;
}

export function useOwnName(): Own {
  const { session } = useApp();
  const person = useValue(session.current)?.person;
  return { id: person?.id ?? '', name: person?.post || person?.name || '' };
}
