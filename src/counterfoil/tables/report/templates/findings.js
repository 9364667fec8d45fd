// The list of findings: filter, sort, search, turn the page, save. The rows are in #listed as JSON; nothing is fetched.
"use strict";
(() => {
  const PAGE = 25;
  const { rules, words, rows } = JSON.parse(document.getElementById("listed").textContent);
  const FIELDS = ["rule", "severity", "site", "supplier", "category", "document", "document_id", "line_id", "work", "amount", "rank", "month", "day", "message", "others"];
  const CODED = new Set(["site", "supplier", "category", "document"]);
  const findings = rows.map((row, place) => {
    const one = { place };
    FIELDS.forEach((name, at) => { one[name] = CODED.has(name) ? words[row[at]] : row[at]; });
    Object.assign(one, rules[one.rule]);
    one.text = [one.name, one.document, one.document_id, "line", one.line_id, "work order", one.work, "supplier", one.supplier, "site", one.site, one.category, one.others, one.message].join(" ").toLowerCase();
    return one;
  });
  const SEVERITIES = ["error", "warning", "info"];
  const ORDERS = {
    worst: (a, b) => a.place - b.place,
    rule: (a, b) => a.name.localeCompare(b.name) || a.place - b.place,
    document: (a, b) => a.document_id.localeCompare(b.document_id, undefined, { numeric: true }) || a.place - b.place,
    site: (a, b) => a.site.localeCompare(b.site) || a.place - b.place,
    day: (a, b) => b.day.localeCompare(a.day) || a.place - b.place,
    amount: (a, b) => a.rank - b.rank || a.place - b.place,
  };
  const state = { order: "worst", page: 0, shown: findings };
  const byId = (id) => document.getElementById(id);
  const box = byId("explorer");
  const search = byId("search");
  const choices = [...box.querySelectorAll("select[data-filter]")];

  const element = (name, text, kind) => {
    const made = document.createElement(name);
    if (text) made.textContent = text;
    if (kind) made.className = kind;
    return made;
  };

  const cell = (label, ...parts) => {
    const made = element("td");
    made.dataset.label = label;
    const inner = element("span");
    inner.append(...parts);
    made.append(inner);
    return made;
  };

  const bidi = (text) => element("bdi", text);

  const line = (one) => {
    const row = element("tr");
    const about = element("span", one.document ? one.document + " " : "", "muted");
    const where = cell("Document", about, bidi(one.document_id));
    if (one.line_id && one.line_id !== one.document_id) where.firstChild.append(element("br"), element("span", "line ", "muted"), bidi(one.line_id));
    if (one.work && one.work !== one.document_id) where.firstChild.append(element("br"), element("span", "work order ", "muted"), bidi(one.work));
    const told = cell("Finding", element("span", one.name, "rule"), element("br"), bidi(one.message), element("br"), element("span", one.remedy + " ", "muted"), element("span", one.owner, "owner"));
    told.className = "told";
    const amount = cell("At risk", one.amount || "–");
    amount.className = "number";
    const place = cell("Site, supplier", bidi(one.site || "–"), element("br"), bidi(one.supplier));
    row.append(cell("Severity", element("span", SEVERITIES[one.severity], "chip " + SEVERITIES[one.severity])), told, where, place, cell("On", one.day || "–"), amount);
    return row;
  };

  const paint = () => {
    const all = state.shown.length, from = state.page * PAGE;
    byId("rows").replaceChildren(...state.shown.slice(from, from + PAGE).map(line));
    byId("nothing").hidden = all > 0;
    const figure = (number) => number.toLocaleString("en");
    byId("many").textContent = figure(all) + (all === 1 ? " finding" : " findings") + (all > PAGE ? ", " + figure(from + 1) + " to " + figure(Math.min(all, from + PAGE)) + " shown" : "");
    byId("back").disabled = from === 0;
    byId("on").disabled = from + PAGE >= all;
    byId("clear").hidden = !search.value && choices.every((one) => !one.value);
    for (const head of box.querySelectorAll("th[data-order]")) {
      if (head.dataset.order === state.order) head.setAttribute("aria-sort", state.order === "amount" || state.order === "day" ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    }
  };

  const select = () => {
    const asked = choices.filter((one) => one.value).map((one) => [one.dataset.filter, one.value.slice(1)]);
    const wanted = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const value = (one, name) => (name === "severity" ? SEVERITIES[one.severity] : name === "rule" ? one.name : one[name]);
    state.shown = findings.filter((one) => asked.every(([name, text]) => value(one, name) === text) && wanted.every((word) => one.text.includes(word)));
    state.shown.sort(ORDERS[state.order]);
    state.page = 0;
    paint();
  };

  const fill = () => {
    const names = { site: "site", supplier: "supplier", category: "category", month: "month", owner: "owner" };
    for (const choice of choices) {
      const name = names[choice.dataset.filter];
      if (!name) continue;
      const values = [...new Set(findings.map((one) => one[name]))].sort((a, b) => a.localeCompare(b, undefined, { numeric: true }));
      if (name === "month") values.reverse();
      for (const text of values) choice.append(new Option(text || "(none)", "=" + text));
      choice.closest("label").hidden = values.length < 2;
    }
  };

  const follow = (link) => {
    for (const one of choices) one.value = "";
    search.value = "";
    const choice = choices.find((one) => one.dataset.filter === link.dataset.filter);
    const value = "=" + link.dataset.value;
    if (![...choice.options].some((one) => one.value === value)) choice.append(new Option(link.dataset.value || "(none)", value));
    choice.value = value;
    select();
  };

  // "1,234.50 EUR" as a spreadsheet reads it: 1234.50 and EUR.
  const parted = (amount) => {
    const [, figure, currency] = amount.match(/^((?:[<>] )?\S*) ?(.*)$/);
    return [figure.replaceAll(",", ""), currency];
  };

  const save = () => {
    const safe = (text) => '"' + String(text).replace(/^(?=[=+@\t\r\n\uff1d\uff0b\uff20\uff0d-])/, "'").replaceAll('"', '""') + '"';
    const head = ["rule", "severity", "site", "supplier", "category", "document", "document_id", "line_id", "work_order", "at_risk", "currency", "occurred_on", "message", "remedy", "owner"];
    const texts = state.shown.map((one) => [one.name, SEVERITIES[one.severity], one.site, one.supplier, one.category, one.document, one.document_id, one.line_id, one.work, ...parted(one.amount), one.day, one.message, one.remedy, one.owner]);
    const link = element("a");
    link.href = URL.createObjectURL(new Blob(["\ufeff" + [head, ...texts].map((row) => row.map(safe).join(",")).join("\r\n") + "\r\n"], { type: "text/csv" }));
    link.download = "counterfoil-selection.csv";
    link.click();
    URL.revokeObjectURL(link.href);
  };

  fill();
  search.addEventListener("input", select);
  for (const one of choices) one.addEventListener("change", select);
  for (const head of box.querySelectorAll("th[data-order] button")) {
    head.disabled = false;
    head.addEventListener("click", () => { state.order = head.parentElement.dataset.order; select(); });
  }
  byId("order").addEventListener("change", (event) => { state.order = event.target.value; select(); });
  byId("clear").addEventListener("click", () => { for (const one of choices) one.value = ""; search.value = ""; select(); search.focus(); });
  byId("back").addEventListener("click", () => { state.page -= 1; paint(); });
  byId("on").addEventListener("click", () => { state.page += 1; paint(); });
  byId("save").addEventListener("click", save);
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-filter]");
    if (link) follow(link);
  });
  box.hidden = false;
  select();
})();
