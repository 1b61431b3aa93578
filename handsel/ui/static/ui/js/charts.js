/* Charts: a figure with `data-chart` names a JSON block that says what is shown (ui/charts.py); this
   draws it with ECharts in the design's theme, and again when light turns to dark. */

import { handselTheme } from "./echarts-theme.js";

const LOCALES = { en: "en-IE", sv: "sv-SE", nb: "nb-NO", pl: "pl-PL" };
// About what a letter of a name takes, and the axis beside the drawing, in pixels.
const LETTER = 6.4;
const AXIS = 56;
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

/* A colour of the page at the place of the chart, as a canvas needs it. */
function colourOf(element, token) {
  const probe = element.appendChild(document.createElement("i"));
  probe.style.setProperty("transition", "none", "important");
  probe.style.color = `var(${token})`;
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

function bars(one, chart, base, soft) {
  const before = one.hand === "before";
  const last = one.values.length - 1;
  const data = one.values.map((value, place) =>
    chart.unfinished && !before && place === last
      ? { value, itemStyle: { opacity: 0.45 } }
      : value,
  );
  const overlaid = chart.series.some((other) => other.hand === "before");
  if (!overlaid) return { ...base, type: "bar", data };
  // The year before stands behind, wider and paler, on an axis of its own: bars of one axis would
  // make room for each other.
  return {
    ...base,
    type: "bar",
    data,
    color: before ? soft : base.color,
    barWidth: before ? "80%" : "58%",
    xAxisIndex: before ? 1 : 0,
    z: before ? 1 : 2,
  };
}

function series(one, chart, palette, soft) {
  const colour = palette[COLOURS[one.hand]];
  const before = one.hand === "before";
  const base = { name: one.name, data: one.values, color: colour };
  if (chart.kind === "bar") return bars(one, chart, base, soft);
  return {
    ...base,
    type: "line",
    lineStyle: before ? { type: [3, 4], width: 1.5 } : {},
    areaStyle: before ? undefined : { opacity: 0.12 },
  };
}

/* Where a name begins: near the end of the drawing it ends at its line instead. */
function isLate(chart, label) {
  return chart.labels.indexOf(label) > chart.labels.length * 0.7;
}

/* Names that do not run into each other: whole where there is room, else short, else none. */
function namesOfEras(chart, width) {
  const cell = Math.max(width - AXIS, 0) / chart.labels.length;
  const begins = chart.eras.map((era) => chart.labels.indexOf(era.first) * cell);
  let taken = 0;
  return chart.eras.map((era, place) => {
    const late = isLate(chart, era.first);
    const end = late ? chart.labels.length * cell : (begins[place + 1] ?? width - AXIS);
    const start = late ? taken : begins[place];
    const name = [era.label, era.short].find((text) => start + text.length * LETTER <= end) ?? "";
    taken = late ? end : start + name.length * LETTER;
    return name;
  });
}

function markLines(chart, colours, width) {
  const marks = chart.marks.map((mark) => ({
    xAxis: mark.at,
    label: {
      show: mark.label !== "",
      formatter: mark.label,
      align: isLate(chart, mark.at) ? "right" : "left",
    },
  }));
  const names = namesOfEras(chart, width);
  const eras = chart.eras.map((era, place) => {
    const late = isLate(chart, era.first);
    return [
      {
        xAxis: era.first,
        y: 6,
        lineStyle: { type: "solid", width: 3, cap: "round", color: colours.era },
        label: {
          formatter: names[place],
          position: late ? "insideEndBottom" : "insideStartBottom",
          align: late ? "right" : "left",
          distance: [0, 6],
        },
      },
      { xAxis: era.last, y: 6 },
    ];
  });
  return { data: [...marks, ...eras] };
}

/* Drawings of a pair have the same edges, so that a day stands above itself. */
const PAIR_EDGES = { left: 56, right: 12, containLabel: false };

function grid(chart) {
  const top = chart.eras.length ? 40 : chart.marks.length ? 28 : 12;
  if (chart.pair === "upper") return { ...PAIR_EDGES, top, bottom: 8 };
  if (chart.pair === "lower") return { ...PAIR_EDGES, top: 12, bottom: 24 };
  return { top };
}

function option(chart, palette, colours, width) {
  const format = formats(chart.unit);
  const all = chart.series.map((one) => series(one, chart, palette, colours.soft));
  all[0].markLine = markLines(chart, colours, width);
  if (chart.peak) {
    all[0].markPoint = {
      data: [{ type: "max" }],
      symbol: "circle",
      symbolSize: 10,
      silent: true,
      itemStyle: { borderColor: colours.surface, borderWidth: 2 },
      label: { show: false },
    };
  }
  const axis = {
    type: "category",
    data: chart.labels,
    boundaryGap: chart.kind === "bar" || chart.pair !== "",
    axisLabel: { show: chart.pair !== "upper" },
  };
  return {
    grid: grid(chart),
    xAxis: [axis, { ...axis, show: false }],
    yAxis: {
      type: "value",
      splitNumber: chart.pair === "lower" ? 2 : 4,
      axisLabel: { formatter: format.short },
    },
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
  const colours = {
    soft: colourOf(canvas, "--line-strong"),
    surface: colourOf(canvas, "--surface"),
    era: colourOf(canvas, "--chart-6"),
  };
  instance.setOption(option(chart, theme.color, colours, canvas.clientWidth));
  instance.shown = { chart, colours };
  drawn.set(figure, instance);
}

function resize(figure) {
  const instance = drawn.get(figure);
  if (!instance) return;
  instance.resize();
  const { chart, colours } = instance.shown;
  if (chart.eras.length) {
    instance.setOption({ series: [{ markLine: markLines(chart, colours, instance.getWidth()) }] });
  }
}

export async function mountCharts(root) {
  const figures = [...root.querySelectorAll("[data-chart]")];
  if (root.matches?.("[data-chart]")) figures.push(root);
  for (const figure of figures) {
    const echarts = await import(figure.dataset.library);
    draw(figure, echarts);
    new ResizeObserver(() => resize(figure)).observe(figure);
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
