// The visit with strophe.js, in Node.js or in a page: see harness/tests/clients/__init__.py.

// `told` is what the environment says; `say` is given each event, `end` whether all went well, and why not.
export function visit({ Strophe, $msg, $pres }, told, say, end) {
  const { room } = told;
  const visitor = new Strophe.Connection(told.url);
  visitor.maxRetries = 1;
  let nick = null;

  function codes(stanza) {
    return [...stanza.getElementsByTagName("status")].map((status) => status.getAttribute("code"));
  }

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

  const { CONNECTED, DISCONNECTED, CONNFAIL, AUTHFAIL, ERROR } = Strophe.Status;
  visitor.connect(told.jid, told.password, (status, condition) => {
    if (status === CONNECTED) {
      say("connected", { jid: visitor.jid });
      visitor.addHandler(presence, null, "presence");
      visitor.addHandler(message, null, "message");
      visitor.send($pres({ to: `${room}/bot` }).c("x", { xmlns: "http://jabber.org/protocol/muc" }));
    } else if (status === DISCONNECTED) {
      end(true);
    } else if ([CONNFAIL, AUTHFAIL, ERROR].includes(status)) {
      end(false, String(condition));
    }
  });
}
