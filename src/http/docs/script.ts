/**
 * The script of `GET /docs`, as it is sent: plain JavaScript for browsers. It asks its own origin only, keeps the key in its field, and shows whatever
 * comes as text, never as markup: names, arguments and results are hostile.
 */
export const DOCS_SCRIPT = `"use strict";
const at = (id) => document.getElementById(id);
const make = (tag, text, ...children) => {
  const element = document.createElement(tag);
  if (text) element.textContent = text;
  element.append(...children);
  return element;
};
const pretty = (value) => JSON.stringify(value, null, 2);
start().catch((error) => { at("about").textContent = "openapi.json cannot be read: " + error; });

async function start() {
  const spec = await (await fetch("openapi.json")).json();
  at("about").textContent = spec.info.description;
  const server = spec.servers[0].url.replace(/\\/$/, "");
  const chapters = new Map(spec.tags.map(({ name }) => [name, []]));
  for (const [path, methods] of Object.entries(spec.paths))
    for (const [method, operation] of Object.entries(methods)) chapters.get(operation.tags[0]).push(routeOf(spec, server, path, method, operation));
  for (const [name, routes] of chapters) if (routes.length > 0) at("routes").append(make("h2", name), ...routes);
}

function routeOf(spec, server, path, method, operation) {
  const head = make("summary", "", make("b", method.toUpperCase()), make("code", path), make("span", " " + operation.summary));
  const answers = make("ul", "", ...Object.entries(operation.responses).map(([status, { description }]) => make("li", status + ": " + description)));
  return make("details", "", head, make("p", operation.description), formOf(spec, server, path, method, operation), make("p", "Answers"), answers);
}

function formOf(spec, server, path, method, operation) {
  const form = make("form");
  const fields = (operation.parameters || []).map((parameter) => {
    const input = make("input");
    input.required = parameter.required;
    form.append(make("label", parameter.name + " (" + parameter.in + ") " + (parameter.description || ""), input));
    return { parameter, input };
  });
  const content = operation.requestBody && operation.requestBody.content["application/json"];
  const body = content && make("textarea");
  if (body) {
    body.spellcheck = false;
    const schema = make("details", "", make("summary", "Schema of the body"), make("pre", pretty(resolve(spec, content.schema))));
    form.append(make("label", "Body (JSON)", body), schema);
  }
  const shown = make("pre");
  shown.hidden = true;
  shown.tabIndex = 0;
  form.append(make("button", "Send"), shown);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    shown.hidden = false;
    shown.textContent = "…";
    try {
      shown.textContent = await send(server, path, method, fields, body && body.value.trim());
    } catch (error) {
      shown.textContent = String(error);
    }
  });
  return form;
}

async function send(server, path, method, fields, body) {
  const query = new URLSearchParams();
  const headers = {};
  let address = path;
  for (const { parameter, input } of fields) {
    if (parameter.in === "path") address = address.replace("{" + parameter.name + "}", encodeURIComponent(input.value));
    else if (input.value === "") continue;
    else if (parameter.in === "query") query.set(parameter.name, input.value);
    else headers[parameter.name] = input.value;
  }
  const key = at("key").value.trim();
  if (key) headers.authorization = "Bearer " + key;
  if (body) headers["content-type"] = "application/json";
  const asked = server + address + (query.size > 0 ? "?" + query : "");
  const answer = await fetch(asked, { method: method.toUpperCase(), headers, body: body || undefined, credentials: "omit" });
  const text = await answer.text();
  let told = text;
  try { told = pretty(JSON.parse(text)); } catch { /* It is no JSON: shown as it is. */ }
  return answer.status + " " + answer.statusText + "\\n\\n" + told;
}

function resolve(spec, schema, depth = 0) {
  if (typeof schema !== "object" || schema === null || depth > 8) return schema;
  if (Array.isArray(schema)) return schema.map((each) => resolve(spec, each, depth + 1));
  if (typeof schema.$ref === "string") return resolve(spec, spec.components.schemas[schema.$ref.split("/").pop()], depth + 1);
  return Object.fromEntries(Object.entries(schema).map(([name, value]) => [name, resolve(spec, value, depth + 1)]));
}
`;
