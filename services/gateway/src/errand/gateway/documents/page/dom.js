// Elements, and the little Markdown that the documents use. Text becomes text nodes only: nothing is parsed as HTML.

export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== undefined && value !== false) element.setAttribute(name, value);
  }
  element.append(
    ...children.flat(Infinity).filter((child) => child !== undefined && child !== null && child !== false),
  );
  return element;
}

const BLOCK = {
  list: (lines) =>
    h(
      "ul",
      {},
      items(lines).map((item) => h("li", {}, inline(item))),
    ),
  table: ([head, , ...rows]) =>
    h(
      "div",
      { class: "scroll" },
      h(
        "table",
        {},
        h("thead", {}, row(head, "th")),
        h(
          "tbody",
          {},
          rows.map((line) => row(line, "td")),
        ),
      ),
    ),
  text: (lines) => h("p", {}, inline(lines.join(" "))),
};

/** Paragraphs, lists, tables, `code`, **bold**, [links](…) and addresses. */
export function markdown(source = "") {
  const blocks = source
    .trim()
    .split(/\n{2,}/)
    .flatMap((block) => split(block.split("\n")));
  return blocks.filter((lines) => lines.join("").trim()).map((lines) => BLOCK[kind(lines[0])](lines));
}

export function inline(text) {
  return text.split(/(`[^`]+`|\*\*[^*]+\*\*|\[[^\]]+\]\([^)\s]+\))/).map((part) => {
    if (part.startsWith("`")) return h("code", {}, part.slice(1, -1));
    if (part.startsWith("**")) return h("strong", {}, inline(part.slice(2, -2)));
    const link = /^\[([^\]]+)\]\((\/[^)]*|https?:[^)]*)\)$/.exec(part);
    return link ? h("a", { href: link[2] }, link[1]) : part;
  });
}

function kind(line) {
  if (line.startsWith("|")) return "table";
  return line.startsWith("- ") ? "list" : "text";
}

// A list or a table may follow its sentence without an empty line.
function split(lines) {
  const start = lines.findIndex((line) => kind(line) !== "text");
  return start > 0 ? [lines.slice(0, start), lines.slice(start)] : [lines];
}

function items(lines) {
  const found = [];
  for (const line of lines) {
    if (line.startsWith("- ")) found.push(line.slice(2));
    else found[found.length - 1] += ` ${line.trim()}`;
  }
  return found;
}

function row(line, tag) {
  return h(
    "tr",
    {},
    line
      .replace(/^\||\|$/g, "")
      .split("|")
      .map((cell) => h(tag, {}, inline(cell.trim()))),
  );
}
