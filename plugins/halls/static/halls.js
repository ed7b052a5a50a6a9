// What the hall's pages gain from scripts; every one of them works without.

// Read the question and the choices aloud.
for (const button of document.querySelectorAll("[data-aloud]")) {
  if (!("speechSynthesis" in window)) continue;
  button.hidden = false;
  button.addEventListener("click", () => {
    if (speechSynthesis.speaking) return speechSynthesis.cancel();
    const parts = document.querySelectorAll("main h1, main [data-say]");
    const said = new SpeechSynthesisUtterance([...parts].map(part => part.textContent.trim()).join("。\n"));
    said.lang = document.documentElement.lang;
    speechSynthesis.speak(said);
  });
}
addEventListener("pagehide", () => window.speechSynthesis?.cancel());

// Ranks: one list to move about, in place of a number beside each name.
for (const box of document.querySelectorAll("[data-ranks]")) new Ranks(box);

function Ranks(box) {
  const words = box.dataset, fields = [...box.querySelectorAll("fieldset")];
  const notes = fields.map(field => field.querySelector("p.meta")?.textContent || "");
  const names = fields.map(field => field.querySelector("legend").textContent.trim());
  const placed = fields.map((field, n) => [place(field), n]).filter(([at]) => at).sort((a, b) => a[0] - b[0]);
  let order = placed.map(([, n]) => n), held = null;
  const list = make("ol", "order"), rest = make("ul", "order"), told = make("p", "vh");
  const first = make("p", "meta"), heading = make("h2", "meta");
  first.textContent = words.first;
  heading.textContent = words.rest;
  told.setAttribute("role", "status");
  list.setAttribute("aria-label", words.order);
  box.before(told, first, list, heading, rest);
  for (const field of fields) field.hidden = true;
  draw();

  function place(field) {
    const chosen = field.querySelector("input:checked, input[type=number]");
    return chosen ? Number(chosen.value) : 0;
  }

  function write(field, at) {
    for (const input of field.querySelectorAll("input")) {
      if (input.type === "number") input.value = at || "";
      else input.checked = input.value === (at ? String(at) : "");
    }
  }

  function make(tag, name) {
    const made = document.createElement(tag);
    made.className = name;
    return made;
  }

  function button(sign, label, act) {
    const made = make("button", "btn sub small");
    made.type = "button";
    made.textContent = sign;
    made.setAttribute("aria-label", label);
    made.addEventListener("click", act);
    return made;
  }

  function line(n, at) {
    const item = make("li", ""), name = make("b", ""), moves = make("span", "moves");
    name.textContent = names[n];
    const about = make("small", "");
    about.textContent = notes[n];
    const said = make("span", "");
    said.append(name, about);
    if (at) {
      const number = make("span", "place");
      number.textContent = at;
      number.addEventListener("pointerdown", event => grab(event, n, item));
      item.append(number);
      moves.append(button("↑", `${names[n]}: ${words.up}`, () => shift(n, -1)),
        button("↓", `${names[n]}: ${words.down}`, () => shift(n, 1)),
        button("✕", `${names[n]}: ${words.off}`, () => drop(n)));
    } else {
      item.append(button("＋", `${names[n]}: ${words.add}`, () => add(n)));
    }
    item.dataset.n = n;
    item.append(said, moves);
    return item;
  }

  function draw(focus) {
    list.replaceChildren(...order.map((n, i) => line(n, i + 1)));
    const others = fields.map((_, n) => n).filter(n => !order.includes(n));
    rest.replaceChildren(...others.map(n => line(n)));
    first.hidden = order.length > 0;
    heading.hidden = !others.length;
    fields.forEach((field, n) => write(field, order.indexOf(n) + 1));
    if (focus !== undefined) box.parentElement.querySelector(`.order [data-n="${focus}"] button`)?.focus();
  }

  function tell(n) {
    const at = order.indexOf(n) + 1;
    told.textContent = at ? `${names[n]}: ${at}` : `${names[n]}: ${words.off}`;
  }

  function add(n) { order.push(n); draw(n); tell(n); }
  function drop(n) { order = order.filter(one => one !== n); draw(n); tell(n); }

  function shift(n, by) {
    const at = order.indexOf(n), to = at + by;
    if (to < 0 || to >= order.length) return;
    order.splice(at, 1);
    order.splice(to, 0, n);
    draw();
    list.querySelector(`[data-n="${n}"]`).querySelectorAll("button")[by < 0 ? 0 : 1].focus();
    tell(n);
  }

  function grab(event, n, item) {
    event.preventDefault();
    held = n;
    item.classList.add("held");
    const move = at => {
      const over = document.elementFromPoint(at.clientX, at.clientY)?.closest(".order li");
      if (!over || over.parentElement !== list || Number(over.dataset.n) === held) return;
      const from = order.indexOf(held), to = order.indexOf(Number(over.dataset.n));
      order.splice(from, 1);
      order.splice(to, 0, held);
      draw();
      list.querySelector(`[data-n="${held}"]`).classList.add("held");
    };
    const end = () => {
      removeEventListener("pointermove", move);
      removeEventListener("pointerup", end);
      removeEventListener("pointercancel", end);
      draw();
      tell(held);
    };
    addEventListener("pointermove", move);
    addEventListener("pointerup", end);
    addEventListener("pointercancel", end);
  }
}

// How much is ticked: of the money, or of the number of ticks.
for (const purse of document.querySelectorAll("[data-purse]")) {
  const form = purse.closest("form"), most = Number(purse.dataset.most), within = purse.dataset.within === "1";
  const show = () => {
    const ticked = [...form.querySelectorAll("input[name=tick]:checked")];
    const used = ticked.reduce((sum, box) => sum + Number(box.dataset.cost || 1), 0);
    purse.querySelector("[data-used]").textContent = money(used);
    purse.querySelector("[data-left]").textContent = money(Math.max(0, most - used));
    purse.querySelector("path.bar")?.setAttribute("d", `M0 0h${Math.min(100, 100 * used / (most || 1))}v10H0z`);
    if (within && used > most) purse.dataset.k = "bad";
    else delete purse.dataset.k;
  };
  const money = n => purse.dataset.unit ? purse.dataset.unit + (n / 100).toLocaleString("en", {maximumFractionDigits: 2})
    : String(n);
  form.addEventListener("change", show);
  purse.hidden = false;
  show();
}
