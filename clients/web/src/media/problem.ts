// Reads the hub's refusals over plain HTTP.
import type { Answer, Problem, Trouble } from './ports';

export function troubleOf(answer: Answer): Trouble {
  const refusal = problemIn(answer.text);
  return refusal ? { kind: 'refused', refusal } : { kind: 'network' };
}

/** Whether the same request may be answered differently later. */
export const mayChange = (status: number): boolean => status >= 500 || status === 429;

function problemIn(text: string): Problem | undefined {
  const body = jsonIn(text);
  if (typeof body !== 'object' || body === null) return undefined;
  const { code, args, detail } = body as Record<string, unknown>;
  const words = typeof detail === 'string' ? detail.slice(0, 300) : '';
  if (typeof code !== 'string') return { code: '', args: {}, message: words };
  return { code, args: textsIn(args), message: words };
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // Not from the hub: something in between answered.
  }
}

function textsIn(args: unknown): Record<string, string> {
  if (typeof args !== 'object' || args === null) return {};
  return Object.fromEntries(Object.entries(args).map(([name, value]) => [name, String(value)]));
}
