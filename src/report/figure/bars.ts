import { categoryAxis, drawnSeries, valueAxis } from './axes.ts';
import { chartSvg } from './chart.ts';
import { type Datum, reachOf } from './datum.ts';
import { seriesColour } from './palette.ts';
import { barShape, dotShape, intervalShape, type RenderApi, type Shape, textShape } from './shapes.ts';

export interface Bars {
  readonly groups: readonly string[];
  readonly groupName: string;
  /** One entry per series, one datum per group. */
  readonly series: readonly { readonly colour: number; readonly data: readonly Datum[] }[];
}

const SIZE = { width: 480, height: 300 };
/** Of a group's band, what its bars take. */
const FILLED = 0.72;
const WIDEST_BAR = 52;

/** Bars in groups, with intervals, and repetitions as dots. */
export function barsSvg(bars: Bars): string {
  const reach = reachOf(bars.series.flatMap((s) => s.data));
  return chartSvg(
    {
      grid: { left: 58, right: 8, top: 14, bottom: 44 },
      xAxis: categoryAxis(bars.groups, bars.groupName),
      yAxis: valueAxis({ reach, floor: 0, log: false }),
      series: [drawnSeries((api) => draw(bars, api))],
    },
    SIZE,
  );
}

function draw({ groups, series }: Bars, api: RenderApi): Shape[] {
  const band = groups.length > 1 ? api.coord([1, 0])[0] - api.coord([0, 0])[0] : WIDEST_BAR * series.length * 1.5;
  const width = Math.min(WIDEST_BAR, (band * FILLED) / series.length);
  return groups.flatMap((_, g) =>
    series.flatMap(({ colour, data }, s) => {
      const datum = data[g];
      const centre = api.coord([g, 0])[0] + (s - (series.length - 1) / 2) * width;
      return datum === undefined ? [] : bar(datum, centre, width * 0.86, seriesColour(colour), api);
    }),
  );
}

function bar(datum: Datum, centre: number, width: number, colour: string, api: RenderApi): Shape[] {
  const y = (value: number): number => api.coord([0, value])[1];
  const { value, lo, hi, dots, label } = datum;
  const top = Math.min(...[value, hi, ...dots].map((v) => y(v ?? 0)));
  const shapes: Shape[] = [];
  if (value !== null) shapes.push(barShape(centre - width / 2, y(value), width, y(0) - y(value), colour, datum));
  if (dots.length > 1)
    shapes.push(...dots.map((dot, i) => dotShape(centre + spreadOut(i, dots.length, width), y(dot))));
  if (lo !== null && hi !== null) shapes.push(intervalShape([centre, y(lo)], [centre, y(hi)]));
  if (label !== null) shapes.push(textShape(label, centre, top - 8, { size: 10 }));
  return shapes;
}

/** Repetitions stand side by side, in order, left of and right of the interval. */
function spreadOut(i: number, count: number, width: number): number {
  return count === 1 ? 0 : (i / (count - 1) - 0.5) * width * 0.62;
}
