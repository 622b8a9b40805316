import { measuredText } from '../../core/number-text.ts';
import { categoryAxis, drawnSeries, valueAxis } from './axes.ts';
import { chartSvg } from './chart.ts';
import { type Datum, reachOf } from './datum.ts';
import { INK, seriesColour } from './palette.ts';
import { barShape, dotShape, intervalShape, type RenderApi, type Shape, textShape } from './shapes.ts';

export interface RankedRow {
  readonly label: string;
  readonly colour: number;
  readonly datum: Datum;
}

const WIDTH = 480;
const ROW_HEIGHT = 38;
const AXIS_HEIGHT = 42;
const BAR = 20;

/** Horizontal bars, one a row, in the order given; the value is written at its end. */
export function rankedSvg(rows: readonly RankedRow[]): string {
  const reach = reachOf(rows.map((row) => row.datum));
  return chartSvg(
    {
      grid: { left: 8, right: 74, top: 4, bottom: AXIS_HEIGHT - 14 },
      yAxis: {
        ...categoryAxis(
          rows.map(() => ''),
          '',
        ),
        inverse: true,
      },
      xAxis: { ...valueAxis({ reach, floor: 0, log: false }), position: 'bottom' },
      series: [drawnSeries((api) => rows.flatMap((row, i) => drawRow(row, i, api)))],
    },
    { width: WIDTH, height: rows.length * ROW_HEIGHT + AXIS_HEIGHT },
  );
}

function drawRow({ label, colour, datum }: RankedRow, index: number, api: RenderApi): Shape[] {
  const { value, lo, hi, dots } = datum;
  const x = (v: number): number => api.coord([v, index])[0];
  const y = api.coord([0, index])[1] + 7;
  const end = Math.max(...[value, hi, ...dots].map((v) => x(v ?? 0)));
  const shapes: Shape[] = [textShape(label, x(0) + 1, y - 19, { align: 'left', size: 12, colour: INK })];
  if (value !== null) shapes.push(barShape(x(0), y - BAR / 2, x(value) - x(0), BAR, seriesColour(colour), datum));
  if (dots.length > 1)
    shapes.push(...dots.map((dot, i) => dotShape(x(dot), y + (i / (dots.length - 1) - 0.5) * BAR * 0.6)));
  if (lo !== null && hi !== null) shapes.push(intervalShape([x(lo), y], [x(hi), y]));
  const written = [value === null ? null : measuredText(value), datum.label].filter((text) => text !== null).join(', ');
  shapes.push(textShape(written, end + 8, y, { align: 'left', size: 12, colour: INK }));
  return shapes;
}
