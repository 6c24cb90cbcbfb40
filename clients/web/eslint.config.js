import js from '@eslint/js';
import hooks from 'eslint-plugin-react-hooks';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

const noLiteralText = 'Text that people read comes from src/i18n.';
const letters = '/\\p{L}/u';

export default defineConfig(
  { ignores: ['dist', 'src/gen'] },
  js.configs.recommended,
  tseslint.configs.strictTypeChecked,
  hooks.configs.flat['recommended-latest'],
  {
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      'no-restricted-syntax': [
        'error',
        { selector: `JSXText[value=${letters}]`, message: noLiteralText },
        {
          selector: `JSXElement > JSXExpressionContainer > Literal[value=${letters}]`,
          message: noLiteralText,
        },
        {
          selector: `JSXAttribute[name.name=/^(aria-label|title|alt|placeholder|label|description)$/] > Literal[value=${letters}]`,
          message: noLiteralText,
        },
      ],
      'max-lines': ['error', { max: 400, skipBlankLines: true }],
    },
  },
  { files: ['**/*.js'], extends: [tseslint.configs.disableTypeChecked] },
);
