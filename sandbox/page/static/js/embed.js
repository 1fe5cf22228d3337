// An embed: the card with a coloured edge that a bot puts under its text.
import { el, isWebAddress, outward } from "./element.js";
import { markdown } from "./markdown_view.js";
import { when } from "./times.js";

export function embed(card, names) {
  const edge = el("article", { class: "embed", "aria-label": "Embed" });
  if (Number.isInteger(card.color)) edge.style.setProperty("--edge", colour(card.color));
  const body = el(
    "div",
    { class: "embed-body" },
    card.provider?.name && el("div", { class: "embed-small" }, card.provider.name),
    card.author && author(card.author),
    card.title && title(card, names),
    card.description && el("div", { class: "md embed-text" }, markdown(card.description, names)),
    card.fields?.length && el("dl", { class: "embed-fields" }, card.fields.map((field, index) => fieldOf(field, besides(card.fields, index), names))),
    card.image && picture(card.image, "embed-image"),
  );
  edge.append(body);
  if (card.thumbnail) edge.append(picture(card.thumbnail, "embed-thumbnail"));
  if (card.footer || card.timestamp) edge.append(footer(card));
  return edge;
}

/** Discord's number for a colour as CSS writes it. */
export function colour(number) {
  return `#${number.toString(16).padStart(6, "0")}`;
}

/**
 * A picture that leads to itself. media: {url, proxy_url}; without proxy_url it lies elsewhere on the internet, and
 * this page asks for nothing there. Without a description the alternative text is empty: it decorates.
 */
export function picture({ url, proxy_url: own }, kind, description) {
  const words = description || "Picture";
  if (!own) {
    const missing = el("span", { class: `missing ${kind}` }, `${words} (on another site, not loaded)`);
    return isWebAddress(url) ? outward(url, { class: "picture" }, missing) : missing;
  }
  const image = el("img", { src: own, alt: description ?? "", loading: "lazy", decoding: "async" });
  image.addEventListener("error", () => image.replaceWith(el("span", { class: "missing" }, `${words} didn't load`)));
  return outward(own, { class: `picture ${kind}`, "aria-label": description ? null : "Open the picture" }, image);
}

function author(given) {
  return el("div", { class: "embed-author" }, small(given), isWebAddress(given.url) ? outward(given.url, {}, given.name) : given.name);
}

function small(given) {
  return given?.proxy_icon_url && el("img", { src: given.proxy_icon_url, alt: "" });
}

function title(card, names) {
  const words = markdown(card.title, names, { blocks: false });
  return el("div", { class: "embed-title" }, isWebAddress(card.url) ? outward(card.url, {}, words) : words);
}

const IN_A_ROW = 3;

/** How many fields share the row of this one, itself included: up to three that may stand beside others. */
function besides(fields, index) {
  const first = fields.findLastIndex((field, each) => each <= index && !field.inline) + 1;
  if (first > index) return 1;
  const after = fields.findIndex((field, each) => each > index && !field.inline);
  const row = first + Math.floor((index - first) / IN_A_ROW) * IN_A_ROW;
  return Math.min(IN_A_ROW, (after < 0 ? fields.length : after) - row);
}

function fieldOf({ name, value }, sharing, names) {
  return el(
    "div",
    { class: sharing > 1 ? `embed-field inline of-${sharing}` : "embed-field" },
    el("dt", {}, markdown(name, names, { blocks: false })),
    el("dd", { class: "md" }, markdown(value, names)),
  );
}

function footer({ footer: foot, timestamp }) {
  const parts = [foot?.text, timestamp && when(new Date(timestamp))].filter(Boolean);
  return el("footer", { class: "embed-footer" }, small(foot), parts.join(" • "));
}
