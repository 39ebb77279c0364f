// The page: a menu, a section for each operation of /openapi.json, and one for each socket of /asyncapi.json.

import { h, inline, markdown } from "./dom.js";
import { badge, copyButton, panel, pretty } from "./request.js";
import { examplesOf, Schemas } from "./schema.js";

const METHODS = ["get", "post", "put", "patch", "delete"];
const THEMES = ["auto", "light", "dark"];
const content = document.getElementById("content");
const menu = document.getElementById("menu");

const load = async (address) => {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address} answers ${response.status}`);
  return response.json();
};

try {
  const [api, live] = await Promise.all([load("/openapi.json"), load("/asyncapi.json")]);
  content.replaceChildren(introduction(api), ...groups(api), sockets(live));
  fillMenu();
  follow();
  document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView();
} catch (error) {
  document.getElementById("loading").textContent = `The documents cannot be read: ${error.message}`;
}

function introduction(api) {
  return h("section", { id: "introduction" }, h("h1", {}, api.info.title), markdown(api.info.description));
}

function groups(api) {
  const schemas = new Schemas(api);
  const byTag = new Map();
  for (const operation of operations(api)) {
    const tag = operation.tags?.[0] ?? "other";
    byTag.set(tag, [...(byTag.get(tag) ?? []), operation]);
  }
  // What the API says of itself comes last.
  const tags = [...byTag].sort(([one], [other]) => (one === "documents") - (other === "documents"));
  return tags.map(([tag, members]) =>
    h(
      "section",
      { class: "group", id: `tag-${tag}` },
      h("h2", {}, title(tag)),
      members.map((operation) => section(operation, schemas)),
    ),
  );
}

function operations(api) {
  return Object.entries(api.paths).flatMap(([path, item]) =>
    METHODS.filter((method) => item[method]).map((method) => ({ ...item[method], method, path })),
  );
}

function section(operation, schemas) {
  const { method, path, operationId, summary } = operation;
  return h(
    "section",
    {
      class: "operation",
      id: operationId,
      "data-menu": summary,
      "data-method": method,
      "data-words": `${path} ${operationId}`,
    },
    h("h3", {}, h("a", { href: `#${operationId}` }, summary)),
    h("p", { class: "address" }, methodBadge(method), h("code", {}, parts(path)), access(operation)),
    h(
      "div",
      { class: "columns" },
      h(
        "div",
        { class: "facts" },
        markdown(operation.description),
        parameters(operation, schemas),
        body(operation, schemas),
        answers(operation, schemas),
      ),
      panel(operation, schemas),
    ),
  );
}

function access({ security = [] }) {
  if (!security.length) return h("span", { class: "access" }, "no token");
  const optional = security.some((choice) => Object.keys(choice).length === 0);
  return h("span", { class: "access" }, optional ? "token optional" : "token");
}

function parameters({ parameters: found = [] }, schemas) {
  if (!found.length) return [];
  const rows = found.map(({ name, in: place, required, schema, description }) => {
    const head = [
      h("code", { class: "name" }, name),
      h("span", { class: "type" }, `${place} · ${schemas.label(schema)}`),
      required && h("span", { class: "required" }, "required"),
    ];
    return h(
      "li",
      {},
      h("div", { class: "head" }, head),
      description && h("p", { class: "about" }, inline(description)),
    );
  });
  return [h("h4", {}, "Parameters"), h("ul", { class: "tree" }, rows)];
}

function body({ requestBody }, schemas) {
  if (!requestBody) return [];
  const kinds = Object.entries(requestBody.content).map(([type, media], index) =>
    h(
      "details",
      { class: "kind", open: index === 0 },
      h("summary", {}, h("code", {}, type)),
      schemas.tree(media.schema),
    ),
  );
  return [h("h4", {}, "Body"), kinds];
}

function answers({ responses }, schemas) {
  return [
    h("h4", {}, "Answers"),
    Object.entries(responses).map(([status, response]) => answer(status, response, schemas)),
  ];
}

function answer(status, response, schemas) {
  const details = h("details", { class: "kind" }, h("summary", {}, badge(status), " ", response.description));
  details.addEventListener("toggle", () => details.append(...answerParts(response, schemas)), { once: true });
  return details;
}

function answerParts({ headers = {}, content = {} }, schemas) {
  const rows = Object.entries(headers).map(([name, header]) =>
    h(
      "li",
      {},
      h("div", { class: "head" }, h("code", { class: "name" }, name), h("span", { class: "type" }, "header")),
      header.description && h("p", { class: "about" }, inline(header.description)),
    ),
  );
  const bodies = Object.entries(content).flatMap(([type, media]) => [
    h("p", { class: "media" }, h("code", {}, type)),
    schemas.tree(media.schema),
    examples(examplesOf(media, schemas)),
  ]);
  return [rows.length && h("ul", { class: "tree" }, rows), ...bodies].filter(Boolean);
}

function examples(found) {
  if (!found.length) return "";
  const shown = h("pre", { tabindex: "0" }, pretty(found[0][1]));
  const choice = h(
    "select",
    { "aria-label": "Example" },
    found.map(([name]) => h("option", {}, name)),
  );
  choice.addEventListener("change", () => (shown.textContent = pretty(found[choice.selectedIndex][1])));
  return h(
    "div",
    { class: "example" },
    h(
      "div",
      { class: "choices" },
      found.length > 1 && choice,
      copyButton(() => shown.textContent),
    ),
    shown,
  );
}

function sockets(live) {
  const schemas = new Schemas(live);
  const found = Object.entries(live.channels).map(([name, channel]) => socket(name, channel, live, schemas));
  return h(
    "section",
    { class: "group", id: "tag-live" },
    h("h2", {}, "Live"),
    h("div", { class: "prose" }, markdown(live.info.description)),
    found,
  );
}

function socket(name, channel, live, schemas) {
  const directions = Object.values(live.operations).filter(({ channel: { $ref } }) => $ref === `#/channels/${name}`);
  const query = channel.bindings?.ws?.query;
  return h(
    "section",
    { class: "operation", id: `socket-${name}`, "data-menu": channel.address, "data-method": "ws", "data-words": name },
    h("h3", {}, h("a", { href: `#socket-${name}` }, title(name))),
    h(
      "p",
      { class: "address" },
      methodBadge("ws"),
      h("code", {}, parts(channel.address)),
      h("span", { class: "access" }, "token"),
    ),
    h(
      "div",
      { class: "facts" },
      markdown(channel.summary),
      query && [h("h4", {}, "Query"), schemas.tree(query)],
      directions.flatMap(({ action, messages }) => [
        h("h4", {}, action === "send" ? "You receive" : "You send"),
        messages.map((message) => frame(message, live, schemas)),
      ]),
    ),
  );
}

function frame({ $ref }, live, schemas) {
  const { name, summary, payload } = live.components.messages[$ref.split("/").pop()];
  const details = h("details", { class: "kind" }, h("summary", {}, h("code", {}, name), " ", inline(summary)));
  details.addEventListener(
    "toggle",
    () => details.append(schemas.tree(payload), examples([["Example", schemas.sample(payload)]])),
    { once: true },
  );
  return details;
}

function fillMenu() {
  for (const group of content.querySelectorAll(".group")) {
    const links = [...group.querySelectorAll(".operation")].map((entry) => {
      const { menu: label, method, words } = entry.dataset;
      return h(
        "li",
        { "data-words": `${label} ${words}`.toLowerCase() },
        h("a", { href: `#${entry.id}` }, methodBadge(method), h("span", {}, label)),
      );
    });
    menu.append(
      h(
        "div",
        { class: "links" },
        h("h2", {}, h("a", { href: `#${group.id}` }, group.querySelector("h2").textContent)),
        h("ul", {}, links),
      ),
    );
  }
  const search = document.getElementById("search");
  search.addEventListener("input", () => filter(search.value.trim().toLowerCase()));
  addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.target.matches("input, textarea, select")) return;
    event.preventDefault();
    search.focus();
  });
}

function filter(words) {
  for (const group of menu.querySelectorAll(".links")) {
    const entries = [...group.querySelectorAll("li")];
    for (const entry of entries) entry.hidden = !entry.dataset.words.includes(words);
    group.hidden = entries.every((entry) => entry.hidden);
  }
}

/** Marks in the menu what is being read. */
function follow() {
  const links = new Map([...menu.querySelectorAll("li a")].map((link) => [link.hash.slice(1), link]));
  const observer = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting) continue;
        menu.querySelector("[aria-current]")?.removeAttribute("aria-current");
        links.get(target.id)?.setAttribute("aria-current", "true");
      }
    },
    { rootMargin: "-20% 0px -75% 0px" },
  );
  for (const entry of content.querySelectorAll(".operation")) observer.observe(entry);
}

function methodBadge(method) {
  return h("span", { class: `method ${method}` }, method.toUpperCase());
}

/** A path with its parameters set apart. */
function parts(path) {
  return path.split(/(\{\w+\})/).map((part) => (part.startsWith("{") ? h("em", {}, part) : part));
}

function title(word) {
  return word[0].toUpperCase() + word.slice(1);
}

const themeButton = document.getElementById("theme");

function setTheme(theme) {
  document.documentElement.dataset.theme = theme;
  themeButton.textContent = { auto: "◐", light: "☀", dark: "☾" }[theme];
  themeButton.title = `Colours: ${theme}`;
  localStorage.setItem("theme", theme);
}

themeButton.addEventListener("click", () =>
  setTheme(THEMES[(THEMES.indexOf(document.documentElement.dataset.theme) + 1) % THEMES.length]),
);
setTheme(localStorage.getItem("theme") ?? "auto");
