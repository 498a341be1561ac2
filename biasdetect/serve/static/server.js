// The server: requests, answers line by line, and errors that a reader can do something about.

export class ServerError extends Error {}

export async function models() {
  return (await (await ask("v1/models")).json()).models[0];
}

/** Score an article; calls `take` with each event. Thresholds: those that the slider has. */
export async function stream(request, thresholds, take, signal) {
  const response = await ask("v1/score/stream", { ...request, thresholds }, signal);
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
  if (!complete) throw new ServerError("The connection broke before the article was done. Try it again.");
}

/** Have something made of the article, and let the browser store it. */
export async function download(address, request, name) {
  const blob = await (await ask(address, request)).blob();
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

async function ask(address, request, signal) {
  const options = request && {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(request),
  };
  const response = await fetch(address, { ...options, signal }).catch(interrupted);
  if (response.ok) return response;
  const told = await response.json().catch(() => ({}));
  throw new ServerError(told.message ?? `The server answered with ${response.status}. Try it again.`);
}

function interrupted(error) {
  if (error.name === "AbortError") throw error;
  throw new ServerError("The server does not answer. See whether it still runs, or start it with: biasdetect serve");
}
