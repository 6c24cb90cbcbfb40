import { fireEvent, render, screen } from '@testing-library/react';
import { readFileSync } from 'node:fs';
import { useState } from 'react';
import { beforeEach, expect, test, vi } from 'vitest';

import type { App } from '../app';
import { incident, update, uuid } from '../base/testing/entities';
import { MemoryValues } from '../base/testing/memory_values';
import { settle } from '../base/testing/turnable_clock';
import { point } from '../base/testing/values';
import { IncidentGrade, IncidentType } from '../gen/muster/v1/incident_pb';
import { setLanguage, startLanguage } from '../i18n/text';
import { type CityMap, readCity } from '../map/city';
import { Mirror } from '../picture/mirror';
import { AppContext } from '../ui/app_context';
import { type Desk, DeskContext } from './desk_context';
import { emptyDraft, type ReportDraft } from './report_draft';
import { ReportForm } from './ReportForm';

const city: CityMap = readCity(JSON.parse(readFileSync('../city/map.geojson', 'utf8')));
const storage = new MemoryValues().windowOf();
const mirror = new Mirror();
const reportIncident = vi.fn();
const onSent = vi.fn();
const onCancel = vi.fn();

beforeEach(() => {
  startLanguage(storage);
  setLanguage(storage, 'en');
  reportIncident.mockReset().mockResolvedValue({ id: uuid(7) });
  onSent.mockReset();
  onCancel.mockReset();
});

function Page({ start = emptyDraft }: { start?: ReportDraft }) {
  const [draft, setDraft] = useState(start);
  return (
    <AppContext value={{ mirror, acts: { reportIncident } } as unknown as App}>
      <DeskContext value={{ city, openIncident: vi.fn() } as unknown as Desk}>
        <ReportForm
          draft={draft}
          onChange={setDraft}
          onSent={onSent}
          onCancel={onCancel}
          mapCentre={() => ({ latDeg: 30, lonDeg: 123.9 })}
        />
      </DeskContext>
    </AppContext>
  );
}

/** A key on whatever has the focus, as somebody without a mouse does it. */
function press(key: string): void {
  fireEvent.keyDown(document.activeElement ?? document.body, { key });
}

function type(text: string): void {
  const field = document.activeElement as HTMLInputElement;
  fireEvent.change(field, { target: { value: field.value + text } });
}

test('a report by keyboard alone: type, known place, what happened, Enter', async () => {
  render(<Page />);
  expect(document.activeElement?.getAttribute('role')).toBe('radio');
  press('1');
  expect(document.activeElement).toBe(screen.getByRole('combobox', { name: 'Place' }));
  type('码头');
  expect(screen.getAllByRole('option').length).toBeGreaterThan(2);
  press('ArrowDown');
  press('ArrowDown');
  press('Enter');
  expect(document.activeElement).toBe(screen.getByRole('textbox', { name: 'What happened' }));
  type('Smoke on the third floor');
  press('Enter');
  await settle();
  expect(reportIncident).toHaveBeenCalledWith({
    type: IncidentType.FIRE,
    at: { latDeg: 29.9982, lonDeg: 123.93697 },
    grade: IncidentGrade.UNSPECIFIED,
    place: 'Dock Warehouse 3',
    text: 'Smoke on the third floor',
  });
  expect(onSent).toHaveBeenCalledWith(uuid(7));
});

test('a place that nobody knows keeps its words and asks for coordinates', async () => {
  render(<Page />);
  press('h');
  type('Behind the old mill');
  press('Enter');
  expect(document.activeElement).toBe(
    screen.getByRole('textbox', { name: 'Coordinates (latitude, longitude)' }),
  );
  type('30.02 123.91');
  fireEvent.submit(screen.getByRole('form'));
  await settle();
  expect(reportIncident.mock.lastCall?.[0]).toMatchObject({
    type: IncidentType.HAZMAT,
    at: { latDeg: 30.02, lonDeg: 123.91 },
    place: 'Behind the old mill',
  });
});

test('what is missing is said and gets the focus; nothing is sent', async () => {
  render(<Page start={{ ...emptyDraft, type: IncidentType.FIRE }} />);
  fireEvent.submit(screen.getByRole('form'));
  await settle();
  expect(reportIncident).not.toHaveBeenCalled();
  expect(screen.getByRole('alert').textContent).toContain('No coordinates yet');
  const field = screen.getByRole('textbox', { name: 'Coordinates (latitude, longitude)' });
  expect(document.activeElement).toBe(field);
  expect(field.getAttribute('aria-invalid')).toBe('true');
});

test('Enter that an input method takes is not the end of the report', async () => {
  render(<Page start={{ ...emptyDraft, type: IncidentType.FIRE, coordinates: '30, 123.9' }} />);
  const text = screen.getByRole('textbox', { name: 'What happened' });
  fireEvent.keyDown(text, { key: 'Enter', isComposing: true });
  fireEvent.keyDown(text, { key: 'Enter', shiftKey: true });
  await settle();
  expect(reportIncident).not.toHaveBeenCalled();
});

test('an open incident near by is named before it is reported twice', () => {
  mirror.apply(
    update(
      incident({
        id: uuid(1),
        number: 'F2104',
        type: IncidentType.FIRE,
        at: point(30.001, 123.9),
      }),
    ),
  );
  const view = render(<Page start={{ ...emptyDraft, coordinates: '30, 123.9' }} />);
  expect(screen.getByRole('button', { name: 'F2104 Fire' })).toBeTruthy();
  view.unmount();
  render(<Page start={{ ...emptyDraft, coordinates: '30.02, 123.9' }} />);
  expect(screen.queryByRole('button', { name: 'F2104 Fire' })).toBeNull();
});

test('Escape closes the list of places first, then puts the form away', () => {
  render(<Page />);
  press('2');
  type('pier');
  press('Escape');
  expect(screen.queryAllByRole('option')).toEqual([]);
  expect(onCancel).not.toHaveBeenCalled();
  press('Escape');
  expect(onCancel).toHaveBeenCalledOnce();
});

test('the form speaks Chinese when the page does', async () => {
  render(<Page />);
  setLanguage(storage, 'zh');
  expect(await screen.findByRole('heading', { name: '上报事件' })).toBeTruthy();
  expect(screen.getByRole('radio', { name: /^火灾/ })).toBeTruthy();
});
