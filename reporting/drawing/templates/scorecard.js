// Filters what stands on the page, moves the focus within a map of grades, opens what a link leads to.
"use strict";
(() => {
  const form = document.getElementById("filter");
  const every = (selector, within = document) => [...within.querySelectorAll(selector)];
  const names = ["division", "table", "metric", "grade"];
  const rates = every("tr.rate");

  const chosen = () => Object.fromEntries(names.map((name) => [name, form.elements[name].value]));
  const matches = (element, wanted, which = names) => which.every((name) => {
    const holder = element.closest(`[data-${name}]`);
    return !wanted[name] || !holder || holder.dataset[name] === wanted[name];
  });

  function filterMaps(wanted) {
    for (const row of every("table.map tbody tr")) row.hidden = !matches(row, wanted, ["division"]);
    for (const cell of every("table.map [data-table]")) {
      cell.hidden = !matches(cell, wanted, ["table"]);
      cell.classList.toggle("off", "grade" in cell.dataset && !matches(cell, wanted, ["grade"]));
    }
    for (const group of every("section.group")) {
      group.hidden = !group.querySelector("thead [data-table]:not([hidden])");
      rove(group);
    }
  }

  function showFigures(metric) {
    for (const figure of every(".map span.figure")) figure.remove();
    if (!metric) return;
    for (const link of every("table.map a")) {
      const head = document.getElementById(link.hash.slice(1));
      const row = head.parentElement.querySelector(`tr[data-metric="${CSS.escape(metric)}"]`);
      const figure = document.createElement("span");
      figure.className = "figure";
      figure.textContent = row ? `${row.cells[3].textContent} ${row.cells[6].textContent.slice(0, 1)}` : "—";
      link.append(" ", figure);
    }
  }

  function filterDetails(wanted) {
    for (const row of rates) row.hidden = !matches(row, wanted);
    for (const body of every("table.rates tbody")) body.hidden = !body.querySelector("tr.rate:not([hidden])");
    for (const body of every("table.rules tbody")) body.hidden = !matches(body, wanted);
    for (const card of every("details.division")) card.hidden = !card.querySelector("tr.rate:not([hidden])");
  }

  function filter() {
    const wanted = chosen();
    for (const row of every("table.failing tbody tr")) row.hidden = !matches(row, wanted);
    for (const row of every("table.whole tbody tr")) row.hidden = !matches(row, wanted, ["division"]);
    const isCompared = document.querySelector(`table.whole [data-metric="${CSS.escape(wanted.metric)}"]`);
    for (const cell of every("table.whole [data-metric]")) {
      cell.hidden = Boolean(isCompared) && cell.dataset.metric !== wanted.metric;
    }
    filterDetails(wanted);
    filterMaps(wanted);
    showFigures(wanted.metric);
    const status = form.querySelector("[role=status]");
    const shown = rates.filter((row) => !row.hidden).length;
    status.textContent = status.dataset.says.replace("{shown}", shown).replace("{all}", rates.length);
  }

  // One link of a map is reached by Tab; arrow keys move from there over what the filter shows.
  const isShown = (link) => !link.closest("[hidden], .off");
  function rove(group, current) {
    const links = every("table.map a", group);
    const first = current || links.find(isShown);
    for (const link of links) link.tabIndex = link === first ? 0 : -1;
  }

  const steps = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] };
  function move(event) {
    const link = event.target.closest("table.map a");
    const cell = link && link.closest("td");
    if (!cell || event.altKey || event.ctrlKey || event.metaKey) return;
    const rows = every("tbody tr", cell.closest("table"));
    let [line, place] = [rows.indexOf(cell.parentElement), cell.cellIndex];
    const step = steps[event.key];
    if (event.key === "Home") place = 0;
    if (event.key === "End") place = cell.parentElement.cells.length;
    const [down, right] = step || (event.key === "Home" ? [0, 1] : event.key === "End" ? [0, -1] : [0, 0]);
    if (!down && !right) return;
    event.preventDefault();
    for (line += down, place += right; rows[line] && rows[line].cells[place]; line += down, place += right) {
      const next = rows[line].cells[place].querySelector("a");
      if (!next || !isShown(next)) continue;
      rove(cell.closest("section"), next);
      next.focus();
      return;
    }
  }

  function reveal() {
    const target = document.getElementById(location.hash.slice(1));
    if (!target) return;
    if (target.closest("[hidden]")) {
      form.reset();
      filter();
    }
    const card = target.closest("details");
    if (card) card.open = true;
    target.scrollIntoView();
    const heading = target.querySelector("th[tabindex]");
    if (heading) heading.focus();
  }

  form.hidden = false;
  for (const note of every(".scripted")) note.hidden = false;
  form.addEventListener("change", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(filter));
  for (const button of every("button[data-open]")) {
    button.addEventListener("click", () => {
      for (const card of every("details.division:not([hidden])")) card.open = Boolean(button.dataset.open);
    });
  }
  document.addEventListener("keydown", move);
  window.addEventListener("hashchange", reveal);
  // A link to where the address leads already changes no address.
  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#d"]');
    if (link && link.hash === location.hash) reveal();
  });
  filter();
  reveal();
})();
