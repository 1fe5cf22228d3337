// Talking to the sandbox: the same addresses that docs/sandbox.md shows with curl.

/** The sandbox said no. The message is its sentence, for people. status 0: it did not answer at all. */
class Refused extends Error {
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

export function get(path, query) {
  return ask("GET", path, query);
}

export function post(path, body = {}, query = undefined) {
  return ask("POST", path, query, body);
}

/** PATCH, PUT and DELETE, which are rarer. */
export function send(method, path, body = undefined) {
  return ask(method, path, undefined, body);
}

async function ask(method, path, query, body) {
  const known = Object.entries(query ?? {}).filter(([, value]) => value !== null && value !== undefined);
  const address = known.length ? `/api/${path}?${new URLSearchParams(known)}` : `/api/${path}`;
  const request = { method };
  if (body !== undefined) {
    request.headers = { "Content-Type": "application/json" };
    request.body = typeof body === "string" ? body : JSON.stringify(body);
  }
  let response;
  try {
    response = await fetch(address, request);
  } catch {
    throw new Refused("The sandbox isn't answering. Is it still running?", 0);
  }
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Refused(answer.error ?? `The sandbox answered ${response.status}.`, response.status);
  return answer;
}
