// Who acts, and where: kept in the address, so that two windows can be two people and a reload changes nothing.
import { get } from "./api.js";
import { tell } from "./bus.js";

/** world, view: as the sandbox tells them. member: short name. channel: of the view. guild: its guild, or null. */
export const session = {
  world: null,
  view: null,
  member: "ada",
  channel: null,
  guild: null,
  commands: { slash: [], message: [], user: [] },
};

const HOME = "music";

/** Reads world and view anew and stays in the same place, or goes to the nearest that there still is. */
export async function refresh() {
  const wanted = fromAddress();
  const world = await get("world");
  const member = world.people.some((person) => person.name === wanted.member) ? wanted.member : world.people[0].name;
  const view = await get("view", { as: member });
  Object.assign(session, { world, view, member });
  settle(wanted);
  await fetchCommands();
  tell("place");
}

export async function actAs(member) {
  const { guild, channel } = session;
  writeAddress({ member, guild: guild?.name, channel: channel?.name });
  await refresh();
}

export async function goTo(channelId) {
  const { guild, channel } = findChannel(channelId);
  writeAddress({ member: session.member, guild: guild?.name, channel: channel.name });
  settle(fromAddress());
  await fetchCommands();
  tell("place");
}

export async function fetchCommands() {
  const place = where();
  const commands = await get("commands", place);
  if (place.as !== session.member || place.channel !== session.channel.id) return;
  session.commands = commands;
  tell("commands");
}

/** The place of what is asked or done, as every request names it. */
export function where() {
  return { as: session.member, channel: session.channel.id };
}

export function personCalled(name) {
  return [session.world.bot, ...session.world.people].find((person) => person.name === name);
}

/** Spotify accounts may have no name to show. */
export function shownName({ name, display_name: shown }) {
  return shown || name;
}

/** What ids stand for in messages, for the one who reads here. */
export const names = {
  member: (id) => [session.world.bot, ...session.world.people].find((person) => person.id === id)?.display_name,
  role: (id) => session.world.guilds.flatMap((guild) => guild.roles).find((role) => role.id === id)?.name.replace(/^@/, ""),
  channel: (id) => session.world.guilds.flatMap((guild) => guild.channels).find((channel) => channel.id === id)?.name,
  onCommand: (name) => tell("write", { command: name }),
  choices: ({ type, channel_types: kinds, default_values: presets = [] }) => {
    const people = session.guild?.members ?? [personCalled("mixtape"), personCalled(session.member)].filter(Boolean);
    const roles = session.guild?.roles ?? [];
    const channels = kinds?.length && !kinds.includes(0) ? [] : (session.guild?.channels ?? []);
    const things = {
      5: people.map((person) => [person.id, person.display_name]),
      6: roles.map((role) => [role.id, role.name]),
      8: channels.map((channel) => [channel.id, `#${channel.name}`]),
    };
    things[7] = [...things[5], ...things[6]];
    const chosen = new Set(presets.map((preset) => preset.id));
    const offered = things[type].map(([value, label]) => ({ value, label, default: chosen.has(value) }));
    // Somebody who has left stays chosen until they are taken out.
    const gone = [...chosen].filter((id) => [5, 7].includes(type) && names.member(id) && !offered.some(({ value }) => value === id));
    return [...offered, ...gone.map((id) => ({ value: id, label: names.member(id), default: true }))];
  },
};

function settle({ guild: guildName, channel: channelName }) {
  const { guilds, direct } = session.view;
  const guild = guildName === "" ? null : (guilds.find((each) => each.name === guildName) ?? guilds[0]);
  const channels = guild?.channels ?? direct;
  session.guild = guild ?? null;
  session.channel =
    channels.find((channel) => channel.name === channelName) ??
    channels.find((channel) => channel.name === HOME) ??
    channels[0] ??
    direct[0];
  writeAddress({ member: session.member, guild: guild?.name, channel: session.channel.name });
}

function findChannel(id) {
  for (const guild of session.view.guilds) {
    const channel = guild.channels.find((each) => each.id === id);
    if (channel) return { guild, channel };
  }
  return { guild: null, channel: session.view.direct.find((each) => each.id === id) };
}

/** "#ada/Tape Heads/music"; an empty guild is a direct conversation. */
function fromAddress() {
  const [member = "ada", guild, channel] = location.hash.slice(1).split("/").map(decodeURIComponent);
  return { member: member || "ada", guild, channel };
}

function writeAddress({ member, guild = "", channel = "" }) {
  history.replaceState(null, "", `#${[member, guild, channel].map(encodeURIComponent).join("/")}`);
}
