import { defineConfig } from 'vitest/config';

// A page is made only for the tests that draw one: it costs more than most tests do.
export default defineConfig({
  test: {
    restoreMocks: true,
    projects: [
      {
        extends: true,
        test: { name: 'plain', environment: 'node', include: ['src/**/*.test.ts'] },
      },
      {
        extends: true,
        test: {
          name: 'page',
          environment: 'jsdom',
          include: ['src/**/*.test.tsx'],
          setupFiles: ['src/base/testing/setup.ts'],
        },
      },
    ],
  },
});
