import { CustomChart } from 'echarts/charts';
import { GridComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';

use([CustomChart, GridComponent, SVGRenderer]);

/** An ECharts option; its own types need a DOM that this layer does not have. */
export type ChartOption = Readonly<Record<string, unknown>>;

export interface ChartSize {
  readonly width: number;
  readonly height: number;
}

/**
 * The chart as SVG, drawn without a DOM. Colours may be CSS variables, so that one picture serves light and dark. The same
 * option gives the same text: there are no ids, which would count the charts of the process, and no style element.
 */
export function chartSvg(option: ChartOption, { width, height }: ChartSize): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height });
  try {
    chart.setOption({ animation: false, ...option });
    return tidied(chart.renderToSVGString(), width, height);
  } finally {
    // An instance that is not disposed keeps its process alive.
    chart.dispose();
  }
}

function tidied(svg: string, width: number, height: number): string {
  return svg
    .replaceAll(/<style[^>]*>[\s\S]*?<\/style>\s*/g, '')
    .replaceAll(/ class="zr\d+-cls-\d+"/g, '')
    .replaceAll(/ ecmeta_[a-z_]+="[^"]*"/g, '')
    .replaceAll(/ (?:pointer-events="visible"|xml:space="preserve"|stroke-miterlimit="10")/g, '')
    .replaceAll(
      / style="font-size:(\d+)px;font-family:[^;"]+;(font-weight:\w+;)?"/g,
      (_, size: string, weight?: string) => ` font-size="${size}"${weight === undefined ? '' : ' font-weight="600"'}`,
    )
    .replaceAll(/<[a-z][^>]*>/g, shortCoordinates)
    .replace(
      /<svg [^>]*>\s*<rect [^>]*><\/rect>/,
      `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" aria-hidden="true">`,
    )
    .replaceAll(/>\s+</g, '><');
}

/** Hundredths of a pixel are enough; the text between tags is left alone. */
function shortCoordinates(tag: string): string {
  return tag.replaceAll(/\d+\.\d{3,}/g, (digits) => String(Math.round(Number(digits) * 100) / 100));
}
