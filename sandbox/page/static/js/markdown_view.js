// Discord's markdown, drawn. `names` tells what ids stand for: {member(id), role(id), channel(id), onCommand(name)}.
import { el, outward } from "./element.js";
import { parse } from "./markdown.js";
import { time } from "./times.js";

const PLAIN_TAGS = { bold: "strong", italic: "em", underline: "u", strike: "s" };

/** Elements for a whole text. options: as for `parse`. */
export function markdown(source, names, options) {
  return parse(source ?? "", options).map((node) => draw(node, names));
}

/** What is read of a text when it is only quoted or spoken: names and words, no signs and no addresses behind words. */
export function plain(source, names) {
  const drawn = markdown(source, names).map((each) => (typeof each === "string" ? each : words(each)));
  return drawn.join(" ").replace(/\s+/g, " ").trim();
}

function words(element) {
  if (element.matches(".spoiler")) return "spoiler";
  const inside = [...element.childNodes].map((each) => (each.nodeType === Node.TEXT_NODE ? each.data : words(each)));
  return element.matches("br, li, p, blockquote") ? `${inside.join("")} ` : inside.join("");
}

function draw(node, names) {
  const inside = () => together(node.children ?? []).map((child) => draw(child, names));
  switch (node.kind) {
    case "text":
      return node.text;
    case "together":
      return el("span", { class: "together" }, node.children.map((child) => draw(child, names)));
    case "break":
      return el("br");
    case "paragraph":
      return el("p", {}, inside());
    case "heading":
      // Headings of a message do not belong to the outline of the page.
      return el("p", { class: `md-h${node.level}`, role: "heading", "aria-level": node.level + 3 }, inside());
    case "subtext":
      return el("p", { class: "md-subtext" }, inside());
    case "quote":
      return el("blockquote", {}, inside());
    case "list":
      return list(node, names);
    case "code":
      return el("code", {}, node.text);
    case "code-block":
      return el("pre", { tabindex: "0", "aria-label": `Code ${node.language}`.trim(), role: "group" }, el("code", {}, node.text));
    case "spoiler":
      return spoiler(inside());
    case "link":
      return outward(node.url, { title: node.title ?? null }, inside());
    case "time":
      return el("span", { class: "md-time" }, time(new Date(node.unix * 1000), node.style));
    case "member":
      return el("span", { class: "mention" }, `@${names.member(node.id) ?? "unknown-user"}`);
    case "role":
      return el("span", { class: "mention" }, `@${names.role(node.id) ?? "deleted-role"}`);
    case "channel":
      return el("span", { class: "mention" }, `#${names.channel(node.id) ?? "unknown"}`);
    case "everyone":
      return el("span", { class: "mention" }, `@${node.whom}`);
    case "command":
      return el(
        "button",
        { type: "button", class: "mention command-mention", on: { click: () => names.onCommand(node.name) } },
        `/${node.name}`,
      );
    case "emoji":
      return `:${node.name}:`;
    default:
      return el(PLAIN_TAGS[node.kind], {}, inside());
  }
}

const CLOSING = /^[.,:;!?)]+/;

/** A command is a button, and a line may end behind a button: what closes the sentence stays with it. */
function together(children) {
  const nodes = [];
  for (const node of children) {
    const closing = nodes.at(-1)?.kind === "command" && node.kind === "text" && node.text.match(CLOSING)?.[0];
    if (!closing) {
      nodes.push(node);
      continue;
    }
    nodes.push({ kind: "together", children: [nodes.pop(), { kind: "text", text: closing }] });
    nodes.push({ ...node, text: node.text.slice(closing.length) });
  }
  return nodes;
}

function list(node, names) {
  const items = node.items.map((item) => el("li", {}, item.children.map((child) => draw(child, names))));
  return node.ordered ? el("ol", { start: node.start === 1 ? null : node.start }, items) : el("ul", {}, items);
}

/** Covered until it is pressed, as in Discord; hidden from screen readers just as long. */
export function spoiler(children) {
  const content = el("span", { class: "spoiler-text", inert: true }, children);
  const cover = el("span", { class: "spoiler", role: "button", tabindex: "0", "aria-label": "Spoiler: show" }, content);
  const show = (event) => {
    if (event.type === "keydown" && !["Enter", " "].includes(event.key)) return;
    event.preventDefault();
    cover.classList.add("shown");
    for (const name of ["role", "tabindex", "aria-label"]) cover.removeAttribute(name);
    content.inert = false;
    cover.removeEventListener("click", show);
    cover.removeEventListener("keydown", show);
  };
  cover.addEventListener("click", show);
  cover.addEventListener("keydown", show);
  return cover;
}
