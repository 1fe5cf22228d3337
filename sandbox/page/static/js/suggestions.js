// What may stand in an option: fixed choices at once, the bot's own suggestions a moment after the last key.
import { post } from "./api.js";
import { names, where } from "./session.js";

const PAUSE_MS = 250;
const KINDS = { user: 5, role: 6, mentionable: 7, channel: 8 };
const YES_NO = [{ name: "True", value: true }, { name: "False", value: false }];
let timer = null;
let asked = 0;

/** Whether only what is in the list can be sent, so that the first fitting entry may be taken as meant. */
export function isClosed(option) {
  return Boolean(option.choices.length || KINDS[option.type] || option.type === "boolean");
}

/**
 * Finds choices and hands each state to `show`: {choices} or {waiting} or {failed}. others: what is filled in besides.
 * A later call makes an earlier one silent.
 */
export function suggest(command, option, text, others, show) {
  clearTimeout(timer);
  asked += 1;
  const mine = asked;
  const fixed = fixedChoices(option);
  if (fixed) {
    const wanted = text.trim().toLowerCase();
    return show({ choices: fixed.filter((choice) => choice.name.toLowerCase().includes(wanted)).slice(0, 25) });
  }
  if (!option.autocomplete) return show({ choices: [] });
  show({ waiting: true });
  timer = setTimeout(async () => {
    try {
      const body = { ...where(), command: command.name, option: option.name, text, options: others };
      const choices = await post("suggestions", body);
      if (mine === asked) show({ choices });
    } catch {
      if (mine === asked) show({ failed: true });
    }
  }, PAUSE_MS);
}

/** Nothing that is still under way is wanted any more. */
export function forget() {
  clearTimeout(timer);
  asked += 1;
}

function fixedChoices(option) {
  if (option.choices.length) return option.choices;
  if (option.type === "boolean") return YES_NO;
  const type = KINDS[option.type];
  if (!type) return null;
  return names.choices({ type, channel_types: option.channel_types }).map(({ label, value }) => ({ name: label, value }));
}
