// Three people at three machines: a Chromium each, over HTTPS, with a microphone and a camera of its own.
import { type Browser, type BrowserContextOptions, chromium } from '@playwright/test';

import { browserArgs, browserPath } from './chromium';
import { city, placeOf, userOf } from './city';
import { growEars } from './ears';
import { colours, fakeDeviceArgs, tonesHz, type Who, writeFilm, writeTone } from './fake_devices';
import { deskScreen, locationOf, logIn, phoneScreen, type Seat, test as base, wear } from './test';
import { trustingEnvironment } from './trust';
import { sayIn } from './words';

export { expect } from './test';

export interface Caller extends Seat {
  who: Who;
  /** As the others see it. */
  post: string;
  browser: Browser;
}

interface CallerOptions {
  /** What the browser's owner lets pages have. */
  permissions: ('microphone' | 'camera')[];
}

interface Fixtures {
  /** Starts a browser and logs in. */
  caller: (who: Who, options?: CallerOptions) => Promise<Caller>;
}

const people = {
  commander: { user: 'seat-01', post: '01席 指挥长 seat 01', language: 'en', theme: 'light' },
  dispatcher: { user: 'seat-02', post: '02席 调度员 seat 02', language: 'zh', theme: 'dark' },
  field: { user: 'marine-2', post: '海上搜救二队 终端 device', language: 'zh', theme: 'dark' },
} as const;

const screens: Record<Who, BrowserContextOptions> = {
  commander: deskScreen,
  dispatcher: deskScreen,
  field: phoneScreen,
};

export const test = base.extend<Fixtures>({
  caller: async ({ errors }, use, info) => {
    const browsers: Browser[] = [];
    const env = trustingEnvironment(info.outputPath('home'));
    await use(async (who, { permissions } = { permissions: ['microphone', 'camera'] }) => {
      const { user, post, language, theme } = people[who];
      const tone = info.outputPath(`${who}.wav`);
      const film = info.outputPath(`${who}.y4m`);
      writeTone(tone, tonesHz[who]);
      writeFilm(film, colours[who]);
      const browser = await chromium.launch({
        executablePath: browserPath,
        args: [...argsThatAsk, ...fakeDeviceArgs(tone, film)],
        env,
      });
      browsers.push(browser);
      const context = await browser.newContext({
        ...screens[who],
        baseURL: city().gateway,
        locale: language === 'zh' ? 'zh-CN' : 'en-GB',
        timezoneId: 'Asia/Shanghai',
        geolocation: locationOf(placeOf('渔港码头')),
        permissions: [...permissions, 'geolocation'],
      });
      await wear(context, theme);
      const page = await context.newPage();
      errors.watch(page, who);
      await growEars(page);
      await page.goto(who === 'field' ? '/field' : '/');
      const seat = { page, context, t: sayIn(language) };
      await logIn(seat, userOf(who, user));
      return { ...seat, who, post, browser };
    });
    for (const browser of browsers) await browser.close();
  },
});

/** The question about devices is answered by the test, not by the browser itself. */
const argsThatAsk = browserArgs.filter((it) => it !== '--use-fake-ui-for-media-stream');

/** The browser's process is killed, so that it says goodbye to nobody. */
export async function killBrowser({ browser }: Caller): Promise<void> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  const ended = new Promise((done) => browser.once('disconnected', done));
  for (const { type, id } of processInfo) {
    if (type === 'browser') process.kill(id, 'SIGKILL');
  }
  await ended;
}
