// JSON Schemas: as a tree to read, and as a sample to start from.

import { h, inline } from "./dom.js";

const FORMATS = {
  uuid: "0193f1c2-6b7e-8a41-9c00-5d2e8f7a1b3c",
  "date-time": "2026-01-31T12:00:00.000000Z",
  email: "ada@example.com",
  uri: "https://example.com",
};

/** Reads schemas of one document. */
export class Schemas {
  constructor(document) {
    this.schemas = document.components?.schemas ?? {};
  }

  resolve(schema = {}) {
    const found = schema.$ref ? { ...this.schemas[nameOf(schema.$ref)], name: nameOf(schema.$ref) } : schema;
    const choices = (found.oneOf ?? found.anyOf ?? []).filter((choice) => choice.type || choice.$ref || choice.enum);
    const real = choices.filter((choice) => choice.type !== "null");
    if (choices.length === 0 || real.length !== 1) return found;
    return { ...this.resolve(real[0]), ...without(found, "oneOf", "anyOf"), nullable: real.length < choices.length };
  }

  /** `array of JobView`, `string · uuid`, `integer · 1 – 100`, … */
  label(schema) {
    const found = this.resolve(schema);
    return [this.kind(found), ...limits(found)].join(" · ") + (found.nullable ? " or null" : "");
  }

  kind(found) {
    if (found.type === "array") return `array of ${this.kind(this.resolve(found.items))}`;
    const choices = found.oneOf ?? found.anyOf;
    if (choices && !found.type) return choices.map((choice) => this.kind(this.resolve(choice))).join(" or ");
    if (found.name && (found.properties || found.enum)) return found.name;
    if (found.const !== undefined) return JSON.stringify(found.const);
    return [found.type ?? (found.enum ? "string" : "any")]
      .flat()
      .filter((type) => type !== "null")
      .join(" or ");
  }

  /** Rows of an object's properties; deeper ones open on demand, since a schema may contain itself. */
  tree(schema) {
    const found = this.inside(schema);
    if (!found.properties) return h("p", { class: "plain" }, h("code", {}, this.label(schema)), description(found));
    const rows = Object.entries(found.properties).map(([name, property]) => this.row(name, property, found.required));
    return h("ul", { class: "tree" }, rows);
  }

  row(name, property, required = []) {
    const found = this.resolve(property);
    const head = [
      h("code", { class: "name" }, name),
      h("span", { class: "type" }, this.label(property)),
      required.includes(name) && h("span", { class: "required" }, "required"),
    ];
    const values =
      found.enum &&
      h(
        "p",
        { class: "values" },
        found.enum.map((value) => h("code", {}, String(value))),
      );
    const about = [description(found), values];
    const inner = this.inside(property);
    if (!inner.properties) return h("li", {}, h("div", { class: "head" }, head), about);
    const details = h("details", {}, h("summary", { class: "head" }, head), about);
    details.addEventListener("toggle", () => details.append(this.tree(inner)), { once: true });
    return h("li", {}, details);
  }

  /** The object that a schema is, is null or, or is a list of. */
  inside(schema) {
    const found = this.resolve(schema);
    return found.type === "array" && found.items ? this.inside(found.items) : found;
  }

  sample(schema, depth = 0) {
    const found = this.resolve(schema);
    const given = found.example ?? found.examples?.[0] ?? found.const ?? found.default ?? found.enum?.[0];
    if (given !== undefined) return given;
    if (found.nullable && depth > 0) return null;
    if (found.oneOf && !found.type) return this.sample(found.oneOf[0], depth);
    if (found.properties) return this.object(found, depth);
    if (found.type === "array") return depth > 4 ? [] : [this.sample(found.items, depth + 1)];
    return (
      {
        string: FORMATS[found.format] ?? "string",
        integer: found.minimum ?? 1,
        number: 1.5,
        boolean: true,
        object: {},
      }[found.type] ?? null
    );
  }

  object(found, depth) {
    if (depth > 4) return {};
    const entries = Object.entries(found.properties).map(([name, property]) => [
      name,
      this.sample(property, depth + 1),
    ]);
    return Object.fromEntries(entries);
  }
}

/** A sample of a body: the document's own examples first. */
export function examplesOf(media, schemas) {
  const given = Object.entries(media.examples ?? {}).map(([name, { summary, value }]) => [summary ?? name, value]);
  if (given.length) return given;
  return media.schema ? [["Example", media.example ?? schemas.sample(media.schema)]] : [];
}

function limits(found) {
  const { minimum, maximum, minLength, maxLength, maxItems } = found;
  const length = range(minLength, maxLength);
  return [
    found.format,
    range(minimum, maximum),
    length && `${length} characters`,
    maxItems !== undefined && `at most ${maxItems}`,
    found.default !== undefined && found.default !== null && `default ${JSON.stringify(found.default)}`,
  ].filter(Boolean);
}

function range(low, high) {
  if (low === undefined && high === undefined) return "";
  if (high === undefined) return `≥ ${low.toLocaleString("en")}`;
  return low === undefined
    ? `≤ ${high.toLocaleString("en")}`
    : `${low.toLocaleString("en")} – ${high.toLocaleString("en")}`;
}

function description(found) {
  return found.description && h("p", { class: "about" }, inline(found.description));
}

function nameOf(reference) {
  return reference.split("/").pop();
}

function without(object, ...names) {
  return Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)));
}
