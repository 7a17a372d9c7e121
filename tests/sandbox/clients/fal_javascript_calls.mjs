// Drives the unmodified `@fal-ai/client` against a sandbox. Prints one JSON object.
// Arguments: the sandbox's address, an image file, the directory whose node_modules holds the client.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const [base, picture, directory] = process.argv.slice(2);
const { createFalClient } = createRequire(join(directory, "anchor.js"))("@fal-ai/client");

const toSandbox = async (request) => ({
  ...request,
  url: request.url
    .replace("https://queue.fal.run", `${base}/queue`)
    .replace("https://fal.run", `${base}/run`)
    .replace("https://rest.fal.ai", `${base}/rest`),
});
const fal = createFalClient({ credentials: "id:secret", requestMiddleware: toSandbox });
const proxied = createFalClient({ credentials: "id:secret", proxyUrl: { url: `${base}/proxy`, when: "always" } });
const failure = async (promise) => {
  try {
    await promise;
  } catch (error) {
    return { name: error.name, status: error.status, body: error.body, requestId: error.requestId };
  }
  return {};
};
const unique = (list) => [...new Set(list)];

const said = {};
const updates = [];
said.subscribe = await fal.subscribe("fal-ai/flux-2", {
  input: { prompt: "a fox", seed: 7 },
  logs: true,
  pollInterval: 30,
  onQueueUpdate: (update) => updates.push(update),
});
said.updates = unique(updates.map((update) => update.status));
said.logs = updates.at(-1).logs.map((line) => line.message);

const streamed = [];
said.streamed = await fal.subscribe("fal-ai/flux-2", {
  input: { prompt: "a fox", seed: 7 },
  logs: true,
  mode: "streaming",
  onQueueUpdate: (update) => streamed.push(update),
});
said.streamedUpdates = unique(streamed.map((update) => update.status));
said.streamedLogs = streamed.at(-1).logs.map((line) => line.message);

const job = await fal.queue.submit("fal-ai/flux-2/flash", { input: { prompt: "a fox", seed: 7 } });
said.submit = job;
said.status = (await fal.queue.status("fal-ai/flux-2/flash", { requestId: job.request_id, logs: true })).status;
await fal.queue.subscribeToStatus("fal-ai/flux-2/flash", { requestId: job.request_id, pollInterval: 30 });
said.result = await fal.queue.result("fal-ai/flux-2/flash", { requestId: job.request_id });
said.run = await fal.run("fal-ai/flux-2-max", { input: { prompt: "a fox", seed: 7 } });

const waiting = await fal.queue.submit("fal-ai/flux-2", { input: { prompt: "a fox" } });
await fal.queue.cancel("fal-ai/flux-2", { requestId: waiting.request_id });
said.cancelled = await failure(fal.queue.result("fal-ai/flux-2", { requestId: waiting.request_id }));

const photo = new File([readFileSync(picture)], "photo.png", { type: "image/png" });
said.upload = await fal.storage.upload(photo, { lifecycle: { expiresIn: "1d" } });
said.uploadParts = await fal.storage.upload(new File([new Uint8Array(91 * 1024 * 1024)], "large.bin"));
said.edit = await fal.subscribe("fal-ai/flux-2-max/edit", {
  input: { prompt: "at night", image_urls: [said.upload, photo] },
  pollInterval: 30,
});
said.refused = await failure(
  fal.subscribe("fal-ai/flux-2/flash", { input: { prompt: "a fox", num_images: 9 }, pollInterval: 30 }),
);

const events = async (options) => {
  const stream = await fal.stream("fal-ai/flux-2", { input: { prompt: "a fox", seed: 7 }, ...options });
  const seen = [];
  for await (const event of stream) seen.push(event);
  return { seen, done: await stream.done() };
};
said.runStream = await events({});
// In a browser the client asks for a token with its key, and sends only the token along.
said.runStreamByToken = await events({
  connectionMode: "client",
  url: `${base}/run/fal-ai/flux-2/stream`,
  tokenProvider: async () => {
    const headers = { Authorization: "Key id:secret", "Content-Type": "application/json" };
    const body = JSON.stringify({ allowed_apps: ["flux-2"], token_expiration: 120 });
    return (await fetch(`${base}/rest/tokens/`, { method: "POST", headers, body })).json();
  },
});
said.proxied = await proxied.run("fal-ai/flux-2-max", { input: { prompt: "a fox", seed: 7 } });
console.log(JSON.stringify(said));
