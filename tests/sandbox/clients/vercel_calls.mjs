// Drives the unmodified Vercel AI SDK packages for fal and Black Forest Labs against a sandbox. Prints one JSON object.
// Arguments: the sandbox's address, an image file, the directory whose node_modules holds the packages.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const [base, picture, directory] = process.argv.slice(2);
globalThis.AI_SDK_LOG_WARNINGS = false;
const require = createRequire(join(directory, "anchor.js"));
const { generateImage } = require("ai");
const { createFal } = require("@ai-sdk/fal");
const { createBlackForestLabs } = require("@ai-sdk/black-forest-labs");

const fal = createFal({ apiKey: "id:secret", baseURL: `${base}/run` });
const bfl = createBlackForestLabs({ apiKey: "secret", baseURL: `${base}/v1`, pollIntervalMillis: 20 });
const photo = readFileSync(picture);

const made = async (model, prompt, options = {}) => {
  const { images, providerMetadata, warnings } = await generateImage({ model, prompt, maxRetries: 0, ...options });
  const files = images.map((image) => ({ type: image.mediaType, base64: image.base64 }));
  return { files, facts: providerMetadata, warnings: warnings.map((warning) => warning.feature ?? warning.message) };
};
const failure = async (promise) => {
  try {
    await promise;
  } catch (error) {
    return { status: error.statusCode, message: error.message };
  }
  return {};
};

const said = {};
said.falPlain = await made(fal.image("fal-ai/flux-2"), "a fox", { seed: 7, size: "512x768", n: 2 });
said.falEdit = await made(
  fal.image("fal-ai/flux-2/edit"),
  { text: "at night", images: [photo, photo] },
  { providerOptions: { fal: { useMultipleImages: true } } },
);
said.falShape = await made(fal.image("fal-ai/flux-2-max"), "a fox", { aspectRatio: "16:9" });
said.falRefused = await failure(made(fal.image("fal-ai/flux-2"), "a fox", { size: "8x8" }));
said.falUnknown = await failure(made(fal.image("fal-ai/flux-9"), "a fox"));
said.bflPlain = await made(bfl.image("flux-2-pro"), "a fox", { seed: 7, size: "512x768" });
said.bflEdit = await made(
  bfl.image("flux-2-pro"),
  { text: "at night", images: [photo, photo] },
  { providerOptions: { blackForestLabs: { width: 640, height: 512, outputFormat: "png" } } },
);
said.bflRefused = await failure(made(bfl.image("flux-2-flex"), "a fox", { providerOptions: { blackForestLabs: { steps: 500 } } }));
said.bflUnknown = await failure(made(bfl.image("flux-9"), "a fox"));
console.log(JSON.stringify(said));
