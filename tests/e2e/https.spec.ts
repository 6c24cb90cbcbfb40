// HTTPS with the demo's own CA, trusted by this browser as a user's would be: a secure page, with all that it gives.
import { chromium } from '@playwright/test';

import { browserArgs, browserPath } from './support/chromium';
import { city, userOf } from './support/city';
import { expect, logIn, test } from './support/test';
import { trustingEnvironment } from './support/trust';
import { sayIn } from './support/words';

test('the page is secure for who trusts the CA', async ({ errors }, info) => {
  const browser = await chromium.launch({
    executablePath: browserPath,
    args: browserArgs,
    env: trustingEnvironment(info.outputPath('home')),
  });
  const context = await browser.newContext({ locale: 'zh-CN' });
  const page = await context.newPage();
  errors.watch(page, 'https');
  await page.goto(`${city().gateway}/`);
  expect(await page.evaluate(() => isSecureContext)).toBe(true);
  const desk = { page, context, t: sayIn('zh') };
  await expect(page.getByText(desk.t('device.not_secure'))).toBeHidden();
  await logIn(desk, userOf('dispatcher'));
  await expect(page.getByRole('heading', { name: desk.t('console.queue.title') })).toBeVisible();
  await browser.close();
});

test('the page is refused to who does not', async ({ page }) => {
  await expect(page.goto(`${city().gateway}/`)).rejects.toThrow('ERR_CERT_AUTHORITY_INVALID');
});
