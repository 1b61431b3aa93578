/* Charts: a figure with `data-chart` names a JSON block that says what is shown (ui/charts.py); this
   draws it with ECharts in the design's theme, and again when light turns to dark. */

import { handselTheme } from "./echarts-theme.js";

const LOCALES = { en: "en-IE", sv: "sv-SE", nb: "nb-NO", pl: "pl-PL" };
const COLOURS = { brand: 0, partner: 1, third: 2, fourth: 3, fifth: 4, before: 5 };

const drawn = new Map();

function formats(unit) {
  const lang = document.documentElement.lang;
  const locale = LOCALES[lang] ?? lang;
  const scale = 10 ** (unit.digits ?? 0);
  const kind = unit.currency
    ? { style: "currency", currency: unit.currency }
    : unit.percent
      ? { style: "percent", maximumFractionDigits: 4 }
      : {};
  const exact = new Intl.NumberFormat(locale, kind);
  const short = new Intl.NumberFormat(locale, {
    ...kind,
    notation: "compact",
    minimumFractionDigits: 0,
    maximumFractionDigits: 1,
  });
  const minus = (text) => text.replace("-", "−");
  return {
    exact: (value) => (value == null ? "" : minus(exact.format(value / scale))),
    short: (value) => (value === 0 ? "0" : minus(short.format(value / scale))),
  };
}

function series(one, chart, palette) {
  const colour = palette[COLOURS[one.hand]];
  const before = one.hand === "before";
  const base = { name: one.name, data: one.values, color: colour };
  if (chart.kind === "bar") return { ...base, type: "bar" };
  return {
    ...base,
    type: "line",
    lineStyle: before ? { type: [3, 4], width: 1.5 } : {},
    areaStyle: before ? undefined : { opacity: 0.12 },
  };
}

function option(chart, palette) {
  const format = formats(chart.unit);
  const all = chart.series.map((one) => series(one, chart, palette));
  all[0].markLine = {
    data: chart.marks.map((mark) => ({ xAxis: mark.at, label: { formatter: mark.label } })),
  };
  return {
    ...(chart.marks.length ? { grid: { top: 32 } } : {}),
    xAxis: { type: "category", data: chart.labels, boundaryGap: chart.kind === "bar" },
    yAxis: { type: "value", axisLabel: { formatter: format.short } },
    tooltip: { valueFormatter: format.exact },
    series: all,
  };
}

function draw(figure, echarts) {
  const canvas = figure.querySelector(".chart-canvas");
  const chart = JSON.parse(document.getElementById(figure.dataset.chart).textContent);
  drawn.get(figure)?.dispose();
  const theme = handselTheme(canvas);
  const instance = echarts.init(canvas, theme);
  instance.setOption(option(chart, theme.color));
  drawn.set(figure, instance);
}

export async function mountCharts(root) {
  const figures = [...root.querySelectorAll("[data-chart]")];
  if (root.matches?.("[data-chart]")) figures.push(root);
  for (const figure of figures) {
    const echarts = await import(figure.dataset.library);
    draw(figure, echarts);
    new ResizeObserver(() => drawn.get(figure)?.resize()).observe(figure);
  }
}

async function redraw() {
  for (const [figure, instance] of drawn) {
    if (figure.isConnected) draw(figure, await import(figure.dataset.library));
    else {
      instance.dispose();
      drawn.delete(figure);
    }
  }
}

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
new MutationObserver(redraw).observe(document.documentElement, { attributeFilter: ["data-theme"] });
