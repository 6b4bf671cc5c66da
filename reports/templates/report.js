// The page: filters, and the drill-down that an address like #removal/kicked@slixmpp-1.17.0 opens.

const INDEX = JSON.parse(document.getElementById("index").textContent);
const dialog = document.getElementById("detail");
const byId = (id) => document.getElementById(id);
const mark = (verdict) => make("span", { class: "mark v-" + verdict, "aria-hidden": "true" }, INDEX.marks[verdict] || "?");

// Details of a client are unpacked when the first one is asked for.

const unpacked = new Map();

async function inflate(key) {
  const holder = [...document.querySelectorAll("script[data-pack]")].find((node) => node.dataset.pack === key);
  const bytes = Uint8Array.from(atob(holder.textContent), (c) => c.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Map(Object.entries(JSON.parse(await new Response(stream).text())));
}

function details(key) {
  if (!unpacked.has(key)) unpacked.set(key, inflate(key));
  return unpacked.get(key);
}

// Filters

const rows = [...document.querySelectorAll(".matrix .row")];

function wanted(row, filter) {
  if (filter.topic && row.parentNode.dataset.topic !== filter.topic) return false;
  if (!filter.text.every((word) => row.dataset.search.includes(word))) return false;
  const cells = [...row.querySelectorAll("td")];
  if (filter.differ && new Set(cells.map((cell) => cell.dataset.words).filter(Boolean)).size < 2) return false;
  const looked = filter.client === "" ? cells : [cells[Number(filter.client)]];
  return !filter.words.length || looked.some((cell) => (cell.dataset.words || "").split(" ").some((w) => filter.words.includes(w)));
}

function applyFilters() {
  const filter = {
    text: byId("text").value.toLowerCase().split(/\s+/).filter(Boolean),
    topic: byId("topic").value,
    client: byId("client")?.value ?? "",
    differ: byId("differ")?.checked ?? false,
    words: [...document.querySelectorAll("#words :checked")].map((box) => box.value),
  };
  for (const row of rows) row.hidden = !wanted(row, filter);
  for (const body of document.querySelectorAll(".matrix tbody")) body.hidden = !body.querySelector(".row:not([hidden])");
  const shown = rows.filter((row) => !row.hidden).length;
  byId("count").textContent = shown === rows.length ? `${shown} scenarios` : `${shown} of ${rows.length} scenarios`;
}

// Drill-down

function address() {
  const hash = location.hash.slice(1);
  const at = hash.lastIndexOf("@");
  if (at < 0) return null;
  const [key, time] = hash.slice(at + 1).split("!");
  try {
    return { id: decodeURIComponent(hash.slice(0, at)), key, time: time && Number(time) - 1 };
  } catch {
    return null;
  }
}

const hashOf = (id, key, time) => "#" + encodeURIComponent(id).replace(/%2F/g, "/").replace(/%3D/g, "=").replace(/%2C/g, ",") + "@" + key + (time === undefined ? "" : "!" + (time + 1));

function neighbour(where, step) {
  const links = rows.filter((row) => !row.hidden).map((row) => row.querySelector(`a[href$="@${CSS.escape(where.key)}"]`)).filter(Boolean);
  const here = links.findIndex((link) => link.getAttribute("href") === hashOf(where.id, where.key));
  return links[here + step]?.getAttribute("href");
}

function go(where, step) {
  const target = neighbour(where, step);
  if (target) location.replace(target);
}

async function tabs(where) {
  const found = await Promise.all(INDEX.clients.map(async (client) => ({ client, group: (await details(client.key)).get(where.id) })));
  return found.filter((tab) => tab.group).map(({ client, group }) =>
    make("a", { href: hashOf(where.id, client.key), "aria-current": client.key === where.key ? "true" : null, "data-replace": true },
      mark(group.lines[group.worst].verdict), client.name));
}

function checkItem(check, lines) {
  const verdict = check.outcome === "fail" ? check.class : check.outcome;
  const odd = !["pass", "unreached"].includes(check.outcome);
  const [expected, closest] = odd ? facing(check.expected || "", check.closest || "") : [check.expected || "", check.closest || ""].map((text) => make("pre", {}, text));
  const facts = make("dl", {},
    check.expected ? [make("dt", {}, "expected"), make("dd", {}, expected)] : null,
    check.closest ? [make("dt", {}, odd ? "closest" : "seen"), make("dd", {}, closest)] : null,
    check.why ? [make("dt", {}, "why"), make("dd", {}, check.why)] : null,
    check.known ? [make("dt", {}, "known"), make("dd", {}, check.known)] : null);
  const place = check.link ? make("a", { href: check.link, rel: "noreferrer" }, check.place) : check.place;
  const item = make("li", { class: "check v-" + verdict },
    make("button", { type: "button", onclick: () => choose(item, check, lines) }, mark(verdict),
      make("span", { class: "says" }, make("small", {}, "row " + check.row + " "), check.says || check.expected || check.id, make("span", { class: "sr" }, ": " + verdict))),
    make("p", { class: "where" }, place, make("code", {}, check.requirement), odd || verdict !== "pass" ? make("span", { class: "tag", title: INDEX.meanings[verdict] }, verdict) : null),
    facts.childNodes.length ? (odd ? facts : make("details", {}, make("summary", {}, "what was seen"), facts)) : null);
  return item;
}

function choose(item, check, lines) {
  const on = !item.classList.contains("chosen");
  for (const node of dialog.querySelectorAll(".chosen")) node.classList.remove("chosen");
  if (!on) return;
  item.classList.add("chosen");
  const stimulus = Math.max(0, ...[...lines.children].map((line) => Number(line.dataset.row || 0)).filter((row) => row <= check.row));
  const about = [...lines.children].filter((line) => line.dataset.row === String(stimulus) || line.dataset.index === String(check.evidence));
  for (const line of about) line.classList.add("chosen");
  (lines.querySelector(`[data-index="${check.evidence}"]`) || about[0])?.scrollIntoView({ block: "center" });
}

function evidenceOf(line) {
  const found = new Map();
  for (const check of line.checks) {
    if (check.evidence !== null && check.outcome === "fail") found.set(check.evidence, [...(found.get(check.evidence) || []), check]);
  }
  return found;
}

function panes(line) {
  const evidence = evidenceOf(line);
  const lines = make("ol", { class: "lines" }, line.transcript.map((one, index) => transcriptLine(one, index, evidence, line.subject)));
  const fences = lines.querySelectorAll("[data-fence]");
  const toggle = make("label", {}, make("input", { type: "checkbox", onchange: (event) => fences.forEach((one) => (one.hidden = !event.target.checked)) }), "show fences");
  return make("div", { class: "panes" },
    make("section", { class: "pane", "aria-label": "Rows", tabindex: "0" }, make("h3", {}, "Rows"), make("ol", {}, line.checks.map((check) => checkItem(check, lines))),
      line.stderr ? make("details", { class: "stderr" }, make("summary", {}, "stderr of the driver"), make("pre", {}, line.stderr)) : null),
    make("section", { class: "pane", "aria-label": "Transcript", tabindex: "0" }, make("h3", {}, "Transcript", fences.length ? toggle : null), line.transcript.length ? lines : make("p", {}, "Nothing was kept.")));
}

function intro(where, line, all) {
  const times = all.length > 1 ? make("span", {}, "runs ", all.map((one, n) => [make("a", { href: hashOf(where.id, where.key, n), "aria-current": one === line ? "true" : null, "data-replace": true }, `${n + 1} ${INDEX.marks[one.verdict]}`), " "])) : null;
  return make("div", { class: "intro" },
    make("h2", { id: "detail-title", tabindex: "-1", autofocus: true }, mark(line.verdict), line.title),
    make("p", { class: "meta" }, make("code", {}, line.id), make("span", {}, line.verdict + ": " + INDEX.meanings[line.verdict]),
      make("span", {}, line.duration_ms.toFixed(1) + " ms"), (line.tags || []).map((tag) => make("span", { class: "tag" }, tag)), times),
    line.why ? make("p", { class: "alarm" }, line.why) : null,
    make("p", { class: "command" }, make("code", {}, line.repeat), make("button", { type: "button", class: "copy" }, "Copy"),
      make("button", { type: "button", class: "save", title: "A record of this scenario alone, for mucspec replay", onclick: () => saveBundle(where, line) }, "Save evidence")));
}

async function show() {
  const where = address();
  const client = where && INDEX.clients.find((one) => one.key === where.key);
  const group = client && (await details(where.key)).get(where.id);
  if (!group) return dialog.open && dialog.close();
  const line = group.lines[where.time] || group.lines[group.worst];
  const bar = make("div", { class: "bar-top" }, make("nav", { class: "tabs", "aria-label": "Clients" }, await tabs(where)),
    make("button", { type: "button", "aria-label": "Previous scenario", onclick: () => go(where, -1), disabled: !neighbour(where, -1) }, "↑"),
    make("button", { type: "button", "aria-label": "Next scenario", onclick: () => go(where, 1), disabled: !neighbour(where, 1) }, "↓"),
    make("button", { type: "button", "aria-label": "Close", onclick: () => dialog.close() }, "✕"));
  dialog.replaceChildren(bar, intro(where, line, group.lines), panes(line));
  if (!dialog.open) dialog.showModal();
  const pane = dialog.querySelector(".lines")?.closest(".pane");
  const evidence = dialog.querySelector(".evidence");
  if (pane && evidence) pane.scrollTop = evidence.offsetTop - pane.offsetTop - pane.clientHeight / 3;
}

// Copy buttons, tabs, theme

async function copy(button) {
  const code = button.parentNode.querySelector("code");
  try {
    await navigator.clipboard.writeText(code.textContent);
    button.textContent = "Copied";
  } catch {
    getSelection().selectAllChildren(code);
    button.textContent = document.execCommand("copy") ? "Copied" : "Selected";
  }
  setTimeout(() => (button.textContent = "Copy"), 1500);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("button.copy");
  if (button) copy(button);
  const tab = event.target.closest("a[data-replace]");
  if (tab) {
    event.preventDefault();
    location.replace(tab.getAttribute("href"));
  }
  if (event.target === dialog) dialog.close();
});
dialog.addEventListener("close", () => {
  if (address()) history.replaceState(null, "", location.href.split("#")[0] + "#");
});
byId("theme").addEventListener("click", () => {
  const root = document.documentElement;
  const dark = root.style.colorScheme ? root.style.colorScheme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.style.colorScheme = dark ? "light" : "dark";
});
byId("filters").addEventListener("input", applyFilters);
byId("filters").addEventListener("submit", (event) => event.preventDefault());
new ResizeObserver(([bar]) => document.documentElement.style.setProperty("--bar", bar.target.offsetHeight + "px")).observe(byId("filters"));
addEventListener("hashchange", show);
applyFilters();
show();
