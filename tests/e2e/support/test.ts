// Seats at the city: pages of one browser, each logged in as somebody through the log-in page. What the browser reports as an
// error on any of them fails the test.
import { test as base, type BrowserContext, expect, type Page } from '@playwright/test';

import { city, type Place, type Role, type User, userOf } from './city';
import { type Language, type Say, sayIn } from './words';

export { expect } from '@playwright/test';

export interface Look {
  language: Language;
  theme?: 'dark' | 'light';
}

interface DoorOptions extends Look {
  /** A phone-sized one with touch, or a desk's. */
  phone: boolean;
  path: string;
  /** Where a phone is; it may know. */
  at?: Place | undefined;
}

interface SeatOptions extends Look {
  /** Which user of the role; field users are told by it. */
  name?: string;
  at?: Place;
  /** The page to open; "/" or "/field" by role. */
  path?: string;
}

export interface Seat {
  page: Page;
  context: BrowserContext;
  /** The words of the seat's language. */
  t: Say;
}

class Errors {
  private readonly seen: string[] = [];
  private outage = false;

  watch(page: Page, who: string): void {
    page.on('pageerror', (error) => this.seen.push(`${who}: ${error.message}`));
    page.on('console', (message) => {
      if (message.type() !== 'error') return;
      // While a process is killed on purpose, requests fail and the browser says so.
      if (this.outage && message.text().startsWith('Failed to load resource')) return;
      this.seen.push(`${who}: ${message.text()} (${message.location().url})`);
    });
  }

  /** While this runs, requests may fail. */
  async duringOutage(story: () => Promise<void>): Promise<void> {
    this.outage = true;
    await story();
    this.outage = false;
  }

  all(): readonly string[] {
    return this.seen;
  }
}

interface Fixtures {
  errors: Errors;
  /** Opens a page in a context of its own. */
  door: (options: DoorOptions) => Promise<Seat>;
  /** Opens a page and logs in. */
  seat: (role: Role, options: SeatOptions) => Promise<Seat>;
}

export const test = base.extend<Fixtures>({
  // Playwright wants the empty pattern.
  // eslint-disable-next-line no-empty-pattern
  errors: async ({}, use) => {
    const errors = new Errors();
    await use(errors);
    expect(errors.all(), 'errors in the browser').toEqual([]);
  },

  door: async ({ browser, errors }, use) => {
    const contexts: BrowserContext[] = [];
    await use(async ({ language, theme, phone, path, at }) => {
      const context = await browser.newContext({
        baseURL: city().gateway_plain,
        locale: language === 'zh' ? 'zh-CN' : 'en-GB',
        timezoneId: 'Asia/Shanghai',
        ...(phone ? phoneScreen : deskScreen),
        ...(at && { geolocation: locationOf(at), permissions: ['geolocation'] }),
      });
      contexts.push(context);
      await wear(context, theme ?? 'dark');
      const page = await context.newPage();
      errors.watch(page, path);
      await page.goto(path);
      return { page, context, t: sayIn(language) };
    });
    for (const context of contexts) await context.close();
  },

  seat: async ({ door }, use) => {
    await use(async (role, { name, at, path, ...look }) => {
      const phone = role === 'field';
      const opened = await door({ ...look, phone, at, path: path ?? (phone ? '/field' : '/') });
      await logIn(opened, userOf(role, name));
      return opened;
    });
  },
});

export const deskScreen = { viewport: { width: 1440, height: 900 } };
export const phoneScreen = {
  viewport: { width: 390, height: 844 },
  isMobile: true,
  hasTouch: true,
  deviceScaleFactor: 2,
};

export const wear = (context: BrowserContext, theme: 'dark' | 'light') =>
  context.addInitScript(
    (value) => localStorage.setItem('mantine-color-scheme-value', value),
    theme,
  );

export const locationOf = ({ latDeg, lonDeg }: Place, accuracyM = 12) => ({
  latitude: latDeg,
  longitude: lonDeg,
  accuracy: accuracyM,
});

export async function logIn({ page, t }: Seat, { name, password }: User): Promise<void> {
  await page.getByLabel(t('login.name'), { exact: true }).fill(name);
  await page.getByLabel(t('login.password'), { exact: true }).fill(password);
  await page.getByRole('button', { name: t('login.submit') }).click();
  await expect(page.getByRole('status', { name: t('live.label') })).toContainText(t('live.live'));
}
