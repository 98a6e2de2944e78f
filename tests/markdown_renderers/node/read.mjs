// Tells what two parsers of Discord's markdown show of a message outside its spoiler tags.
//
// In, on standard input: one JSON string a line, the text of a message.
// Out: one JSON object a line, in the same order, from the parser's name to the text it shows.
// A text on which a parser fails counts as shown whole: doubt resolves toward a leak.

import { once } from "node:events";
import { createInterface } from "node:readline";

import { parser as parseOdiffey } from "@odiffey/discord-markdown";
import dmp from "discord-markdown-parser";

/** Adds what a node and those under it show; what is not running text (addresses, languages) goes to `extras`. */
function collect(node, shown, extras) {
  if (typeof node === "string") {
    shown.push(node);
  } else if (Array.isArray(node)) {
    for (const child of node) collect(child, shown, extras);
  } else if (node !== null && typeof node === "object" && node.type !== "spoiler") {
    if (node.type === "br") shown.push("\n");
    for (const [key, value] of Object.entries(node)) {
      if (key === "type") continue;
      if (typeof value === "string" && key !== "content") extras.push(value);
      else collect(value, shown, extras);
    }
  }
}

function visible(tree) {
  const shown = [];
  const extras = [];
  collect(tree, shown, extras);
  const text = shown.join("");
  return extras.length ? `${text}\n${extras.join("\n")}` : text;
}

function shownBy(parse, text) {
  try {
    return visible(parse(text));
  } catch {
    return text;
  }
}

/** Masked links are read in embeds and components only; both readings count where they can differ. */
function readDmp(text) {
  const plain = shownBy((source) => dmp.parse(source, "normal"), text);
  if (!text.includes("](")) return plain;
  return `${plain}\n${shownBy((source) => dmp.parse(source, "extended"), text)}`;
}

const lines = createInterface({ input: process.stdin, crlfDelay: Infinity });
for await (const line of lines) {
  const text = JSON.parse(line);
  const answer = { "discord-markdown-parser": readDmp(text), odiffey: shownBy(parseOdiffey, text) };
  if (!process.stdout.write(`${JSON.stringify(answer)}\n`)) await once(process.stdout, "drain");
}
