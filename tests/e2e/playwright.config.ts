import { defineConfig } from '@playwright/test';

import { killLoopS } from './support/kill_loop';
import { browserArgs, browserPath } from './support/chromium';

// One city for all specs; they run one after the other on the one machine that also runs hub, node and cameras.
export default defineConfig({
  testDir: '.',
  testMatch: '*.spec.ts',
  // Takes as long as it is told to; tests/long runs it.
  testIgnore: killLoopS > 0 ? [] : ['kill_loop.spec.ts'],
  outputDir: 'results/run',
  globalSetup: './support/city.ts',
  workers: 1,
  fullyParallel: false,
  retries: 0,
  timeout: 120_000,
  expect: { timeout: 20_000 },
  reporter: [['list']],
  forbidOnly: true,
  use: {
    launchOptions: { executablePath: browserPath, args: browserArgs },
    actionTimeout: 20_000,
    // A film of pages that play video would cost more than the tests.
    trace: { mode: 'retain-on-failure', screenshots: false },
    screenshot: 'only-on-failure',
  },
});
