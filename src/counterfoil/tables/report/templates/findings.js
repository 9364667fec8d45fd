// The list of findings: filter, sort, search, turn the page, save. The rows are in #listed as JSON; nothing is fetched. What the list shows
// stands in the address, such as #findings?site=Nord&search=pump&order=amount, so that it outlasts a reload and can be passed on.
"use strict";
(() => {
  const PAGE = 25;
  const SHOWS = "#findings?";
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
    byId("order").value = state.order;
    paint();
  };

  const address = () => {
    const asked = choices.filter((one) => one.value).map((one) => [one.dataset.filter, one.value.slice(1)]);
    if (search.value) asked.push(["search", search.value]);
    if (state.order !== "worst") asked.push(["order", state.order]);
    return asked.length ? SHOWS + new URLSearchParams(asked) : "";
  };

  // A moment later, and once for all that changed meanwhile: browsers refuse an address that changes with every key.
  let soon = 0;
  const note = () => {
    clearTimeout(soon);
    soon = setTimeout(() => {
      const told = address();
      if (told || location.hash.startsWith(SHOWS)) history.replaceState(null, "", told || location.href.split("#")[0]);
    }, 200);
  };

  const changed = () => { select(); note(); };

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

  const offers = (choice, text) => [...choice.options].some((one) => one.value === "=" + text);

  // A link may lead to what no listed finding has.
  const choose = (choice, text) => {
    if (!offers(choice, text)) choice.append(new Option(text || "(none)", "=" + text));
    choice.value = "=" + text;
  };

  const links = [...document.querySelectorAll("a[data-filter]")];

  const follow = (link) => {
    for (const one of choices) one.value = "";
    search.value = "";
    choose(choices.find((one) => one.dataset.filter === link.dataset.filter), link.dataset.value);
    changed();
  };

  // What the address asks for. What this page does not offer, because somebody changed the address or it tells of another run, is left out.
  const restore = () => {
    const asked = new URLSearchParams(location.hash.startsWith(SHOWS) ? location.hash.slice(SHOWS.length) : "");
    for (const one of choices) {
      const name = one.dataset.filter, text = asked.get(name);
      one.value = "";
      if (text === null) continue;
      if (offers(one, text) || links.some((link) => link.dataset.filter === name && link.dataset.value === text)) choose(one, text);
    }
    search.value = asked.get("search") || "";
    state.order = Object.hasOwn(ORDERS, asked.get("order")) ? asked.get("order") : "worst";
    select();
  };

  // Back and forward bring back lists; an anchor elsewhere on the page leaves the list as it is, and #findings is what it shows now.
  const arrive = () => {
    clearTimeout(soon);
    if (location.hash === "#findings") note();
    else if ((!location.hash || location.hash.startsWith(SHOWS)) && location.hash !== address()) restore();
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
  search.addEventListener("input", changed);
  for (const one of choices) one.addEventListener("change", changed);
  for (const head of box.querySelectorAll("th[data-order] button")) {
    head.disabled = false;
    head.addEventListener("click", () => { state.order = head.parentElement.dataset.order; changed(); });
  }
  byId("order").addEventListener("change", (event) => { state.order = event.target.value; changed(); });
  byId("clear").addEventListener("click", () => { for (const one of choices) one.value = ""; search.value = ""; changed(); search.focus(); });
  byId("back").addEventListener("click", () => { state.page -= 1; paint(); });
  byId("on").addEventListener("click", () => { state.page += 1; paint(); });
  byId("save").addEventListener("click", save);
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-filter]");
    if (link) follow(link);
  });
  window.addEventListener("hashchange", arrive);
  box.hidden = false;
  restore();
  if (location.hash.startsWith(SHOWS)) byId("findings").scrollIntoView();
})();
