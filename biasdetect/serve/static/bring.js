// What people bring: a file, a page of the web, what was copied. Each becomes a text to edit, or an error says why not.

import { FORMATS, OTHER_SUFFIXES } from "./formats.js";
import { ServerError, openAddress, openFile } from "./server.js";

const BLOCKS = /<(?:p|h[1-6]|blockquote|li|div|article|td)[\s>]/i;
const PICTURES = /\s(?:src|srcset|href|xlink:href)\s*=\s*("data:[^"]*"|'data:[^']*')/gi;

export function formatsNamed() {
  const names = FORMATS.map((format) => format.title);
  return `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

export const ACCEPTED = FORMATS.flatMap((format) => [...format.suffixes, ...format.media_types]).join();

/** A file as a text to edit. */
export async function ofFile(file, most, signal) {
  const suffix = /\.[a-z0-9]+$/i.exec(file.name)?.[0].toLowerCase() ?? "";
  const title = file.name || "The file";
  if (suffix in OTHER_SUFFIXES) throw new ServerError(`${title} is ${OTHER_SUFFIXES[suffix]}`);
  if (["image", "audio", "video", "font"].includes(file.type.split("/")[0])) throw new ServerError("Pictures, sound and films are not read. Paste the text itself, or open a document.");
  if (file.size > most) throw tooLarge(title, most);
  const name = Array.from(file.name.toWellFormed()).slice(0, 200).join("");
  const opened = await openFile(file, { name }, signal);
  const docx = opened.format === "text" && suffix === ".docx" ? await base64(file) : null;
  return draftOf(opened, { docx, whole: false });
}

/** A page of the web as a text to edit. */
export async function ofAddress(url, signal) {
  return draftOf(await openAddress(url, signal), { whole: false });
}

/** What was copied with its formatting, as a text to edit; undefined where it has none that matters. */
export async function ofClipboard(clipboard, most, signal) {
  const html = clipboard.getData("text/html").replace(PICTURES, "").toWellFormed();
  if (!BLOCKS.test(html) || html.length > most) return undefined;
  const opened = await openFile(html, { format: "html", whole: true }, signal);
  return draftOf({ ...opened, name: "pasted text" }, { whole: true });
}

/** A text as it comes, without any document behind it. */
export function ofText(text, name = "", format = "") {
  return { text: normal(text), name, format, original: undefined, leftOut: {} };
}

function draftOf({ text, name, format, html, left_out: leftOut }, { docx = null, whole }) {
  const original = html || docx ? { html, docx, name, whole } : undefined;
  return { text: normal(text), name, format, original, leftOut };
}

/** As a text field has it. */
const normal = (text) => text.toWellFormed().replace(/\r\n?/g, "\n");

function base64(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(",") + 1));
    reader.onerror = () => reject(new ServerError("The file cannot be read. Was it moved?"));
    reader.readAsDataURL(file);
  });
}

export function tooLarge(what, most) {
  const megabytes = (most / 1e6).toLocaleString("en");
  return new ServerError(`${what} is larger than ${megabytes} MB, the limit of this server. Bring one article at a time.`);
}
