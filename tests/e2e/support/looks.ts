// What must hold of every page, whatever it shows.
import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

/** Keeps how the page looks in results/; all of it is said in words, and fits the width. */
export async function keep(page: Page, name: string): Promise<void> {
  const seen = await page.evaluate(() => ({
    texts: [
      ...document.body.innerText.split(/\s+/),
      ...[...document.querySelectorAll('[aria-label], [title], [placeholder]')].flatMap((element) =>
        ['aria-label', 'title', 'placeholder'].map((it) => element.getAttribute(it) ?? ''),
      ),
    ],
    widthPx: document.documentElement.scrollWidth,
  }));
  const untranslated = seen.texts.filter((text) => /^[a-z_]+\.[a-z_.]+$|\{\w+\}/.test(text));
  expect(untranslated, name).toEqual([]);
  expect(seen.widthPx, name).toBeLessThanOrEqual(page.viewportSize()?.width ?? 0);
  await page.screenshot({ path: `results/${name}.png` });
}

/** Nothing serious for those who work by keyboard or screen reader. */
export async function expectAccessible(page: Page, what: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const grave = violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, help, nodes }) => ({
      id,
      help,
      nodes: nodes.map(
        ({ target, failureSummary }) => `${String(target)}: ${failureSummary ?? ''}`,
      ),
    }));
  expect(grave, what).toEqual([]);
}
