// The ways in which a text comes to the page: a file that is chosen or dropped, an address, a paste, the example.

import { ofAddress, ofClipboard, ofFile, ofText } from "./bring.js";
import { at } from "./dom.js";

/** Listen to all of them: `bring` opens what comes, `abandon` stops it, `most` is the largest file, `empty` asks for the text. */
export function takeIn({ most, empty, bring, abandon }) {
  for (const button of document.querySelectorAll(".open")) button.addEventListener("click", () => at("file").click());
  at("file").addEventListener("change", ({ target }) => {
    const [file] = target.files;
    if (file) bring((signal) => ofFile(file, most(), signal));
    target.value = ""; // so that the same file can be chosen once more
  });
  at("example").addEventListener("click", () => bring(async () => ofText(await (await fetch("example.txt")).text(), "example.txt")));
  for (const button of document.querySelectorAll(".address")) {
    button.addEventListener("click", () => {
      at("address-error").hidden = true;
      at("address-dialog").showModal();
    });
  }
  at("address-dialog").addEventListener("submit", (event) => {
    event.preventDefault();
    at("fetch").disabled = true;
    at("fetch").textContent = "Opening …";
    bring(async (signal) => {
      const draft = await ofAddress(at("url").value.trim(), signal);
      at("address-dialog").close();
      return draft;
    }).finally(() => {
      at("fetch").disabled = false;
      at("fetch").textContent = "Open";
    });
  });
  at("address-dialog").addEventListener("close", () => abandon());
  document.addEventListener("dragover", (event) => {
    if (![...event.dataTransfer.types].includes("Files")) return; // words are moved within the text
    event.preventDefault();
    document.body.classList.add("dropping");
  });
  document.addEventListener("dragleave", () => document.body.classList.remove("dropping"));
  document.addEventListener("drop", (event) => {
    document.body.classList.remove("dropping");
    const [file] = event.dataTransfer.files;
    if (!file) return;
    event.preventDefault();
    bring((signal) => ofFile(file, most(), signal));
  });
  at("text").addEventListener("paste", (event) => {
    const [file] = event.clipboardData.files;
    const plain = event.clipboardData.getData("text/plain");
    if (file && !plain) {
      event.preventDefault();
      bring((signal) => ofFile(file, most(), signal));
    } else if (empty() && event.clipboardData.types.includes("text/html")) {
      event.preventDefault();
      const coming = ofClipboard(event.clipboardData, most());
      bring(async () => (await coming.catch(() => undefined)) ?? ofText(plain, "pasted text"));
    }
  });
}
