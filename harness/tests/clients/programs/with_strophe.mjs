// The visit with strophe.js: see harness/tests/clients/__init__.py.

import { load } from "./modules.mjs";

console.log = console.info = console.debug = () => {}; // stdout is for events
const { Strophe, $msg, $pres } = await load("strophe.js");
const { default: xhr2 } = await load("xhr2");

// What browsers have and xhr2 has not: the answer as a document.
globalThis.XMLHttpRequest = class extends xhr2.XMLHttpRequest {
  get responseXML() {
    return this.responseText ? new DOMParser().parseFromString(this.responseText, "text/xml") : null;
  }
  set responseXML(_) {}
};

const room = process.env.VISIT_ROOM;
const visitor = new Strophe.Connection(process.env.VISIT_URL);
visitor.maxRetries = 1;

function say(event, more) {
  process.stdout.write(`${JSON.stringify({ event, ...more })}\n`);
}

function codes(stanza) {
  return [...stanza.getElementsByTagName("status")].map((status) => status.getAttribute("code"));
}

let nick = null;
function presence(stanza) {
  if (!codes(stanza).includes("110")) return true;
  if (stanza.getAttribute("type") === "unavailable") {
    if (codes(stanza).includes("303")) return true;
    say("left");
    visitor.disconnect();
  } else if (nick === null) {
    say("joined", { nick: (nick = "bot") });
    visitor.send($msg({ to: room, type: "groupchat" }).c("body").t("Good morrow!"));
  } else {
    nick = Strophe.getResourceFromJid(stanza.getAttribute("from"));
    say("renamed", { nick });
    visitor.send($pres({ to: `${room}/${nick}`, type: "unavailable" }));
  }
  return true;
}

function message(stanza) {
  const body = stanza.getElementsByTagName("body")[0];
  if (body) {
    say("message", { body: Strophe.getText(body) });
    visitor.send($pres({ to: `${room}/robot` }));
  }
  return true;
}

function changed(status, condition) {
  if (status === Strophe.Status.CONNECTED) {
    say("connected", { jid: visitor.jid });
    visitor.addHandler(presence, null, "presence");
    visitor.addHandler(message, null, "message");
    visitor.send($pres({ to: `${room}/bot` }).c("x", { xmlns: "http://jabber.org/protocol/muc" }));
  } else if (status === Strophe.Status.DISCONNECTED) {
    process.exit(0);
  } else if ([Strophe.Status.CONNFAIL, Strophe.Status.AUTHFAIL, Strophe.Status.ERROR].includes(status)) {
    console.error(condition);
    process.exit(1);
  }
}

visitor.connect(process.env.VISIT_JID, process.env.VISIT_PASSWORD, changed);
