// What pages gain from scripts besides htmx; every page works without.
document.addEventListener("htmx:after:swap", () => {
  const errors = document.querySelector(".errs");
  if (errors && !errors.contains(document.activeElement)) errors.focus();
});

function wake(root) {
  for (const button of root.querySelectorAll("[data-print][hidden]")) button.hidden = false;
}
wake(document);
document.addEventListener("htmx:after:process", event => event.target.querySelectorAll && wake(event.target));

document.addEventListener("click", event => {
  if (event.target.closest?.("[data-print]")) window.print();
});

// Menus that scroll sideways show where one is.
for (const here of document.querySelectorAll(".subnav [aria-current]")) {
  const menu = here.closest(".subnav");
  menu.scrollLeft += here.getBoundingClientRect().left - menu.getBoundingClientRect().left - 16;
}

const worker = document.currentScript?.dataset.worker;
if (worker && "serviceWorker" in navigator) {
  addEventListener("load", () => navigator.serviceWorker.register(worker).catch(() => {}));
}

// The way to another host needs no second tap.
document.querySelector("form[data-go]")?.requestSubmit();
