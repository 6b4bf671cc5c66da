// The transcript: the latest entries, those that the filter wants, the newest first.
import { $, make } from "./elements.js";

const KEPT = 3000;
const SHOWN = 400;
const ARROWS = { in: "->", out: "<-", do: "**" };
const TITLES = { in: "from", out: "to", do: "done from outside" };
let entries = [];
let lines = [];

export function add(more) {
  entries = entries.concat(more).slice(-KEPT);
  if (!$("filter").elements.paused.checked) show();
}

export function forget() {
  entries = [];
  show();
}

function wanted(entry) {
  const { text, dir } = $("filter").elements;
  if (dir.value && entry.dir !== dir.value) return false;
  const said = `${entry.session} ${entry.xml ?? entry.does}`.toLowerCase();
  return text.value.toLowerCase().split(/\s+/).every((word) => said.includes(word));
}

function show() {
  const found = entries.filter(wanted);
  const chosen = found.slice(-SHOWN).reverse();
  const known = new Map(lines.map(([entry, line]) => [entry, line]));
  lines = chosen.map((entry) => [entry, known.get(entry) ?? line(entry)]);
  $("lines").replaceChildren(...lines.map(([, line]) => line));
  const most = found.length > SHOWN ? `, the latest ${SHOWN} shown` : "";
  $("counted").textContent = `${found.length} of ${entries.length}${most}`;
}

function line(entry) {
  const arrow = make("b", { title: TITLES[entry.dir] }, ARROWS[entry.dir]);
  const time = make("time", { dateTime: entry.time }, entry.time.slice(11, 23));
  return make("li", { class: entry.dir }, time, " ", arrow, " ", entry.session ? make("b", {}, entry.session) : "", entry.session ? "\n" : "", entry.xml ?? entry.does);
}

$("filter").addEventListener("input", show);
$("filter").addEventListener("submit", (event) => event.preventDefault());
$("clear").addEventListener("click", forget);
