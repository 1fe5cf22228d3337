// A shared playlist that members are in the middle of, for who wants to look round before trying the steps.
import { post } from "./api.js";
import { tell } from "./bus.js";

/** Makes it, which takes a few seconds, and says so. Whether it is there now. */
export async function makeExample() {
  tell("toast", "Ada lends a playlist, and the others add to it…");
  try {
    const { playlist, channel } = await post("example");
    tell("toast", `${playlist} is there, with a vote under way in #${channel}`);
    return true;
  } catch (refused) {
    tell("toast", refused.message);
    return false;
  }
}
