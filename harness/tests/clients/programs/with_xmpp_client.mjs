// The visit with @xmpp/client: see harness/tests/clients/__init__.py.

import { load } from "./modules.mjs";

globalThis.WebSocket ??= (await load("ws")).default; // Node.js has one of its own since 22
const { client, xml } = await load("@xmpp/client");
const { VISIT_TRANSPORT: transport, VISIT_HOST: host, VISIT_PORT: port, VISIT_URL: url } = process.env;
const room = process.env.VISIT_ROOM;
const [username, domain] = process.env.VISIT_JID.split("@");
const schemes = { tcp: "xmpp", starttls: "xmpp", tls: "xmpps" };

const visitor = client({
  service: url || `${schemes[transport]}://${host}:${port}`,
  domain,
  username,
  password: process.env.VISIT_PASSWORD,
});
visitor.reconnect.stop();

function say(event, more) {
  console.log(JSON.stringify({ event, ...more }));
}

function fail(error) {
  console.error(error);
  process.exit(1);
}

visitor.on("error", fail);
visitor.on("online", async (address) => {
  say("connected", { jid: address.toString() });
  const muc = xml("x", { xmlns: "http://jabber.org/protocol/muc" });
  await visitor.send(xml("presence", { to: `${room}/bot` }, muc));
});

function codes(stanza) {
  const told = stanza.getChild("x", "http://jabber.org/protocol/muc#user");
  return told ? told.getChildren("status").map((status) => status.attrs.code) : [];
}

let nick = null;
visitor.on("stanza", async (stanza) => {
  if (stanza.is("message") && stanza.getChildText("body")) {
    say("message", { body: stanza.getChildText("body") });
    await visitor.send(xml("presence", { to: `${room}/robot` }));
  } else if (stanza.is("presence") && codes(stanza).includes("110")) {
    await self(stanza);
  }
});

async function self(stanza) {
  if (stanza.attrs.type === "unavailable") {
    if (codes(stanza).includes("303")) return;
    say("left");
    await visitor.stop();
  } else if (nick === null) {
    say("joined", { nick: (nick = "bot") });
    const said = xml("body", {}, "Good morrow!");
    await visitor.send(xml("message", { to: room, type: "groupchat" }, said));
  } else {
    nick = stanza.attrs.from.split("/")[1];
    say("renamed", { nick });
    await visitor.send(xml("presence", { to: `${room}/${nick}`, type: "unavailable" }));
  }
}

visitor.start().catch(fail);
