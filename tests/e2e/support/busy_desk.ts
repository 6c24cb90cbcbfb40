// Somebody who reports and closes incidents without a pause, through a hub that comes and goes.
import { placeOf } from './city';
import { muster, report } from './muster';

export const sleep = (ms: number): Promise<unknown> => new Promise((done) => setTimeout(done, ms));

/** As many as a busy city has; a page that shows hundreds would measure the page. */
const mostOpen = 5;

interface BusyDesk {
  /** Ids of the reports that the hub has answered. */
  answered: string[];
  /** Nothing is on its way while this runs. */
  whileResting: (story: () => Promise<void>) => Promise<void>;
  stop: () => Promise<void>;
}

/** Acts as fast as the hub answers until told to stop; what was answered must never be lost. */
export function keepReporting(): BusyDesk {
  const answered: string[] = [];
  const open: string[] = [];
  let going = true;
  let rest = Promise.resolve();
  let resting: () => void = () => undefined;
  const closeOldest = async () => {
    const [oldest] = open;
    if (oldest === undefined) return;
    await muster('dispatcher', 'incident', 'close', oldest).catch((refused: unknown) => {
      // It was closed, and the answer was what the kill took.
      if (!/closed/i.test(String(refused))) throw refused;
    });
    open.shift();
  };
  const run = async () => {
    const at = placeOf('海鲜市场');
    for (let n = 1; going; ++n) {
      resting();
      await rest;
      try {
        while (open.length >= mostOpen) await closeOldest();
        const id = await report({ type: 'other', at, text: `第 ${String(n)} 次报告` });
        answered.push(id);
        open.push(id);
      } catch {
        // The hub is down: what was not answered may be lost.
        await sleep(200);
      }
    }
    while (open.length > 0) await closeOldest();
  };
  const ended = run();
  return {
    answered,
    whileResting: async (story) => {
      const rests = new Promise<void>((done) => (resting = done));
      let goOn: () => void = () => undefined;
      rest = new Promise((done) => (goOn = done));
      await rests;
      await story();
      goOn();
    },
    stop: () => {
      going = false;
      return ended;
    },
  };
}
