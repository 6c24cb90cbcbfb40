// Log-in: name and password, what went wrong in words, and what this device cannot do.
import { Button, PasswordInput, TextInput } from '@mantine/core';
import { Code } from '@connectrpc/connect';
import { type SubmitEvent, useState } from 'react';

import { lacksOf, type Lack } from '../base/device';
import type { Refusal } from '../base/refusal';
import { useValue } from '../base/value';
import { type TextKey, useText, type Words } from '../i18n/text';
import { useApp } from './app_context';
import { LanguageSwitch } from './LanguageSwitch';
import './login.css';

/** Both fields are needed, which needs no star. */
const always = { required: true, withAsterisk: false, size: 'md' } as const;

export function Login() {
  const { session, face } = useApp();
  const words = useText();
  const { t } = words;
  const ended = useValue(session.ended);
  const [refusal, setRefusal] = useState<Refusal>();
  const [busy, setBusy] = useState(false);

  async function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    const entered = new FormData(event.currentTarget);
    setBusy(true);
    setRefusal(undefined);
    const answer = await session.login(entryOf(entered, 'name'), entryOf(entered, 'password'));
    setBusy(false);
    setRefusal(answer);
  }

  const trouble = refusal ? sayLoginRefusal(refusal, words) : ended ? t('login.ended') : '';
  return (
    <main className="login">
      <form onSubmit={(event) => void submit(event)} aria-label={t('login.title')}>
        <header className="login-head">
          <img src="/icon.svg" alt="" width="44" height="44" />
          <div className="grow">
            <h1>{t('app.title')}</h1>
            <p className="muted">{t(face === 'field' ? 'field.title' : 'console.title')}</p>
          </div>
          <LanguageSwitch />
        </header>
        <TextInput
          name="name"
          label={t('login.name')}
          autoComplete="username"
          {...always}
          autoFocus
        />
        <PasswordInput
          name="password"
          label={t('login.password')}
          autoComplete="current-password"
          {...always}
          visibilityToggleButtonProps={{ 'aria-label': t('login.show_password') }}
        />
        <p role="alert" className={trouble ? 'late' : undefined}>
          {trouble}
        </p>
        <Button type="submit" disabled={busy} fullWidth size={face === 'field' ? 'xl' : 'md'}>
          {busy ? t('login.busy') : t('login.submit')}
        </Button>
        <Lacks />
      </form>
    </main>
  );
}

function Lacks() {
  const { face } = useApp();
  const { t } = useText();
  const [lacks] = useState(() => lacksOf(face, globalThis));
  if (lacks.length === 0) return null;
  return (
    <section aria-label={t('device.title')} className="login-lacks">
      <strong>{t('device.title')}</strong>
      <ul>
        {lacks.map((lack) => (
          <li key={lack}>{t(lackText[lack])}</li>
        ))}
      </ul>
    </section>
  );
}

const lackText: Record<Lack, TextKey> = {
  h264: 'device.no_h264',
  webrtc: 'device.no_webrtc',
  secure: 'device.not_secure',
  location: 'device.no_location',
  storage: 'device.no_storage',
};

function sayLoginRefusal(refusal: Refusal, { t, sayRefusal }: Words): string {
  if (refusal.status === Code.Unauthenticated) return t('login.wrong');
  return sayRefusal(refusal);
}

function entryOf(form: FormData, name: string): string {
  const entry = form.get(name);
  return typeof entry === 'string' ? entry : '';
}
