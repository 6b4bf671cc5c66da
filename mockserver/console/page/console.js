// The console of `mucspec serve`: shows what the API tells, and calls it.
import { get, inRoom, keepToken, post, Refused, transcript } from "./api.js";
import { $, ask, fill, make, options } from "./elements.js";
import { showRoom } from "./room.js";
import { add, forget } from "./transcript.js";

const CALLS = { create: "/rooms", fault: "/faults", advance: "/advance", personality: "/personality" };
let chosen = "";
let looking = null;
let again = false;

function say(text, wrong = false) {
  $("notice").textContent = text;
  $("notice").classList.toggle("wrong", wrong);
}

async function act(path, body) {
  try {
    await post(path, body);
    say(`Done: ${path.split("/").at(-1)}`);
    return true;
  } catch (complaint) {
    say(complaint.message, true);
    return false;
  } finally {
    await look();
  }
}

// Everything again; calls that come meanwhile are one more.
function look() {
  again = true;
  looking ??= (async () => {
    try {
      while (again) {
        again = false;
        await see();
      }
    } catch (complaint) {
      say(complaint.message, true);
    } finally {
      looking = null;
    }
  })();
  return looking;
}

async function see() {
  const [status, rooms, clients, faults] = await Promise.all([get("/status"), get("/rooms"), get("/clients"), get("/faults")]);
  $("domain").textContent = `serve · ${status.domain}`;
  const ahead = status.ahead ? `, ${status.ahead} s ahead` : "";
  $("clock").textContent = `${new Date(status.now * 1000).toISOString().slice(0, 19).replace("T", " ")} UTC${ahead}`;
  if (!rooms.some((room) => room.jid === chosen)) chosen = rooms[0]?.jid ?? "";
  fill($("room-list"), [rooms, chosen], () => rooms.map(roomButton));
  fill($("clients"), clients, () => clients.map(client));
  fill($("faults"), faults, () => faults.map(fault));
  showRoom(chosen ? await get(inRoom(chosen)) : null, act);
}

function roomButton(room) {
  const choose = () => {
    chosen = room.jid;
    look();
  };
  const name = make("span", {}, room.jid.split("@")[0]);
  const there = make("span", { class: "badge" }, `${room.occupants} inside`);
  return make("li", {}, make("button", { type: "button", "aria-current": String(room.jid === chosen), dataset: { key: room.jid }, onclick: choose }, name, there));
}

function client({ session }) {
  const end = () => act("/clients/disconnect", { session });
  return make("li", {}, make("span", {}, session), make("button", { type: "button", dataset: { key: session }, "aria-label": `Disconnect ${session}`, onclick: end }, "Disconnect"));
}

function fault({ number, fault, acted }) {
  const end = () => act("/faults/end", { number });
  return make("li", {}, make("span", {}, `${fault} (${acted}×)`), make("button", { type: "button", dataset: { key: `fault ${number}` }, "aria-label": `End ${fault}`, onclick: end }, "End"));
}

async function seeOnce() {
  const [kinds, known] = await Promise.all([get("/faults/kinds"), get("/personalities")]);
  fill($("fault-kinds"), kinds, () => kinds.map(({ name, about }) => make("option", { value: name }, about)));
  options($("personalities"), known.map(({ name }) => [name, name]), known.find(({ worn }) => worn)?.name);
  const about = () => {
    $("personality-about").textContent = known.find(({ name }) => name === $("personalities").value)?.about ?? "";
  };
  $("personalities").onchange = about;
  about();
}

for (const form of document.querySelectorAll("form[data-call]")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const { call } = form.dataset;
    const body = Object.fromEntries([...new FormData(form)].filter(([name, value]) => value !== "" || name === "subject"));
    if ("seconds" in body) body.seconds = Number(body.seconds);
    if (!(await act(CALLS[call] ?? inRoom(chosen, call), body))) return;
    if (call === "create") chosen = [...document.querySelectorAll("#room-list button")].map((button) => button.dataset.key).find((jid) => jid === body.room || jid.startsWith(`${body.room}@`)) ?? chosen;
    if (call === "create") look();
    for (const input of form.querySelectorAll("input:not([type=number])")) input.value = "";
  });
}

$("destroy").addEventListener("click", async () => {
  const values = await ask(`Destroy ${chosen}`, "Destroy", [{ label: "Reason", name: "reason" }]);
  if (values) await act(inRoom(chosen, "destroy"), values);
});

$("shutdown").addEventListener("click", async () => {
  const values = await ask("Everybody leaves every room (332)", "Shut down", [{ label: "Reason", name: "reason" }]);
  if (values) await act("/shutdown", values);
});

async function askToken() {
  const values = await ask("This server wants its token", "Use it", [{ label: "Token", name: "token", type: "password", required: true }]);
  if (values) keepToken(values.token);
}

const pause = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

// As long as the page is open: what is new, and then everything that may have changed by it.
async function follow() {
  let after = 0;
  let begun = false;
  let silent = false; // the notice says so; any other stays
  for (;;) {
    try {
      if (!begun) await seeOnce();
      const { entries, last } = await transcript(after, begun ? 25 : 0);
      if (silent) say("");
      silent = false;
      begun = true;
      if (last < after) forget();
      after = last < after ? 0 : entries.at(-1)?.n ?? after;
      if (entries.length) add(entries);
      await look();
    } catch (complaint) {
      begun = false;
      silent = true;
      if (complaint instanceof Refused && complaint.status === 401) await askToken();
      else say(complaint instanceof Refused ? complaint.message : "The server does not answer.", true);
      await pause(2);
    }
  }
}

follow();
