// Elements made of names and texts: nothing that came from outside is ever read as HTML.
export const $ = (id) => document.getElementById(id);

export function make(name, props = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(props)) {
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key === "dataset") Object.assign(element.dataset, value);
    else if (key.includes("-") || key === "class") element.setAttribute(key, value);
    else element[key] = value;
  }
  element.append(...children.filter((child) => child !== ""));
  return element;
}

const shown = new WeakMap();

// New children, where they are made of something else than before; what had the focus has it again.
export function fill(element, facts, build) {
  const text = JSON.stringify(facts);
  if (shown.get(element) === text) return;
  shown.set(element, text);
  const focused = element.contains(document.activeElement) ? document.activeElement.dataset.key : null;
  element.replaceChildren(...build());
  if (focused) element.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
}

export function options(select, words, chosen) {
  const before = chosen ?? select.value;
  fill(select, words, () => words.map(([value, text]) => make("option", { value }, text)));
  if (words.some(([value]) => value === before)) select.value = before;
}

// Asks in a dialog; the values of its fields, or null where it was cancelled.
export function ask(title, go, fields) {
  const dialog = $("ask");
  $("ask-title").textContent = title;
  $("ask-go").textContent = go;
  $("ask-fields").replaceChildren(...fields.map(({ label, ...props }) => make("label", {}, label, make("input", { autocomplete: "off", ...props }))));
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      const values = Object.fromEntries(new FormData(dialog.querySelector("form")));
      resolve(dialog.returnValue === "go" ? values : null);
    }, { once: true });
  });
}
