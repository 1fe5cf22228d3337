// What Discord's client checks before it sends a command: required options, lengths, ranges, and choices.

const LONGEST = 6000;

/**
 * given: {text} as typed, {value} once something was picked, {files}. Answers {value} to send (undefined: nothing),
 * or {error}, a sentence for the one who types.
 */
export function checked(option, given) {
  const typed = given?.text ?? "";
  const empty = given?.value === undefined && !typed.trim() && !given?.files?.length;
  if (empty) return option.required ? { error: "This option is required. Specify a value." } : {};
  if (given.value !== undefined) return { value: given.value };
  if (option.choices.length) return chosen(option, typed);
  const rule = RULES[option.type] ?? (() => ({ error: "Choose one from the list." }));
  return rule(option, typed, given);
}

/** What a field may hold, for people: “2 to 100 characters”. */
export function limits(option) {
  const words = { string: "characters" }[option.type];
  const low = option.min_length ?? option.min_value;
  const high = option.max_length ?? option.max_value;
  if (low === null && high === null) return "";
  const range = low === null || (words && low <= 1) ? `at most ${high}` : high === null ? `at least ${low}` : `${low} to ${high}`;
  return words ? `${range} ${words}` : range;
}

const RULES = { string: text, integer: number, number, boolean: yesNo, attachment: file };

function text(option, typed) {
  const least = option.min_length ?? 0;
  const most = option.max_length ?? LONGEST;
  if (typed.length < least) return { error: `Must be at least ${least} characters.` };
  if (typed.length > most) return { error: `Must be at most ${most} characters; this is ${typed.length}.` };
  return { value: typed };
}

function number(option, typed) {
  const value = Number(typed.replace(",", "."));
  if (Number.isNaN(value) || (option.type === "integer" && !Number.isInteger(value))) {
    return { error: option.type === "integer" ? "Must be a whole number." : "Must be a number." };
  }
  if (option.min_value !== null && value < option.min_value) return { error: `Must be at least ${option.min_value}.` };
  if (option.max_value !== null && value > option.max_value) return { error: `Must be at most ${option.max_value}.` };
  return { value };
}

function yesNo(_, typed) {
  const value = { true: true, yes: true, false: false, no: false }[typed.trim().toLowerCase()];
  return value === undefined ? { error: "Must be True or False." } : { value };
}

function file(_, __, given) {
  return given.files?.length ? { files: given.files } : { error: "Choose a file." };
}

function chosen(option, typed) {
  const wanted = typed.trim().toLowerCase();
  const found = option.choices.find((choice) => choice.name.toLowerCase() === wanted);
  return found ? { value: found.value } : { error: "Choose one from the list." };
}
