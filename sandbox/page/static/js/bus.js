// Who wants to know what: parts of the page listen here instead of knowing each other.

const listeners = new Map();

/**
 * Topics: "place" (who acts or where changed), "commands", "message", "fetched" (messages), "bot", "spotify", "calls", "trouble", "clock",
 * "pressed" (what is under a message), "connection" (to the sandbox), "hello" (fetch anew), "say" (for screen readers).
 */
export function on(topic, listener) {
  if (!listeners.has(topic)) listeners.set(topic, new Set());
  listeners.get(topic).add(listener);
}

export function tell(topic, news) {
  for (const listener of listeners.get(topic) ?? []) listener(news);
}
