// Recommended teams with the reasons, and one key each to send them.
import { useEffect, useMemo, useState } from 'react';

import { useValue } from '../base/value';
import type { Incident } from '../gen/muster/v1/incident_pb';
import type { Suggestion } from '../gen/muster/v1/team_service_pb';
import { useText } from '../i18n/text';
import { useEntity } from '../picture/hooks';
import { ageText } from '../ui/age_text';
import { useApp } from '../ui/app_context';
import { TeamMark } from './marks';
import { Suggester } from './suggestions';

export function Suggestions({ incident }: { incident: Incident }) {
  const words = useText();
  const { t } = words;
  const app = useApp();
  const suggester = useMemo(
    () => new Suggester(incident.id, app.transport, app.mirror, app.clock),
    [incident.id, app],
  );
  useEffect(() => suggester.start(), [suggester]);
  const { suggestions, refusal } = useValue(suggester.state);
  const [text, setText] = useState('');
  return (
    <section aria-labelledby="suggest-title">
      <h3 id="suggest-title">{t('console.suggest.title')}</h3>
      {refusal && <p className="late-line">{words.sayRefusal(refusal)}</p>}
      {!suggestions && !refusal && <p className="muted">{t('console.suggest.asking')}</p>}
      {suggestions?.length === 0 && <p className="muted">{t('console.suggest.none')}</p>}
      {suggestions && suggestions.length > 0 && (
        <>
          <ol className="suggestions">
            {suggestions.map((suggestion, i) => (
              <SuggestionRow
                key={suggestion.teamId}
                suggestion={suggestion}
                incident={incident}
                text={text}
                digit={i + 1}
                onSent={() => setText('')}
              />
            ))}
          </ol>
          <input
            className="line-input"
            value={text}
            onChange={(event) => setText(event.target.value)}
            placeholder={t('console.suggest.text')}
            aria-label={t('console.suggest.text')}
            maxLength={500}
          />
        </>
      )}
    </section>
  );
}

interface RowProps {
  suggestion: Suggestion;
  incident: Incident;
  text: string;
  digit: number;
  onSent: () => void;
}

function SuggestionRow({ suggestion, incident, text, digit, onSent }: RowProps) {
  const words = useText();
  const { acts } = useApp();
  const team = useEntity('team', suggestion.teamId);
  const [sending, setSending] = useState(false);
  if (!team) return null;
  const { key, args } = ageText(suggestion.etaS * 1000);
  const reasons = suggestion.reasons.map((reason) => words.say(reason));
  const order = async () => {
    setSending(true);
    const { outcome } = await acts.issueOrder(incident, team, text.trim());
    onSent();
    await outcome;
    setSending(false);
  };
  return (
    <li className="suggestion">
      <TeamMark status={team.status} old={false} />
      <span className="grow">
        <span className="suggestion-team">
          {team.name}{' '}
          <span className="num muted">
            {words.t('console.suggest.eta', { eta: words.t(key, args) })}
          </span>
        </span>
        <span className="reasons muted">{reasons.join(' · ')}</span>
      </span>
      <button
        type="button"
        className="act-button"
        disabled={sending}
        data-digit={digit}
        onClick={() => void order()}
        aria-label={words.t('console.suggest.order', { team: team.name })}
      >
        {words.t(sending ? 'console.suggest.sending' : 'console.suggest.order_word')}
        {digit <= 9 && <kbd className="key">{digit}</kbd>}
      </button>
    </li>
  );
}
