import { categoryAxis, drawnSeries, type Scale, valueAxis } from './axes.ts';
import { chartSvg } from './chart.ts';
import { type Datum, floorOf, reachOf } from './datum.ts';
import { MUTED, seriesColour } from './palette.ts';
import { intervalShape, markerShape, type RenderApi, type Shape } from './shapes.ts';

export interface Lines {
  readonly levels: readonly string[];
  readonly levelName: string;
  readonly series: readonly { readonly colour: number; readonly data: readonly Datum[] }[];
  readonly scale: Scale;
}

const SIZE = { width: 480, height: 290 };
/** Series stand side by side at a level, so that their intervals do not hide each other (px). */
const DODGE = 11;
/** From here on small values are lost on a linear axis. */
const LOG_FROM = 15;
const DASHES = [undefined, [6, 3], [2, 3], [8, 3, 2, 3]] as const;

/** One scale for all panels of a metric, so that they can be compared; shares of 0 cannot be on a logarithmic one. */
export function scaleOf(data: readonly Datum[], mayBeLog: boolean): Scale {
  const floor = floorOf(data);
  const reach = reachOf(data);
  return { reach, floor, log: mayBeLog && floor > 0 && reach / floor > LOG_FROM };
}

/** A line per series over the load levels, with intervals. */
export function linesSvg(lines: Lines): string {
  return chartSvg(
    {
      grid: { left: 58, right: 12, top: 12, bottom: 44 },
      xAxis: categoryAxis(lines.levels, lines.levelName),
      yAxis: valueAxis(lines.scale),
      series: [drawnSeries((api) => lines.series.flatMap((_, s) => drawLine(lines, s, api)))],
    },
    SIZE,
  );
}

function drawLine({ series }: Lines, s: number, api: RenderApi): Shape[] {
  const line = series[s];
  if (line === undefined) return [];
  const colour = seriesColour(line.colour);
  const dodge = (s - (series.length - 1) / 2) * DODGE;
  const at = (level: number, value: number): readonly [number, number] => {
    const [x, y] = api.coord([level, value]);
    return [x + dodge, y];
  };
  const points = line.data.flatMap((datum, level) =>
    datum.value === null ? [] : [{ datum, level, point: at(level, datum.value) }],
  );
  const style = { stroke: colour, lineWidth: 1.8, fill: 'none', lineDash: DASHES[s % DASHES.length] };
  // A line is drawn only between neighbouring levels: over a gap it would claim values that are not there.
  const shapes: Shape[] = points.flatMap(({ level, point }, i) => {
    const next = points[i + 1];
    if (next === undefined || next.level !== level + 1) return [];
    return [{ type: 'polyline', shape: { points: [point, next.point] }, style }];
  });
  for (const { datum, level, point } of points) {
    const shown = datum.isInvalid ? MUTED : colour;
    if (datum.lo !== null && datum.hi !== null)
      shapes.push(intervalShape(at(level, datum.lo), at(level, datum.hi), shown));
    shapes.push(markerShape(s, point[0], point[1], shown, datum.isInvalid));
  }
  return shapes;
}
