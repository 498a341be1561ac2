// The server: requests, answers line by line, and errors that a reader can do something about.

export class ServerError extends Error {}

export async function models() {
  return (await (await ask("v1/models")).json()).models[0];
}

/** Score a text; calls `take` with each event. */
export async function stream(request, take, signal) {
  const response = await ask("v1/score/stream", request, signal);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  let complete = false;
  for (;;) {
    const { value, done } = await reader.read().catch(interrupted);
    const lines = (rest + (value ?? "")).split("\n");
    rest = lines.pop();
    for (const line of lines) {
      const event = JSON.parse(line);
      if (event.event === "error") throw new ServerError(event.message);
      complete ||= event.event === "report";
      take(event);
    }
    if (done) break;
  }
  if (!complete) throw new ServerError("The connection broke before the text was done. It is scored again when you change it.");
}

/** A text to edit of a file, or of what was copied with its formatting. */
export async function openFile(data, { name = "", format, whole = false }, signal) {
  const query = new URLSearchParams({ name, whole, ...(format && { format }) });
  const options = { method: "POST", headers: { "Content-Type": "application/octet-stream" }, body: data, signal };
  return (await answered(fetch(`v1/open?${query}`, options))).json();
}

/** A text to edit of a page of the web. */
export async function openAddress(url, signal) {
  return (await ask("v1/fetch", { url }, signal)).json();
}

/** Have something made of the text: its bytes, and the name that they go by. */
export async function made(address, request) {
  const response = await ask(address, request);
  const name = /filename="([^"]+)"/.exec(response.headers.get("content-disposition") ?? "")?.[1];
  return { blob: await response.blob(), name: name ?? "article" };
}

function ask(address, request, signal) {
  const options = request && { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(request) };
  return answered(fetch(address, { ...options, signal }));
}

async function answered(coming) {
  const response = await coming.catch(interrupted);
  if (response.ok) return response;
  const told = await response.json().catch(() => ({}));
  throw new ServerError(told.message ?? `The server answered with ${response.status}. Try it again.`);
}

function interrupted(error) {
  if (error.name === "AbortError") throw error;
  throw new ServerError("The server does not answer. See whether it still runs, or start it with: biasdetect serve");
}
