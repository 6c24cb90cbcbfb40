// Somebody who reports and closes incidents without a pause, through a hub that comes and goes.
import { placeOf } from './city';
import { muster, report } from './muster';

export const sleep = (ms: number): Promise<unknown> => new Promise((done) => setTimeout(done, ms));

/** Acts as fast as the hub answers until told to stop; what was answered must never be lost. */
export function keepReporting(): { answered: string[]; stop: () => Promise<void> } {
  const answered: string[] = [];
  let going = true;
  const run = async () => {
    for (let n = 0; going; ++n) {
      const at = placeOf('海鲜市场');
      try {
        answered.push(await report({ type: 'other', at, text: `第 ${String(n)} 次报告` }));
        if (answered.length % 3 === 0)
          await muster('dispatcher', 'incident', 'close', answered[n] ?? answered[0] ?? '');
      } catch {
        // The hub is down: what was not answered may be lost.
        await sleep(200);
      }
    }
  };
  const ended = run();
  return {
    answered,
    stop: () => {
      going = false;
      return ended;
    },
  };
}
