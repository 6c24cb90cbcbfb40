// Recommended teams with the reasons, and one key each to send them.
import { useEffect, useEffectEvent, useMemo, useState } from 'react';

import { useValue } from '../base/value';
import type { Incident } from '../gen/muster/v1/incident_pb';
import type { Suggestion } from '../gen/muster/v1/team_service_pb';
import { useText } from '../i18n/text';
import { useEntity } from '../picture/hooks';
import { ageText } from '../ui/age_text';
import { useApp } from '../ui/app_context';
import { TeamMark } from './marks';
import { Suggester } from './suggestions';

/** What fits above the orders; the rest is one press away. */
const fewRows = 3;

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
  const [more, setMore] = useState(false);
  const [sent, setSent] = useState<SentOrder>();
  return (
    <section aria-labelledby="suggest-title">
      <h3 id="suggest-title">{t('console.suggest.title')}</h3>
      {refusal && <p className="late-line">{words.sayRefusal(refusal)}</p>}
      {!suggestions && !refusal && <p className="muted">{t('console.suggest.asking')}</p>}
      {suggestions?.length === 0 && <p className="muted">{t('console.suggest.none')}</p>}
      {suggestions && suggestions.length > 0 && (
        <>
          <ol className="suggestions">
            {suggestions.slice(0, more ? undefined : fewRows).map((suggestion, i) => (
              <SuggestionRow
                key={suggestion.teamId}
                suggestion={suggestion}
                incident={incident}
                text={text}
                digit={i + 1}
                onSent={(order) => {
                  setText('');
                  setSent(order);
                }}
              />
            ))}
          </ol>
          <span className="row">
            <input
              className="line-input grow"
              value={text}
              onChange={(event) => setText(event.target.value)}
              placeholder={t('console.suggest.text')}
              aria-label={t('console.suggest.text')}
              maxLength={500}
            />
            {suggestions.length > fewRows && (
              <button
                type="button"
                className="quiet-button"
                aria-expanded={more}
                onClick={() => setMore(!more)}
              >
                {t(more ? 'console.suggest.fewer' : 'console.suggest.more')}
              </button>
            )}
          </span>
        </>
      )}
      {sent && <UndoNote key={sent.id} sent={sent} onOver={() => setSent(undefined)} />}
    </section>
  );
}

interface SentOrder {
  id: string;
  team: string;
}

/** How long an order that was just sent can be taken back with one press. */
const undoMs = 8_000;

/** A recall waits behind its order in the outbox, so that it is right before the hub has answered, too. */
function UndoNote({ sent, onOver }: { sent: SentOrder; onOver: () => void }) {
  const { t } = useText();
  const { acts, clock } = useApp();
  const over = useEffectEvent(onOver);
  useEffect(() => clock.after(undoMs, () => over()), [clock]);
  return (
    <p className="row" role="status">
      <span className="grow">{t('console.suggest.sent', { team: sent.team })}</span>
      <button
        type="button"
        className="act-button"
        onClick={() => {
          void acts.recallOrder(sent);
          onOver();
        }}
      >
        {t('console.suggest.undo')}
      </button>
    </p>
  );
}

interface RowProps {
  suggestion: Suggestion;
  incident: Incident;
  text: string;
  digit: number;
  onSent: (order: SentOrder) => void;
}

function SuggestionRow({ suggestion, incident, text, digit, onSent }: RowProps) {
  const words = useText();
  const { acts } = useApp();
  const team = useEntity('team', suggestion.teamId);
  const [sending, setSending] = useState(false);
  if (!team) return null;
  const { key, args } = ageText(suggestion.etaS * 1000);
  const reasons = suggestion.reasons.map((reason) =>
    // In a row of reasons a full stop is in the way.
    words.say(reason).replace(/[。.]$/, ''),
  );
  const order = async () => {
    setSending(true);
    const { id, outcome } = await acts.issueOrder(incident, team, text.trim());
    onSent({ id, team: team.name });
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
      >
        {words.t(sending ? 'console.suggest.sending' : 'console.suggest.order_word')}
        <span className="only-read-aloud">{team.name}</span>
        {digit <= 9 && <kbd className="key">{digit}</kbd>}
      </button>
    </li>
  );
}
