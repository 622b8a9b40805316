import { GROUND, INK, LINE, MUTED } from './palette.ts';

/** Graphic elements of a custom series, as ECharts' `renderItem` returns them. */
export type Shape = Readonly<Record<string, unknown>>;

/** Where a point of the axes lies, in px; all that our series ask of ECharts' API. */
export interface RenderApi {
  readonly coord: (point: readonly [number, number]) => readonly [number, number];
}

export function barShape(
  x: number,
  y: number,
  width: number,
  height: number,
  colour: string,
  style: { readonly isOffered: boolean; readonly isInvalid: boolean },
): Shape {
  const fill = style.isInvalid ? LINE : colour;
  return {
    type: 'rect',
    shape: { x, y, width, height },
    style: { fill, stroke: style.isInvalid ? MUTED : colour, lineWidth: 1, fillOpacity: style.isOffered ? 0.28 : 0.88 },
  };
}

/** An interval as a line with two short ends, along either axis. */
export function intervalShape(
  from: readonly [number, number],
  to: readonly [number, number],
  colour = INK,
  cap = 4,
): Shape {
  const [x1, y1] = from;
  const [x2, y2] = to;
  const [dx, dy] = x1 === x2 ? [cap, 0] : [0, cap];
  const style = { stroke: colour, lineWidth: 1.4, fill: null };
  const line = (a: number, b: number, c: number, d: number): Shape => ({
    type: 'line',
    shape: { x1: a, y1: b, x2: c, y2: d },
    style,
  });
  return {
    type: 'group',
    children: [
      line(x1, y1, x2, y2),
      line(x1 - dx, y1 - dy, x1 + dx, y1 + dy),
      line(x2 - dx, y2 - dy, x2 + dx, y2 + dy),
    ],
  };
}

/** One repetition. */
export function dotShape(x: number, y: number): Shape {
  return {
    type: 'circle',
    shape: { cx: x, cy: y, r: 2 },
    style: { fill: GROUND, stroke: INK, lineWidth: 0.9, opacity: 0.75 },
  };
}

export function textShape(
  text: string,
  x: number,
  y: number,
  options: {
    readonly align?: string;
    readonly size?: number;
    readonly colour?: string;
    readonly verticalAlign?: string;
  } = {},
): Shape {
  const { align = 'center', size = 11, colour = MUTED, verticalAlign = 'middle' } = options;
  return { type: 'text', style: { text, x, y, fill: colour, fontSize: size, align, verticalAlign } };
}

/** A marker of its own shape for each series, so that none is told by colour alone. */
export function markerShape(index: number, x: number, y: number, colour: string, hollow = false): Shape {
  const style = { fill: hollow ? GROUND : colour, stroke: colour, lineWidth: 1.6 };
  const r = 4.5;
  switch (index % 4) {
    case 0:
      return { type: 'circle', shape: { cx: x, cy: y, r }, style };
    case 1:
      return { type: 'rect', shape: { x: x - r + 0.5, y: y - r + 0.5, width: 2 * r - 1, height: 2 * r - 1 }, style };
    case 2:
      return {
        type: 'polygon',
        shape: {
          points: [
            [x, y - r - 0.5],
            [x + r + 0.5, y + r - 0.5],
            [x - r - 0.5, y + r - 0.5],
          ],
        },
        style,
      };
    default:
      return {
        type: 'polygon',
        shape: {
          points: [
            [x, y - r - 1],
            [x + r + 1, y],
            [x, y + r + 1],
            [x - r - 1, y],
          ],
        },
        style,
      };
  }
}
