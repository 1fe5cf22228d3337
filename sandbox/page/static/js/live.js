// What happens in the sandbox, as it happens: server-sent events, handed on to whoever listens on the bus.
import { on, tell } from "./bus.js";
import { session } from "./session.js";
import { setNow } from "./times.js";

const HANDED_ON = ["message", "bot", "spotify", "calls", "trouble"];
let source = null;
let run = null;

/** Listens as one member. Everything is fetched anew after each "hello", also after a broken connection. */
function listen(member) {
  if (source?.member === member) return;
  source?.close();
  source = new EventSource(`/api/events?as=${encodeURIComponent(member)}`);
  source.member = member;
  const news = (event) => JSON.parse(event.data);
  source.addEventListener("hello", (event) => {
    const hello = news(event);
    setNow(hello.now);
    const another = run !== null && run !== hello.run;
    run = hello.run;
    connected(true);
    tell("bot", { online: hello.bot_online });
    tell("hello", { another });
  });
  source.addEventListener("clock", (event) => {
    setNow(news(event).now);
    tell("clock", news(event));
  });
  source.addEventListener("world", (event) => {
    run = news(event).run;
    tell("hello", { another: true });
  });
  source.addEventListener("commands", () => tell("commands-changed"));
  for (const topic of HANDED_ON) source.addEventListener(topic, (event) => tell(topic, news(event)));
  source.addEventListener("error", () => connected(false));
}

/** Said on the page, too: before it listens, what happens shows only when it is fetched. */
function connected(yes) {
  document.documentElement.dataset.listening = yes;
  tell("connection", yes);
}

on("place", () => listen(session.member));
