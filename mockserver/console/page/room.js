// One room: who is in it and what can be done there.
import { inRoom } from "./api.js";
import { $, ask, fill, make, options } from "./elements.js";

const AFFILIATIONS = ["owner", "admin", "member", "none", "outcast"];
const ROLES = ["moderator", "participant", "visitor"];
const REASON = { label: "Reason", name: "reason" };
let configured = "";

export function showRoom(room, act) {
  $("in-room").hidden = !room;
  $("room-title").textContent = room ? room.jid : "No room yet";
  $("subject").textContent = room ? [room.name, room.subject && `Subject: ${room.subject}`, room.locked && "not configured yet"].filter(Boolean).join(" · ") : "";
  if (!room) return;
  fill($("occupants"), [room.jid, room.occupants], () => room.occupants.map((seat) => occupant(room, seat, act)));
  const puppets = room.occupants.filter((seat) => seat.puppet).map((seat) => [seat.nick, seat.nick]);
  for (const select of document.querySelectorAll(".speakers")) options(select, [["", "the room itself"], ...puppets]);
  for (const select of document.querySelectorAll(".affiliations")) {
    const words = AFFILIATIONS.map((word) => [word, word]);
    options(select, select.classList.contains("required") ? words : [["", "anybody"], ...words.slice(0, 3)]);
  }
  fill($("affiliations"), room.affiliations, () => Object.entries(room.affiliations).map(([jid, held]) => make("li", {}, make("span", {}, jid), make("span", { class: "badge" }, held))));
  if (configured !== room.jid) showConfiguration(room, act);
}

function occupant(room, seat, act) {
  const { nick } = seat;
  const call = (name, body) => act(inRoom(room.jid, name), { nick, ...body });
  const button = (name, text, run) => make("button", { type: "button", "aria-label": `${text} ${nick}`, dataset: { key: `${name} ${nick}` }, onclick: run }, text);
  const asked = (title, go, fields, name) => async () => {
    const values = await ask(title, go, fields);
    if (values) await call(name, values);
  };
  const role = make("select", { "aria-label": `Role of ${nick}`, dataset: { key: `role ${nick}` }, onchange: () => call("role", { role: role.value }) }, ...ROLES.map((word) => make("option", { selected: word === seat.role }, word)));
  const newNick = { label: "New nickname", name: "new_nick", required: true, value: nick };
  return make("li", { class: "seat", dataset: { nick } },
    make("span", { class: "who" }, make("strong", {}, nick), " ", make("span", { class: "badge" }, seat.puppet ? "puppet" : "client"), " ", make("span", { class: "badge" }, seat.affiliation), make("small", {}, [seat.jid, seat.show, seat.status].filter(Boolean).join(" · "))),
    make("span", { class: "actions" }, role,
      button("rename", "Rename", asked(`Rename ${nick}`, "Rename", [newNick], "rename")),
      seat.puppet ? button("unseat", "Leave", () => call("unseat", {})) : "",
      button("kick", "Kick", asked(`Kick ${nick}`, "Kick", [REASON], "kick")),
      button("ban", "Ban", asked(`Ban ${nick}`, "Ban", [REASON], "ban"))));
}

// The form as it is set; what was typed stays until it is sent or another room is chosen.
function showConfiguration(room, act) {
  configured = room.jid;
  const form = $("configuration");
  form.replaceChildren(...room.config.map(field), make("button", {}, "Set"));
  form.onsubmit = async (event) => {
    event.preventDefault();
    const values = {};
    for (const each of room.config) {
      const now = valueOf(form.elements[each.name], each.kind);
      if (JSON.stringify(now) !== JSON.stringify(valueBefore(each))) values[each.name] = now;
    }
    configured = "";
    await act(inRoom(room.jid, "configure"), { values });
  };
}

const several = (kind) => kind.endsWith("-multi");

function valueBefore(each) {
  if (each.kind === "boolean") return ["1", "true"].includes(each.values[0]);
  return several(each.kind) ? each.values : each.values[0] ?? "";
}

function valueOf(input, kind) {
  if (kind === "boolean") return input.checked;
  if (kind === "list-multi") return [...input.selectedOptions].map((option) => option.value);
  return several(kind) ? input.value.split("\n").filter(Boolean) : input.value;
}

function field(each) {
  const { name, kind, label } = each;
  if (kind === "boolean") return make("label", { class: "check" }, make("input", { type: "checkbox", name, checked: valueBefore(each) }), label);
  if (kind.startsWith("list")) {
    const chosen = each.options.map((value) => make("option", { value, selected: each.values.includes(value) }, value || "any"));
    return make("label", {}, label, make("select", { name, multiple: several(kind) }, ...chosen));
  }
  if (several(kind)) return make("label", {}, label, make("textarea", { name, value: each.values.join("\n"), rows: 2 }));
  return make("label", {}, label, make("input", { name, value: valueBefore(each), autocomplete: "off" }));
}
