"use strict";
// Texts of a record become DOM nodes here. Nothing is ever parsed as HTML: only text nodes, and XML for its layout.

function make(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== ""));
  return node;
}

const piece = (kind, text) => make("span", { class: "x-" + kind }, text);

// Stanzas, one element a line; what is no well-formed XML is shown as it is.

function parsed(xml) {
  const tree = new DOMParser().parseFromString("<w>" + xml + "</w>", "application/xml");
  return tree.getElementsByTagName("parsererror").length ? null : tree.documentElement;
}

function startTag(element, end) {
  const attributes = [...element.attributes].map((a) => [" ", piece("name", a.name), "=", piece("value", "'" + a.value + "'")]);
  return [piece("tag", "<" + element.nodeName), ...attributes, piece("tag", end)];
}

function laidOut(element, depth) {
  const pad = "  ".repeat(depth);
  const children = [...element.childNodes].filter((n) => n.nodeType === 1 || n.data?.trim());
  if (!children.length) return [pad, startTag(element, "/>"), "\n"];
  const close = piece("tag", "</" + element.nodeName + ">");
  if (children.every((n) => n.nodeType !== 1)) {
    return [pad, startTag(element, ">"), piece("text", element.textContent), close, "\n"];
  }
  const inner = children.map((n) => (n.nodeType === 1 ? laidOut(n, depth + 1) : [pad, "  ", piece("text", n.data), "\n"]));
  return [pad, startTag(element, ">"), "\n", inner, pad, close, "\n"];
}

function stanza(xml) {
  const root = parsed(xml);
  if (!root) return make("pre", {}, xml);
  return make("pre", {}, [...root.childNodes].map((n) => (n.nodeType === 1 ? laidOut(n, 0) : n.data)));
}

// Events, commands and answers: name, then the fields.

function fields(object, without) {
  const shown = Object.entries(object).filter(([key]) => !without.includes(key));
  return shown.map(([key, value]) => [" ", piece("name", key), "=", piece("value", JSON.stringify(value))]);
}

const DIRECTIONS = {
  in: (line) => [make("b", {}, short(line.session) + " → service")],
  out: (line) => [make("b", {}, "service → " + short(line.session))],
  event: (line) => [make("b", {}, "the library reports"), " " + short(line.session)],
  command: (line) => [make("b", {}, "told to"), " " + short(line.session)],
  answer: (line) => [make("b", {}, "answers"), " " + short(line.session)],
  note: () => [make("b", {}, "stage")],
};
const short = (session) => (session || "client").split("@")[0];

function content(line) {
  if (line.xml !== undefined) return stanza(line.xml);
  if (line.event) return make("pre", {}, piece("tag", line.event.event || "event"), fields(line.event, ["event", "session"]));
  if (line.command) return make("pre", {}, piece("tag", line.command.cmd || "command"), fields(line.command, ["cmd", "session", "seq"]));
  if (line.answer) return make("pre", {}, fields(line.answer, ["seq"]));
  return make("pre", {}, line.text || "");
}

function transcriptLine(line, index, evidence, subject) {
  const checks = evidence.get(index) || [];
  const other = subject && line.session && short(line.session).toLowerCase() !== subject.split("/")[0].toLowerCase();
  const known = DIRECTIONS[line.dir] || DIRECTIONS.note;
  const kind = "d-" + line.dir + (checks.length ? " evidence v-" + checks[0].class : "") + (other && !checks.length ? " other" : "");
  return make("li", { class: kind, "data-row": line.row, "data-index": index, "data-fence": line.fence || false, hidden: line.fence || false },
    make("time", {}, (line.t * 1000).toFixed(1) + " ms"),
    make("div", {},
      make("div", { class: "who" }, make("span", {}, known(line)), line.row ? make("span", {}, "row " + line.row) : null,
        line.fence ? make("span", {}, "fence") : null,
        checks.map((check) => make("span", { class: "tag v-" + check.class }, "closest to row " + check.row))),
      content(line)));
}

// Expected against closest: what is expected and not there is marked, and what stands in its place.

const TOKEN = /<\/?[\w:.-]+|[\w:.-]+=(?:'[^']*'|"[^"]*"|\[[^\]]*\]|\{[^}]*\}|[^\s,>]+)|\s+|[^\s<]+|</g;
const tokens = (text) => text.match(TOKEN) || [];

const even = (token) => token.replace(/"/g, "'");
const keyOf = (token) => (token.includes("=") ? token.split("=")[0] : "");

function missing(text, other) {
  const there = new Set(tokens(other).map(even));
  return tokens(text).filter((token) => keyOf(token) && !there.has(even(token)));
}

function compared(text, marked) {
  return make("pre", {}, tokens(text).map((token) => (marked(token) ? make("mark", {}, token) : token)));
}

function facing(expected, closest) {
  const lost = new Set(missing(expected, closest));
  const keys = new Set([...lost].map(keyOf));
  const odd = new Set(missing(closest, expected).filter((token) => keys.has(keyOf(token))));
  return [compared(expected, (token) => closest && lost.has(token)), compared(closest, (token) => odd.has(token))];
}
