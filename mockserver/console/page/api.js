// The HTTP API, and the token that it may want.
const BASE = "/api/v1";
const KEPT = "mucspec-token";

const given = new URLSearchParams(location.hash.slice(1)).get("token");
if (given) {
  sessionStorage.setItem(KEPT, given);
  history.replaceState(null, "", location.pathname);
}

export class Refused extends Error {
  constructor(status, text) {
    super(text);
    this.status = status;
  }
}

export function keepToken(token) {
  sessionStorage.setItem(KEPT, token);
}

async function ask(method, path, body) {
  const token = sessionStorage.getItem(KEPT);
  const headers = token ? { Authorization: `Bearer ${token}` } : {};
  if (method === "POST") headers["Content-Type"] = "application/json";
  const answer = await fetch(BASE + path, { method, headers, body: method === "POST" ? JSON.stringify(body) : undefined });
  if (!answer.ok) {
    const told = await answer.json().catch(() => ({ text: answer.statusText }));
    throw new Refused(answer.status, told.text);
  }
  return answer;
}

export async function get(path) {
  return (await ask("GET", path)).json();
}

export async function post(path, body = {}) {
  const answer = await ask("POST", path, body);
  return answer.status === 204 ? null : answer.json();
}

// The entries behind a number; waits for the next ones. `last` below `after`: the server is another one now.
export async function transcript(after, wait) {
  const answer = await ask("GET", `/transcript?after=${after}&wait=${wait}`);
  const text = await answer.text();
  const entries = text.split("\n").filter(Boolean).map((line) => JSON.parse(line));
  return { entries, last: Number(answer.headers.get("Transcript-Last")) };
}

export function inRoom(room, call) {
  return `/rooms/${encodeURIComponent(room)}${call ? `/${call}` : ""}`;
}
