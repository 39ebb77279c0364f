// The panel beside an operation: fill in, see it as curl, send it.

import { h } from "./dom.js";
import { examplesOf } from "./schema.js";

const FORMS = ["application/x-www-form-urlencoded", "multipart/form-data"];
const tokenField = document.getElementById("token");

tokenField.value = sessionStorage.getItem("token") ?? "";
tokenField.addEventListener("input", () => sessionStorage.setItem("token", tokenField.value.trim()));

export function panel(operation, schemas) {
  const form = new Form(operation, schemas);
  const command = h("code", {});
  const show = () => (command.textContent = curl(form.read()));
  const answer = h("div", { class: "answer", "aria-live": "polite" });
  const send = h("button", { class: "send" }, "Send");
  const element = h(
    "form",
    { class: "panel", "aria-label": `Try ${operation.summary}`, oninput: show, onchange: show },
    form.rows,
    h(
      "div",
      { class: "command" },
      h("pre", {}, command),
      copyButton(() => command.textContent),
    ),
    send,
    answer,
  );
  let abort;
  element.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (abort) return abort.abort();
    abort = new AbortController();
    send.textContent = "Stop";
    await exchange(form.read(), answer, abort.signal);
    send.textContent = "Send";
    abort = undefined;
  });
  tokenField.addEventListener("input", show);
  show();
  return element;
}

/** The inputs of one operation. */
class Form {
  constructor(operation, schemas) {
    this.operation = operation;
    this.parameters = (operation.parameters ?? []).map((parameter) => [parameter, this.input(parameter, schemas)]);
    this.rows = this.parameters.map(([parameter, input]) =>
      h("label", { class: "field" }, h("span", {}, parameter.name, h("small", {}, parameter.in)), input),
    );
    const answers = Object.keys(operation.responses["200"]?.content ?? {});
    if (answers.length > 1) this.addAccept(answers);
    const content = operation.requestBody?.content;
    if (content) this.addBody(content, schemas);
  }

  input({ name, schema, required }, schemas) {
    const { default: fallback, enum: values } = schemas.resolve(schema);
    if (values)
      return h(
        "select",
        { name },
        h("option", { value: "" }, ""),
        values.map((value) => h("option", {}, value)),
      );
    return h("input", { name, required, placeholder: fallback ?? "", autocomplete: "off", spellcheck: "false" });
  }

  addAccept(types) {
    this.accept = h(
      "select",
      {},
      types.map((type) => h("option", {}, type)),
    );
    this.rows.push(h("label", { class: "field" }, h("span", {}, "Accept", h("small", {}, "header")), this.accept));
  }

  addBody(content, schemas) {
    this.type = h(
      "select",
      { "aria-label": "Content type" },
      Object.keys(content).map((type) => h("option", {}, type)),
    );
    this.body = h("textarea", { rows: 6, spellcheck: "false", "aria-label": "Body" });
    const examples = h("select", { "aria-label": "Example" });
    const fill = () => (this.body.value = pretty(this.examples[examples.selectedIndex]?.[1]));
    const choose = () => {
      this.examples = examplesOf(content[this.type.value], schemas);
      examples.replaceChildren(...this.examples.map(([name]) => h("option", {}, name)));
      examples.hidden = this.examples.length < 2;
      fill();
    };
    this.type.addEventListener("change", choose);
    examples.addEventListener("change", fill);
    choose();
    this.rows.push(h("div", { class: "field body" }, h("div", { class: "choices" }, this.type, examples), this.body));
  }

  /** As it goes on the wire; `fields` where the body is a form. */
  read() {
    const headers = tokenField.value ? { Authorization: `Bearer ${tokenField.value.trim()}` } : {};
    if (this.accept) headers.Accept = this.accept.value;
    const query = new URLSearchParams();
    let path = this.operation.path;
    for (const [parameter, input] of this.parameters) {
      if (parameter.in === "path")
        path = path.replace(`{${parameter.name}}`, encodeURIComponent(input.value) || `{${parameter.name}}`);
      else if (input.value && parameter.in === "query") query.append(parameter.name, input.value);
      else if (input.value && parameter.in === "header") headers[parameter.name] = input.value;
    }
    const url = `${location.origin}${path}${query.size ? `?${query}` : ""}`;
    return {
      method: this.operation.method.toUpperCase(),
      url,
      headers,
      type: this.type?.value,
      body: this.body?.value,
    };
  }
}

async function exchange(request, answer, signal) {
  const started = performance.now();
  answer.replaceChildren(h("p", { class: "waiting" }, "Waiting…"));
  try {
    const response = await fetch(request.url, { ...options(request), signal, cache: "no-store" });
    await showAnswer(response, answer, performance.now() - started);
  } catch (error) {
    answer.append(h("p", { class: "fault" }, error.name === "AbortError" ? "Stopped." : `Not sent: ${error.message}`));
  }
}

async function showAnswer(response, answer, duration) {
  const status = h("p", { class: "outcome" }, badge(response.status), ` ${Math.round(duration)} ms`);
  const headers = h(
    "details",
    {},
    h("summary", {}, "Headers"),
    h("pre", {}, [...response.headers].map(([name, value]) => `${name}: ${value}`).join("\n")),
  );
  const body = h("pre", { class: "received", tabindex: "0" });
  answer.replaceChildren(status, headers, body);
  // As it comes: an event stream has no end to wait for.
  for await (const text of chunks(response)) body.textContent += text;
  const json = /json/.test(response.headers.get("Content-Type") ?? "") && parse(body.textContent);
  if (!json) return;
  body.textContent = pretty(json);
  if (response.ok && typeof json.access === "string") keepToken(json.access, status);
}

async function* chunks(response) {
  if (!response.body) return;
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) yield part.value;
}

function keepToken(token, status) {
  tokenField.value = token;
  tokenField.dispatchEvent(new Event("input"));
  status.append(" · this token is used from now on");
}

function options({ method, headers, type, body }) {
  if (body === undefined) return { method, headers };
  if (!FORMS.includes(type)) return { method, headers: { ...headers, "Content-Type": type }, body };
  // With a form's own type: only the browser knows the boundary.
  const form = type === FORMS[0] ? new URLSearchParams() : new FormData();
  for (const [name, value] of fields(body)) form.append(name, value);
  return { method, headers, body: form };
}

function curl({ method, url, headers, type, body }) {
  const lines = [`curl ${method === "GET" ? "" : `-X ${method} `}${quote(url)}`];
  for (const [name, value] of Object.entries(headers))
    lines.push(
      `-H ${quote(`${name}: ${name === "Authorization" ? "Bearer $TOKEN" : value}`, name === "Authorization")}`,
    );
  if (body === undefined) return lines.join(" \\\n  ");
  if (FORMS.includes(type)) {
    const flag = type === FORMS[0] ? "--data-urlencode" : "-F";
    return [...lines, ...fields(body).map(([name, value]) => `${flag} ${quote(`${name}=${value}`)}`)].join(" \\\n  ");
  }
  return [...lines, `-H ${quote(`Content-Type: ${type}`)}`, `-d ${quote(body)}`].join(" \\\n  ");
}

/** In double quotes the shell puts in the token, which is no good in a history. */
function quote(text, expands = false) {
  return expands ? `"${text}"` : `'${text.replaceAll("'", "'\\''")}'`;
}

function fields(body) {
  return Object.entries(parse(body) ?? {}).map(([name, value]) => [
    name,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function pretty(value) {
  return value === undefined ? "" : JSON.stringify(value, null, 2);
}

export function badge(status) {
  return h("span", { class: `status s${String(status)[0]}` }, String(status));
}

export function copyButton(text) {
  const button = h("button", { type: "button", class: "copy", "aria-label": "Copy" }, "Copy");
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(text());
    button.textContent = "Copied";
    setTimeout(() => (button.textContent = "Copy"), 1500);
  });
  return button;
}
