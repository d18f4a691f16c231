// Beside Piccolo Admin's own script: shows what can be changed, sends what was changed, and leads to our login.

// The page's policy refuses style elements and text that is run. Its parts add the one, and ask for the other to
// find the window; without these lines each would be refused and reported. desk.css has what is needed of the styles.
window.FontAwesomeConfig = { autoAddCss: false };
const create = document.createElement;
document.createElement = function (name, options) {
  return create.call(this, name === "style" ? "template" : name, options);
};
window.Function = new Proxy(Function, {
  construct: (plain, given) => (given[0] === "return this" ? () => window : Reflect.construct(plain, given)),
});

const OURS = { "/login/": "../login?next=/admin/", "/change-password/": "../account" };

function route() {
  return location.hash.slice(1).split("?")[0].replace(/\/*$/, "/");
}

function lead() {
  const ours = OURS[route()];
  if (ours) location.replace(ours);
}

for (const name of ["pushState", "replaceState"]) {
  const plain = history[name];
  history[name] = function (...given) {
    plain.apply(this, given);
    lead();
  };
}
addEventListener("hashchange", lead);
lead();

/** The columns that the row at hand lets be changed; null when it is no row's form. */
function editable() {
  const row = /^\/(\w+)\/(?!add\/)[^/]+\/$/.exec(route());
  return row && row[1] !== "forms" ? (EDITABLE[row[1]] ?? []) : null;
}

/** The fields of the form, each with its column. */
function fields() {
  const found = [...document.querySelectorAll("form [name]")].map((input) => input.closest("form > div > div"));
  return [...new Set(found)].filter(Boolean).map((field) => [field, field.querySelector("[name]").name]);
}

function mark() {
  const columns = editable();
  document.documentElement.toggleAttribute("data-fixed", columns?.length === 0);
  if (!columns) return;
  for (const [field, column] of fields()) {
    if (columns.includes(column)) continue;
    for (const input of field.querySelectorAll("input, select, textarea, button")) input.disabled = true;
  }
}

function touch({ target }) {
  target.closest?.("form > div > div")?.setAttribute("data-touched", "");
}

/** Leaves out of a form what was not touched: it may have changed elsewhere since the form was opened. */
function trim() {
  const columns = editable();
  if (!columns) return;
  for (const [field, column] of fields()) {
    if (!columns.includes(column) || field.hasAttribute("data-touched")) continue;
    for (const input of field.querySelectorAll("[name]")) {
      input.disabled = true;
      setTimeout(() => (input.disabled = false));
    }
  }
}

new MutationObserver(mark).observe(document, { childList: true, subtree: true });
for (const kind of ["input", "change"]) addEventListener(kind, touch, true);
addEventListener("submit", trim, true);
