// The console's rules, and what would make a test lie or wait blindly.
import { defineConfig } from 'eslint/config';

import web from '../../clients/web/eslint.config.js';

const conditional = 'A test that asserts only sometimes proves nothing: no branches in a spec.';

export default defineConfig(
  { ignores: ['results'] },
  web,
  { languageOptions: { parserOptions: { tsconfigRootDir: import.meta.dirname } } },
  {
    rules: {
      'no-restricted-properties': [
        'error',
        { property: 'waitForTimeout', message: 'Wait for a condition.' },
      ],
    },
  },
  {
    files: ['*.spec.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        { selector: 'IfStatement', message: conditional },
        { selector: 'CatchClause', message: conditional },
        {
          selector: 'CallExpression[callee.property.name=/^(skip|fixme|only)$/]',
          message: conditional,
        },
      ],
      // Playwright's fixtures are called `use`.
      'react-hooks/rules-of-hooks': 'off',
    },
  },
  { files: ['support/*.ts'], rules: { 'react-hooks/rules-of-hooks': 'off' } },
);
