// What happened, newest first, and one line to add to it.
import { type SyntheticEvent, useMemo, useState } from 'react';

import { clockText } from '../base/time';
import { useValue } from '../base/value';
import { type Incident, IncidentStatus } from '../gen/muster/v1/incident_pb';
import { useText } from '../i18n/text';
import { useApp } from '../ui/app_context';
import { useEntities } from '../picture/derived';
import { useMay } from '../ui/may';
import { timelineRows } from '../ui/timeline';
import { waitingLines } from './waiting_lines';

export function Timeline({ incident }: { incident: Incident }) {
  const words = useText();
  const { clock, outbox } = useApp();
  const lines = useEntities('logLine', `lines.incident/${incident.id}`);
  const rows = useMemo(() => timelineRows(lines, words, clock.now()), [lines, words, clock]);
  const waiting = waitingLines(useValue(outbox.acts), incident.id, words);
  const { record } = useMay();
  return (
    <section aria-labelledby="timeline-title">
      <h3 id="timeline-title">{words.t('console.timeline.title')}</h3>
      {record && incident.status !== IncidentStatus.CLOSED && <LogForm incidentId={incident.id} />}
      <ol className="timeline num">
        {waiting.map((line) => (
          <li key={line.id} className="written">
            <time>{clockText(line.doneAtMs, clock.now())}</time>
            <span className="grow">
              {line.sentence} <span className="late">{words.t('console.timeline.waiting')}</span>
            </span>
          </li>
        ))}
        {rows.map((row) => (
          <li key={row.id} className={row.written ? 'written' : undefined}>
            <time>{row.clock}</time>
            <span className="grow">
              {row.sentence} <span className="faint">{row.who}</span>
              {row.happened !== '' && (
                <span className="faint">
                  {' '}
                  {words.t('console.timeline.happened', { clock: row.happened })}
                </span>
              )}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}

const maxLength = 600; // 2000 bytes at most, whatever the script.

function LogForm({ incidentId }: { incidentId: string }) {
  const { t } = useText();
  const { acts } = useApp();
  const [text, setText] = useState('');
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    const line = text.trim();
    if (line === '') return;
    setText('');
    void acts.addLogLine(incidentId, line);
  };
  return (
    <form onSubmit={submit}>
      <input
        data-focus="log"
        className="line-input"
        value={text}
        onChange={(event) => setText(event.target.value)}
        placeholder={t('console.timeline.write')}
        aria-label={t('console.timeline.write')}
        maxLength={maxLength}
        autoComplete="off"
      />
    </form>
  );
}
