// All cameras as a grid of 1, 4 or 9, in pages, for those who watch. What is wrong is counted and named.
import { useState } from 'react';
import { useSearchParams } from 'react-router';

import type { Camera } from '../gen/muster/v1/camera_pb';
import { StreamState } from '../gen/muster/v1/live_pb';
import { streamStateText } from '../i18n/labels';
import { useText } from '../i18n/text';
import { LargeIcon } from '../ui/LargeIcon';
import { VideoTile } from '../ui/VideoTile';
import { useAll, useEntities } from '../picture/derived';
import { useDesk } from './desk_context';
import { CameraMark } from './marks';
import { SetUpHint } from './SetUpHint';

const layouts = [1, 4, 9] as const;

export function Wall() {
  const { t } = useText();
  const { openCamera } = useDesk();
  const cameras = useEntities('camera', 'cameras');
  const [search, setSearch] = useSearchParams();
  const size = layouts.find((it) => String(it) === search.get('tiles')) ?? 4;
  const pages = Math.max(1, Math.ceil(cameras.length / size));
  const page = Math.min(Math.max(0, Number(search.get('page') ?? 0) || 0), pages - 1);
  const go = (tiles: number, to: number) =>
    setSearch({ tiles: String(tiles), page: String(to) }, { replace: true });
  const shown = cameras.slice(page * size, (page + 1) * size);
  return (
    <main className="wall">
      <aside className="wall-list" aria-label={t('console.wall.cameras')}>
        <WallList cameras={cameras} />
      </aside>
      <section className="wall-main" aria-label={t('console.wall.title')}>
        <div className="pane-head">
          <div className="row" role="group" aria-label={t('console.wall.layout')}>
            {layouts.map((it) => (
              <button
                key={it}
                type="button"
                className="quiet-button num"
                aria-pressed={it === size}
                onClick={() => go(it, Math.floor((page * size) / it))}
              >
                {it}
              </button>
            ))}
          </div>
          <span className="grow" />
          <button
            type="button"
            className="quiet-button"
            disabled={page === 0}
            onClick={() => go(size, page - 1)}
          >
            {t('console.wall.previous')}
          </button>
          <span className="num muted">{t('console.wall.page', { page: page + 1, pages })}</span>
          <button
            type="button"
            className="quiet-button"
            disabled={page >= pages - 1}
            onClick={() => go(size, page + 1)}
          >
            {t('console.wall.next')}
          </button>
        </div>
        {cameras.length === 0 ? (
          <SetUpHint what="camera" />
        ) : (
          <div className={`wall-grid of-${String(size)}`}>
            {shown.map((camera) => (
              <div className="wall-tile" key={camera.id}>
                <VideoTile cameraId={camera.id} />
                <button
                  type="button"
                  aria-label={t('console.cameras.large', { name: camera.name })}
                  onClick={() => openCamera(camera.id)}
                >
                  <LargeIcon />
                </button>
              </div>
            ))}
          </div>
        )}
      </section>
    </main>
  );
}

function WallList({ cameras }: { cameras: readonly Camera[] }) {
  const { t } = useText();
  const { openCamera } = useDesk();
  const [wanted, setWanted] = useState('');
  const health = useAll('streamHealth');
  const stateOf = (camera: Camera) =>
    health.find((it) => it.id === camera.mainStreamId)?.state ?? StreamState.UNSPECIFIED;
  const found = cameras.filter((camera) =>
    camera.name.toLocaleLowerCase().includes(wanted.trim().toLocaleLowerCase()),
  );
  return (
    <>
      <input
        className="line-input"
        value={wanted}
        onChange={(event) => setWanted(event.target.value)}
        placeholder={t('console.wall.find')}
        aria-label={t('console.wall.find')}
      />
      <ul>
        {found.map((camera) => (
          <li key={camera.id}>
            <button type="button" className="near-camera" onClick={() => openCamera(camera.id)}>
              <CameraMark state={stateOf(camera)} />
              <span className="grow cut">{camera.name}</span>
              <span className="muted">{t(streamStateText[stateOf(camera)])}</span>
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}
