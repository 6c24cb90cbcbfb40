// The map's marks, drawn once per theme. A state is told by its shape first, by its colour second.
import type { Palette } from './palette';

export interface Mark {
  name: string;
  width: number;
  height: number;
  data: Uint8ClampedArray;
}

type Pen = CanvasRenderingContext2D;
type Draw = (pen: Pen) => void;

export const pixelRatio = 2;

function circle(pen: Pen, radius: number): void {
  pen.beginPath();
  pen.arc(0, 0, radius, 0, 2 * Math.PI);
}

function polygon(pen: Pen, points: [number, number][]): void {
  pen.beginPath();
  points.forEach(([x, y], i) => (i === 0 ? pen.moveTo(x, y) : pen.lineTo(x, y)));
  pen.closePath();
}

function cross(pen: Pen, half: number): void {
  pen.beginPath();
  pen.moveTo(-half, -half);
  pen.lineTo(half, half);
  pen.moveTo(half, -half);
  pen.lineTo(-half, half);
}

const arrow: [number, number][] = [
  [0, -10],
  [7.5, 8.5],
  [0, 4.5],
  [-7.5, 8.5],
];
const square = (half: number): [number, number][] => [
  [-half, -half],
  [half, -half],
  [half, half],
  [-half, half],
];

/** A shape on a dark rim, so that it stands on any ground. */
function outlined(pen: Pen, ground: string, width: number, shape: () => void): void {
  shape();
  pen.strokeStyle = ground;
  pen.lineWidth = width + 3;
  pen.stroke();
  shape();
}

function teamMarks(c: Palette): Record<string, Draw> {
  const ring = (colour: string, dash: number[], fill?: string) => (pen: Pen) => {
    outlined(pen, c.ground, 2, () => circle(pen, 6.5));
    pen.fillStyle = fill ?? c.ground;
    pen.fill();
    pen.setLineDash(dash);
    pen.strokeStyle = colour;
    pen.lineWidth = 2.2;
    pen.stroke();
  };
  const half = (colour: string, dash: number[]) => (pen: Pen) => {
    ring(colour, dash)(pen);
    pen.setLineDash([]);
    pen.beginPath();
    pen.arc(0, 0, 6.5, Math.PI / 2, (3 * Math.PI) / 2);
    pen.fillStyle = colour;
    pen.fill();
  };
  const solid = (points: [number, number][], colour: string, old: boolean) => (pen: Pen) => {
    outlined(pen, c.ground, 1.5, () => polygon(pen, points));
    pen.fillStyle = old ? c.ground : colour;
    pen.fill();
    pen.setLineDash(old ? [2.5, 2] : []);
    pen.strokeStyle = colour;
    pen.lineWidth = old ? 1.8 : 0.8;
    pen.stroke();
  };
  const crossed = (colour: string, dash: number[]) => (pen: Pen) => {
    outlined(pen, c.ground, 2.4, () => cross(pen, 5));
    pen.setLineDash(dash);
    pen.strokeStyle = colour;
    pen.lineWidth = 2.4;
    pen.stroke();
  };
  const dashes = [2.6, 2.4];
  return {
    'team-free': ring(c.ok, []),
    'team-free-old': ring(c.stale, dashes),
    'team-assigned': half(c.text, []),
    'team-assigned-old': half(c.stale, dashes),
    'team-moving': solid(arrow, c.text, false),
    'team-moving-old': solid(arrow, c.stale, true),
    'team-scene': solid(square(6.5), c.text, false),
    'team-scene-old': solid(square(6.5), c.stale, true),
    'team-out': crossed(c.muted, []),
    'team-out-old': crossed(c.stale, [2, 1.6]),
    'team-off': ring(c.faint, []),
    'team-off-old': ring(c.faint, dashes),
    // Where a team that is not drawn as an arrow is heading.
    'team-tick': (pen) => {
      polygon(pen, [
        [0, -14],
        [4, -9],
        [-4, -9],
      ]);
      pen.fillStyle = c.text;
      pen.fill();
    },
  };
}

function incidentMarks(c: Palette): Record<string, Draw> {
  const text = (pen: Pen, word: string, y: number, colour: string) => {
    pen.fillStyle = colour;
    pen.font = '700 11px "Noto Sans", "Noto Sans CJK SC", sans-serif';
    pen.textAlign = 'center';
    pen.textBaseline = 'middle';
    pen.fillText(word, 0, y);
  };
  const graded =
    (shape: (pen: Pen) => void, colour: string, word: string, y: number, ink: string) =>
    (pen: Pen) => {
      outlined(pen, c.ground, 1.5, () => shape(pen));
      pen.fillStyle = colour;
      pen.fill();
      text(pen, word, y, ink);
    };
  const dark = '#14171a';
  return {
    'incident-g1': graded(
      (pen) =>
        polygon(pen, [
          [0, -14],
          [14, 0],
          [0, 14],
          [-14, 0],
        ]),
      c.grade1,
      'Ⅰ',
      0.5,
      dark,
    ),
    'incident-g2': graded(
      (pen) =>
        polygon(pen, [
          [0, -13],
          [14, 11],
          [-14, 11],
        ]),
      c.grade2,
      'Ⅱ',
      4,
      dark,
    ),
    'incident-g3': graded((pen) => polygon(pen, square(10.5)), c.grade3, 'Ⅲ', 0.5, dark),
    'incident-g4': graded((pen) => circle(pen, 11), c.grade4, 'Ⅳ', 0.5, '#fff'),
    // Not graded yet: no hue, since the four hues are the four grades.
    'incident-g0': (pen) => {
      outlined(pen, c.ground, 2, () => polygon(pen, square(10)));
      pen.fillStyle = c.raised;
      pen.fill();
      pen.setLineDash([4, 2.5]);
      pen.strokeStyle = c.text;
      pen.lineWidth = 2;
      pen.stroke();
      text(pen, '–', 0.5, c.text);
    },
  };
}

function cameraMarks(c: Palette): Record<string, Draw> {
  const box = (pen: Pen, fill: string, stroke: string, dash: number[]) => {
    outlined(pen, c.ground, 1.5, () => polygon(pen, square(4.5)));
    pen.fillStyle = fill;
    pen.fill();
    pen.setLineDash(dash);
    pen.strokeStyle = stroke;
    pen.lineWidth = 1.6;
    pen.stroke();
  };
  return {
    'camera-live': (pen) => box(pen, c.text, c.text, []),
    'camera-idle': (pen) => box(pen, c.ground, c.muted, []),
    'camera-down': (pen) => {
      box(pen, c.ground, c.stale, []);
      pen.beginPath();
      pen.moveTo(-7, 7);
      pen.lineTo(7, -7);
      pen.stroke();
    },
  };
}

/** Where the report that is being written has its place. */
function draftMark(c: Palette): Record<string, Draw> {
  const hair = (pen: Pen) => {
    circle(pen, 9);
    for (const [x, y] of [
      [1, 0],
      [-1, 0],
      [0, 1],
      [0, -1],
    ] as const) {
      pen.moveTo(5 * x, 5 * y);
      pen.lineTo(15 * x, 15 * y);
    }
  };
  return {
    draft: (pen) => {
      outlined(pen, c.ground, 2, () => hair(pen));
      pen.strokeStyle = c.act;
      pen.lineWidth = 2.2;
      pen.stroke();
    },
  };
}

const sizePx = 36;

/** Draws every mark; empty where there is no canvas. */
export function drawMarks(palette: Palette, canvas: HTMLCanvasElement): Mark[] {
  const pen = canvas.getContext('2d', { willReadFrequently: true });
  if (!pen) return [];
  canvas.width = canvas.height = sizePx * pixelRatio;
  const marks = {
    ...teamMarks(palette),
    ...incidentMarks(palette),
    ...cameraMarks(palette),
    ...draftMark(palette),
  };
  return Object.entries(marks).map(([name, draw]) => {
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.clearRect(0, 0, canvas.width, canvas.height);
    pen.setTransform(pixelRatio, 0, 0, pixelRatio, canvas.width / 2, canvas.height / 2);
    pen.setLineDash([]);
    pen.lineJoin = 'round';
    draw(pen);
    const image = pen.getImageData(0, 0, canvas.width, canvas.height);
    return { name, width: image.width, height: image.height, data: image.data };
  });
}
