// Menus close where something else is wanted; a dialog closes with its button.

const closeMenus = (but) => document.querySelectorAll(".menu[open]").forEach((menu) => menu !== but && (menu.open = false));
document.addEventListener("click", ({ target }) => closeMenus(target.closest("summary")?.parentElement));
for (const menu of document.querySelectorAll(".menu")) {
  menu.addEventListener("keydown", ({ key }) => {
    if (key !== "Escape" || !menu.open) return;
    menu.open = false;
    menu.firstElementChild.focus();
  });
  menu.addEventListener("focusout", ({ relatedTarget }) => relatedTarget && !menu.contains(relatedTarget) && (menu.open = false));
}
for (const button of document.querySelectorAll("[data-close]")) button.addEventListener("click", () => button.closest("dialog").close());
