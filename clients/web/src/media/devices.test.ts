import { beforeEach, describe, expect, it } from 'vitest';

import { settle } from '../base/testing/turnable_clock';
import { Devices, troubleIn } from './devices';
import { FakeMedia } from './testing';

let media: FakeMedia;
let devices: Devices;

beforeEach(() => {
  media = new FakeMedia();
  devices = new Devices(media);
});

const both = () => devices.open({ camera: true });
const phases = () => [devices.microphone.get().phase, devices.camera.get().phase];

describe('Devices', () => {
  it('are asked for with one question', async () => {
    media.hold();
    const opened = both();
    expect(phases()).toEqual(['asking', 'asking']);
    media.release();
    await opened;
    expect(media.asked).toEqual(['audio video']);
    expect(phases()).toEqual(['on', 'on']);
  });

  it.each([
    ['a busy camera', { video: 'NotReadableError' }, ['on', 'failed'], 2],
    ['no camera', { video: 'NotFoundError' }, ['on', 'failed'], 2],
    ['no microphone', { audio: 'NotFoundError' }, ['failed', 'on'], 3],
    ['nothing', { audio: 'NotFoundError', video: 'NotFoundError' }, ['failed', 'failed'], 3],
  ])('give what there is: %s', async (_, trouble, wanted, questions) => {
    media.trouble = trouble;
    await both();
    expect(phases()).toEqual(wanted);
    expect(media.asked).toHaveLength(questions);
  });

  it('do not ask a third time after a no', async () => {
    media.trouble = { audio: 'NotAllowedError', video: 'NotAllowedError' };
    await both();
    expect(media.asked).toEqual(['audio video', 'audio']);
    expect(devices.camera.get()).toEqual({ phase: 'failed', trouble: 'denied' });
    expect(devices.microphone.get()).toEqual({ phase: 'failed', trouble: 'denied' });
  });

  it('are none on a page that may have none', async () => {
    devices = new Devices(undefined);
    await both();
    await devices.openCamera();
    expect(devices.microphone.get()).toEqual({ phase: 'failed', trouble: 'unsupported' });
    expect(devices.camera.get()).toEqual({ phase: 'failed', trouble: 'unsupported' });
    expect(await devices.list()).toEqual([]);
  });

  it('are changed by their ids, which are kept', async () => {
    await both();
    const before = media.last('video');
    await devices.open({ camera: true, microphoneId: 'm', cameraId: 'c' });
    expect(before.stopped).toBe(true);
    await devices.open({ camera: true, microphoneId: 'm2' });
    expect(media.asked.slice(1)).toEqual(['audio=m video=c', 'audio=m2 video=c']);
  });

  it('say when one was pulled out, and not when they are closed', async () => {
    await both();
    media.last('audio').unplug();
    expect(devices.microphone.get()).toEqual({ phase: 'failed', trouble: 'missing' });
    expect(devices.sound.get()).toBeUndefined();
    const old = media.last('video');
    await devices.open({ camera: true });
    old.unplug(); // Long after another one took its place.
    expect(phases()).toEqual(['on', 'on']);
    devices.close();
    expect(phases()).toEqual(['off', 'off']);
  });

  it('say when the right to one was taken back', async () => {
    await both();
    media.present = [{ kind: 'audioinput', deviceId: '', label: '' }];
    media.last('audio').unplug();
    await settle();
    expect(devices.microphone.get()).toEqual({ phase: 'failed', trouble: 'denied' });
  });

  it('are others when the chosen ones are not there any more', async () => {
    media.present = [
      { kind: 'audioinput', deviceId: 'm', label: 'Headset' },
      { kind: 'videoinput', deviceId: 'c', label: 'Camera' },
    ];
    await devices.open({ camera: true, microphoneId: 'm', cameraId: 'c' });
    media.present = media.present.slice(1);
    await both();
    expect(media.asked.at(-1)).toBe('audio video=c');
    expect(phases()).toEqual(['on', 'on']);
    await devices.open({ camera: false, microphoneId: 'm' });
    expect(media.asked.slice(-2)).toEqual(['audio=m', 'audio']);
    expect(devices.microphone.get().phase).toBe('on');
  });

  it('are let go at once when the answer comes too late', async () => {
    media.hold();
    const opened = both();
    devices.close();
    media.release();
    await opened;
    expect(phases()).toEqual(['off', 'off']);
    expect(media.tracks.every(({ stopped }) => stopped)).toBe(true);
  });

  it('open and close a camera alone', async () => {
    await devices.open({ camera: false });
    expect(media.asked).toEqual(['audio']);
    void devices.openCamera();
    await settle();
    expect(phases()).toEqual(['on', 'on']);
    devices.closeCamera();
    expect(media.last('video').stopped).toBe(true);
    expect(devices.picture.get()).toBeUndefined();
    expect(phases()).toEqual(['on', 'off']);
  });
});

it.each([
  ['NotAllowedError', 'denied'],
  ['SecurityError', 'denied'],
  ['NotFoundError', 'missing'],
  ['OverconstrainedError', 'missing'],
  ['NotReadableError', 'busy'],
  ['AbortError', 'busy'],
  ['InvalidStateError', 'unsupported'],
  ['SomeNewError', 'other'],
])('%s means %s', (name, trouble) => {
  expect(troubleIn(new DOMException('', name))).toBe(trouble);
});

it('what a browser without the function throws means unsupported', () => {
  expect(troubleIn(new TypeError())).toBe('unsupported');
  expect(troubleIn(new Error())).toBe('other');
});
