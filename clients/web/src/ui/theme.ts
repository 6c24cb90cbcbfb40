// Mantine in Muster's colours (tokens.css): its variables are ours.
import {
  createTheme,
  type CSSVariablesResolver,
  defaultVariantColorsResolver,
  type MantineColorsTuple,
  type VariantColorsResolver,
} from '@mantine/core';

const act: MantineColorsTuple = [
  '#e3f7f3',
  '#c5ece4',
  '#9fdfd2',
  '#74d0be',
  '#54c6b0',
  '#3fbfa9',
  '#2f9f8c',
  '#1f7d6e',
  '#0f5f53',
  '#06463c',
];

// The library's own choice of text on a filled ground fails the contrast that reading needs.
function colorsOf(input: Parameters<VariantColorsResolver>[0]) {
  if (input.variant !== 'filled') return defaultVariantColorsResolver(input);
  return {
    background: 'var(--act)',
    hover: 'color-mix(in srgb, var(--act), var(--text) 12%)',
    color: 'var(--on-act)',
    border: 'none',
  };
}

export const theme = createTheme({
  colors: { act },
  primaryColor: 'act',
  primaryShade: { light: 8, dark: 5 },
  variantColorResolver: colorsOf,
  defaultRadius: 4,
  fontFamily: 'var(--font)',
  cursorType: 'pointer',
  respectReducedMotion: true,
});

const ours = {
  '--mantine-color-body': 'var(--ground)',
  '--mantine-color-text': 'var(--text)',
  '--mantine-color-dimmed': 'var(--muted)',
  '--mantine-color-placeholder': 'var(--muted)',
  '--mantine-color-default': 'var(--panel)',
  '--mantine-color-default-hover': 'var(--raised)',
  '--mantine-color-default-color': 'var(--text)',
  '--mantine-color-default-border': 'var(--edge)',
  '--mantine-color-error': 'var(--text)',
  '--mantine-primary-color-filled': 'var(--act)',
};

export const themeVariables: CSSVariablesResolver = () => ({
  variables: {},
  dark: ours,
  light: ours,
});
