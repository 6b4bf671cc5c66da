"""Real client libraries visit the server over every transport that they support.

A client is one small program in its own language, in `programs/`. It is told by the environment what to do
(`VISIT_TRANSPORT`, `VISIT_HOST`, `VISIT_PORT`, `VISIT_URL` for WebSocket and BOSH, `VISIT_CA`, `VISIT_JID`,
`VISIT_PASSWORD`, `VISIT_ROOM`, for JavaScript `VISIT_MODULES` and `VISIT_BROWSER`) and does one thing: it logs in,
joins the room as "bot", says "Good morrow!", becomes "robot" when it has heard itself, and leaves. What the library
tells it on the way it writes to stdout, a line of JSON each, as drivers write events: connected, joined, message,
renamed, left.

What is not on the machine is skipped by name. `MUCSPEC_CLIENTS=all`, which `tox -e clients` sets, installs what can be
installed without being root: the libraries of Python and npm. `MUCSPEC_CLIENTS=aioxmpp,strophe` installs these.
"""
