// Charts are drawn from the table beside them: its rows are the places on the axis, its columns
// marked data-series the lines or bars. Without this file there is the table.
(() => {
  const KINDS = {
    line: ({ stroke, fill }, n) => ({
      borderColor: stroke, backgroundColor: fill, pointBackgroundColor: stroke, pointBorderColor: stroke,
      borderWidth: 2, borderDash: n ? [5, 4] : [], pointRadius: n ? 2 : 3, pointStyle: n ? "rect" : "circle",
      tension: 0.25, fill: n === 0, spanGaps: true,
    }),
    bar: ({ stroke }) => ({ backgroundColor: stroke, borderWidth: 0, maxBarThickness: 48 }),
  };
  const LIGHT = {
    text: "#4b5563", line: "#e2e5e9",
    series: [{ stroke: "#066fd1", fill: "rgba(6, 111, 209, .1)" }, { stroke: "#6b7280", fill: "transparent" }],
  };
  const DARK = {
    text: "#c8d3e1", line: "#3a4859",
    series: [{ stroke: "#4299e1", fill: "rgba(66, 153, 225, .15)" }, { stroke: "#9ba9be", fill: "transparent" }],
  };
  const colorsNow = () => (document.documentElement.dataset.bsTheme === "dark" ? DARK : LIGHT);

  const cellsOf = (table, column) =>
    [...table.tBodies[0].rows].map((row) => {
      const { value } = row.cells[column].dataset;
      return value === undefined ? null : Number(value);
    });

  const seriesOf = (table) =>
    [...table.tHead.rows[0].cells]
      .filter((head) => "series" in head.dataset)
      .map((head) => ({ label: head.textContent.trim(), data: cellsOf(table, head.cellIndex) }));

  const paint = (chart, kind, colors) => {
    chart.data.datasets.forEach((set, n) => Object.assign(set, KINDS[kind](colors.series[n % 2], n)));
    const { x, y } = chart.options.scales;
    for (const axis of [x, y]) axis.ticks.color = colors.text;
    y.grid.color = colors.line;
    x.border.color = y.border.color = colors.line;
    chart.options.plugins.legend.labels.color = colors.text;
    chart.update("none");
  };

  const draw = (figure) => {
    const table = figure.querySelector("table");
    const canvas = document.createElement("canvas");
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", `Chart of the table: ${table.caption.textContent}`);
    figure.querySelector("[data-canvas]").append(canvas);
    const kind = figure.dataset.chart;
    const colors = colorsNow();
    const datasets = seriesOf(table).map((set, n) => Object.assign(set, KINDS[kind](colors.series[n % 2], n)));
    const heads = [...table.tBodies[0].rows].map((row) => row.cells[0]);
    const chart = new Chart(canvas, {
      type: kind,
      data: { labels: heads.map((head) => head.textContent), datasets },
      options: {
        animation: false,
        maintainAspectRatio: false,
        interaction: { mode: "index", intersect: false },
        plugins: { legend: { display: datasets.length > 1, labels: { usePointStyle: true, boxWidth: 8, boxHeight: 8 } } },
        scales: {
          x: { grid: { display: false }, border: {}, ticks: { callback: (_, n) => heads[n].dataset.short ?? heads[n].textContent } },
          y: { beginAtZero: true, grid: {}, border: {}, ticks: { precision: 1, maxTicksLimit: 6 } },
        },
      },
    });
    return (others) => paint(chart, kind, others);
  };

  const paints = [];
  const repaint = (colors) => paints.forEach((paintOne) => paintOne(colors));
  const onScreen = () => repaint(colorsNow());
  // Also those that come when the page is there already.
  const drawNew = () => {
    const blank = document.querySelectorAll("figure[data-chart]:not(:has(canvas))");
    paints.push(...[...blank].map(draw));
    onScreen();
  };

  drawNew();
  document.addEventListener("htmx:load", drawNew);
  new MutationObserver(onScreen).observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
  addEventListener("beforeprint", () => repaint(LIGHT));
  addEventListener("afterprint", onScreen);
})();
