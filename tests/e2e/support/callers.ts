// Three people at three machines: a Chromium each, over HTTPS, with a microphone and a camera of its own.
import { type Browser, type BrowserContextOptions, chromium } from '@playwright/test';

import { browserArgs, browserPath } from './chromium';
import { city, placeOf, userOf } from './city';
import { growEars } from './ears';
import { colours, fakeDeviceArgs, tonesHz, type Who, writeFilm, writeTone } from './fake_devices';
import {
  deskScreen,
  type Look,
  locationOf,
  logIn,
  phoneScreen,
  type Seat,
  test as base,
  wear,
} from './test';
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

interface Person {
  user: string;
  post: string;
  look: Required<Look>;
  screen: BrowserContextOptions;
  /** The page that is opened: without a map where none is needed, since it costs most of the machine. */
  path: string;
}

const people: Record<Who, Person> = {
  commander: {
    user: 'seat-01',
    post: '01席 指挥长 seat 01',
    look: { language: 'en', theme: 'light' },
    screen: deskScreen,
    path: '/',
  },
  dispatcher: {
    user: 'seat-02',
    post: '02席 调度员 seat 02',
    look: { language: 'zh', theme: 'dark' },
    screen: deskScreen,
    path: '/rooms',
  },
  field: {
    user: 'marine-2',
    post: '海上搜救二队 终端 device',
    look: { language: 'zh', theme: 'dark' },
    screen: phoneScreen,
    path: '/field',
  },
};

export const test = base.extend<Fixtures>({
  caller: async ({ errors }, use, info) => {
    const browsers: Browser[] = [];
    const env = trustingEnvironment(info.outputPath('home'));
    await use(async (who, { permissions } = { permissions: ['microphone', 'camera'] }) => {
      const { user, post, look, screen, path } = people[who];
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
        ...screen,
        baseURL: city().gateway,
        locale: look.language === 'zh' ? 'zh-CN' : 'en-GB',
        timezoneId: 'Asia/Shanghai',
        geolocation: locationOf(placeOf('渔港码头')),
        permissions: [...permissions, 'geolocation'],
      });
      await wear(context, look.theme);
      const page = await context.newPage();
      errors.watch(page, who);
      await growEars(page);
      await page.goto(path);
      const seat = { page, context, t: sayIn(look.language) };
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
