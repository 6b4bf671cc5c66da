// The visit with strophe.js in Node.js: see harness/tests/clients/__init__.py.

import { load } from "./modules.mjs";
import { visit } from "./strophe_story.mjs";

console.log = console.info = console.debug = () => {}; // stdout is for events
const strophe = await load("strophe.js");
const { default: xhr2 } = await load("xhr2");

// What browsers have and xhr2 has not: the answer as a document.
globalThis.XMLHttpRequest = class extends xhr2.XMLHttpRequest {
  get responseXML() {
    return this.responseText ? new DOMParser().parseFromString(this.responseText, "text/xml") : null;
  }
  set responseXML(_) {}
};

const { VISIT_URL: url, VISIT_JID: jid, VISIT_PASSWORD: password, VISIT_ROOM: room } = process.env;

function say(event, more) {
  process.stdout.write(`${JSON.stringify({ event, ...more })}\n`);
}

function end(well, why) {
  if (!well) console.error(why);
  process.exit(well ? 0 : 1);
}

visit(strophe, { url, jid, password, room }, say, end);
