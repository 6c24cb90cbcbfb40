// The watch page: queue, map, detail and unit board; a camera over the map, the report form in the detail's
// place.
import { useRef } from 'react';

import type { Selection } from '../map/features';
import { MapMissing } from '../map/MapMissing';
import { type MapHandle, MapView } from '../map/MapView';
import { Board } from './Board';
import { CameraStage } from './CameraStage';
import { useDesk } from './desk_context';
import { Detail } from './Detail';
import { Legend } from './Legend';
import { useMay } from '../ui/may';
import { Overview } from './Overview';
import { Queue } from './Queue';
import { parseCoordinates, type ReportDraft } from './report_draft';
import { ReportForm } from './ReportForm';

interface Props {
  /** Undefined while no report is written. */
  draft: ReportDraft | undefined;
  onDraft: (draft: ReportDraft) => void;
  onReported: (incidentId: string) => void;
  onCancel: () => void;
  mapFailed: boolean;
}

export function Watch({ draft, onDraft, onReported, onCancel, mapFailed }: Props) {
  const desk = useDesk();
  const { decide } = useMay();
  const map = useRef<MapHandle>(null);
  const { city, incidentId, teamId, cameraId } = desk;

  const pick = (picked: NonNullable<Selection>) => {
    if (picked.kind === 'incident') desk.openIncident(picked.id);
    else if (picked.kind === 'team') desk.chooseTeam(picked.id);
    else desk.openCamera(picked.id);
  };
  const selection: Selection = cameraId
    ? { kind: 'camera', id: cameraId }
    : teamId
      ? { kind: 'team', id: teamId }
      : incidentId
        ? { kind: 'incident', id: incidentId }
        : undefined;

  return (
    <main className={`watch ${cameraId ? 'with-camera' : ''} ${draft ? 'reporting' : ''}`}>
      <Queue />
      <div className="watch-map">
        {city && (
          <MapView
            ref={map}
            city={city}
            selection={selection}
            draftAt={draft && parseCoordinates(draft.coordinates)}
            onPick={pick}
            onEmpty={(at) => decide && desk.startReport(at)}
          />
        )}
        {mapFailed && <MapMissing />}
        {city && <Legend />}
        {cameraId !== '' && <CameraStage id={cameraId} key={cameraId} />}
      </div>
      <div className="watch-detail">
        {draft ? (
          <ReportForm
            draft={draft}
            onChange={onDraft}
            onSent={onReported}
            onCancel={onCancel}
            mapCentre={() => map.current?.centre()}
          />
        ) : incidentId ? (
          <Detail id={incidentId} />
        ) : (
          <Overview />
        )}
      </div>
      <Board />
    </main>
  );
}
