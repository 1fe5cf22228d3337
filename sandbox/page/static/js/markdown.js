// Discord's markdown as a tree of plain objects: {kind, …, children}. Drawing it is markdown_view.js' part.
// What Discord understands: https://support.discord.com/hc/en-us/articles/210298617 and docs/reference#message-formatting

const CODE_BLOCK = /```(?:([a-z0-9_+.#-]+)\n)?\n*([^\n][\s\S]*?)\n*```/i;
const HEADING = /^(#{1,3}) +(.+?) *$/;
const SUBTEXT = /^-# +(.+?) *$/;
const QUOTE = /^> (.*)$/;
const LONG_QUOTE = /^>>> /;
const ITEM = /^( *)([-*]|\d{1,9}\.) +(.*)$/;
const DEEPEST = 24; // of formatting inside formatting

/** blocks: false for places where Discord only formats words, as titles of embeds. */
export function parse(source, { blocks = true, links = true } = {}) {
  return blocks ? parseBlocks(source, links, true) : parseWords(source, { links: false, depth: 0 });
}

function parseBlocks(source, links, quotes) {
  const code = CODE_BLOCK.exec(source);
  if (!code) return parseLines(source, links, quotes);
  const before = source.slice(0, code.index).replace(/\n$/, "");
  const after = source.slice(code.index + code[0].length).replace(/^\n/, "");
  return [
    ...(before ? parseLines(before, links, quotes) : []),
    { kind: "code-block", language: code[1] ?? "", text: code[2] },
    ...(after ? parseBlocks(after, links, quotes) : []),
  ];
}

function parseLines(source, links, quotes) {
  const lines = source.split("\n");
  const found = [];
  const words = (text) => parseWords(text, { links, depth: 0 });
  let paragraph = [];
  const finish = () => {
    if (paragraph.length) found.push({ kind: "paragraph", children: words(paragraph.join("\n")) });
    paragraph = [];
  };
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at];
    let match;
    if (quotes && LONG_QUOTE.test(line)) {
      finish();
      const rest = [line.replace(LONG_QUOTE, ""), ...lines.slice(at + 1)].join("\n");
      found.push({ kind: "quote", children: parseBlocks(rest, links, false) });
      return found;
    }
    if (quotes && QUOTE.test(line)) {
      finish();
      const quoted = [];
      for (; at < lines.length && QUOTE.test(lines[at]); at += 1) quoted.push(QUOTE.exec(lines[at])[1]);
      at -= 1;
      found.push({ kind: "quote", children: parseBlocks(quoted.join("\n"), links, false) });
    } else if ((match = HEADING.exec(line))) {
      finish();
      found.push({ kind: "heading", level: match[1].length, children: words(match[2]) });
    } else if ((match = SUBTEXT.exec(line))) {
      finish();
      found.push({ kind: "subtext", children: words(match[1]) });
    } else if (ITEM.test(line)) {
      finish();
      const items = [];
      for (; at < lines.length && ITEM.test(lines[at]); at += 1) items.push(ITEM.exec(lines[at]));
      at -= 1;
      while (items.length) found.push(listOf(items, words));
    } else {
      paragraph.push(line);
    }
  }
  finish();
  return found;
}

/** Takes one list off the front of the lines; what stands further in belongs to the item above. */
function listOf(lines, words) {
  const indent = lines[0][1].length;
  const ordered = isNumbered(lines[0]);
  const list = { kind: "list", ordered, start: ordered ? Number.parseInt(lines[0][2], 10) : 1, items: [] };
  while (lines.length && (lines[0][1].length > indent || isNumbered(lines[0]) === ordered)) {
    if (list.items.length && lines[0][1].length < indent) break;
    if (list.items.length && lines[0][1].length > indent) {
      list.items.at(-1).children.push(listOf(lines, words));
    } else {
      list.items.push({ children: words(lines.shift()[3]) });
    }
  }
  return list;
}

function isNumbered([, , sign]) {
  return sign.endsWith(".");
}

const WRAPPERS = [
  ["bold", /^\*\*((?:\\[\s\S]|[^\\])+?)\*\*(?!\*)/],
  ["underline", /^__((?:\\[\s\S]|[^\\])+?)__(?!_)/],
  ["italic", /^\*(?=\S)((?:\*\*|\\[\s\S]|\s+(?:\\[\s\S]|[^\s*\\]|\*\*)|[^\s*\\])+?)\*(?!\*)/],
  ["italic", /^_((?:__|\\[\s\S]|[^\\_])+?)_(?![\p{L}\p{N}_])/u],
  ["strike", /^~~([\s\S]+?)~~(?!_)/],
  ["spoiler", /^\|\|([\s\S]+?)\|\|/],
];
const LEAVES = [
  [/^\\([^\p{L}\p{N}\s])/u, ([, character]) => text(character)],
  [/^(`+)([\s\S]*?[^`])\1(?!`)/, ([, , code]) => ({ kind: "code", text: code.replace(/^ (?=`)|(?<=`) $/g, "") })],
  [/^<t:(-?\d{1,17})(?::([tTdDfFRsS]))?>/, ([, unix, style]) => ({ kind: "time", unix: Number(unix), style: style ?? "f" })],
  [/^<@!?(\d{5,20})>/, ([, id]) => ({ kind: "member", id })],
  [/^<@&(\d{5,20})>/, ([, id]) => ({ kind: "role", id })],
  [/^<#(\d{5,20})>/, ([, id]) => ({ kind: "channel", id })],
  [/^<\/([-_'\p{L}\p{N} ]{1,98}):(\d{1,20})>/u, ([, name, id]) => ({ kind: "command", name, id })],
  [/^<(a?):(\w{2,32}):(\d{5,20})>/, ([, , name]) => ({ kind: "emoji", name })],
  [/^@(everyone|here)\b/, ([, whom]) => ({ kind: "everyone", whom })],
  [/^<(https?:\/\/[^\s>]+)>/, ([, url]) => ({ kind: "link", url, children: [text(url)] })],
  [/^\n/, () => ({ kind: "break" })],
];
const MASKED =
  /^\[((?:\\.|\[[^\]]*\]|[^[\]\\])+)\]\(\s*(?:<(https?:\/\/[^\s<>]+)>|(https?:\/\/(?:\([^\s()]*\)|[^\s()<>])+))(?:\s+["']([^"']*)["'])?\s*\)/;
const ADDRESS = /^https?:\/\/[^\s<]+[^<.,:;"'\]\s]/;
// Where plain text may end because something else may begin.
const PLAIN = /^[\s\S]+?(?=[\\`*_~|<@[\n]|https?:\/\/|$)/;

function parseWords(source, { links, depth }) {
  const found = [];
  const again = (inner, inLink = false) => parseWords(inner, { links: links && !inLink, depth: depth + 1 });
  let rest = source;
  let before = "";
  while (rest) {
    const [node, length] = nextNode(rest, before, { links, depth, again });
    const last = found.at(-1);
    if (node.kind === "text" && last?.kind === "text") last.text += node.text;
    else found.push(node);
    before = rest[length - 1];
    rest = rest.slice(length);
  }
  return found;
}

function nextNode(rest, before, { links, depth, again }) {
  for (const [pattern, make] of LEAVES) {
    const match = pattern.exec(rest);
    if (match) return [make(match), match[0].length];
  }
  if (links) {
    const masked = MASKED.exec(rest);
    if (masked) {
      const [whole, label, quoted, bare, title] = masked;
      return [{ kind: "link", url: quoted ?? bare, title, children: again(label, true) }, whole.length];
    }
    const bare = ADDRESS.exec(rest);
    if (bare) {
      const url = withoutLooseBracket(bare[0]);
      return [{ kind: "link", url, children: [text(url)] }, url.length];
    }
  }
  const inWord = /[\p{L}\p{N}]/u.test(before);
  for (const [kind, pattern] of depth < DEEPEST ? WRAPPERS : []) {
    if (rest[0] === "_" && rest[1] !== "_" && inWord) break; // snake_case is no emphasis
    const match = pattern.exec(rest);
    if (match) return [{ kind, children: again(match[1]) }, match[0].length];
  }
  const plain = PLAIN.exec(rest);
  return [text(plain[0]), plain[0].length];
}

function withoutLooseBracket(url) {
  const opened = url.split("(").length;
  let kept = url;
  while (kept.endsWith(")") && kept.split(")").length > opened) kept = kept.slice(0, -1);
  return kept;
}

function text(value) {
  return { kind: "text", text: value };
}
