// Debian's Chromium, as every spec starts it.
export const browserPath = '/usr/bin/chromium';

export const browserArgs = [
  '--headless=new',
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // Video over loopback needs both: real candidates, and the permission that gives them.
  '--allow-loopback-in-peer-connection',
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
];
