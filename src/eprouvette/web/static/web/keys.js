/* The keyboard path: `/` number field, `g` then a letter to go, arrows and Enter in tables, `?` the page's keys.
   Pages are whole without this file. */
(() => {
  "use strict";
  let going = 0;
  const typing = (target) => target.closest("input, select, textarea, [contenteditable]") !== null;
  const rows = () => [...document.querySelectorAll("tbody tr[data-row]")];

  function step(by) {
    const list = rows();
    if (list.length === 0) return false;
    const now = list.findIndex((row) => row.classList.contains("current"));
    const next = list[Math.min(Math.max(now + by, 0), list.length - 1)];
    list.forEach((row) => row.classList.remove("current"));
    next.classList.add("current");
    (next.querySelector("a, input, button") || next).focus();
    return true;
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "Escape") { document.activeElement?.blur(); document.querySelector("dialog[open]")?.close(); return; }
    if (typing(event.target)) return;
    if (going && Date.now() - going < 1500) {
      going = 0;
      const link = document.querySelector(`[data-go="${CSS.escape(event.key)}"]`);
      if (link) { event.preventDefault(); window.location.assign(link.href); }
      return;
    }
    if (event.key === "g") { going = Date.now(); return; }
    if (event.key === "/") { event.preventDefault(); document.querySelector("[data-number]")?.focus(); return; }
    if (event.key === "?") { document.querySelector("dialog#keys")?.showModal(); return; }
    if (event.key === "ArrowDown" && step(1)) { event.preventDefault(); return; }
    if (event.key === "ArrowUp" && step(-1)) { event.preventDefault(); return; }
    const act = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (act) { event.preventDefault(); act.click(); }
  });

  document.querySelectorAll("[data-check-all]").forEach((box) => {
    box.addEventListener("change", () => {
      document.querySelectorAll(`input[name="${box.dataset.checkAll}"]`).forEach((other) => { other.checked = box.checked; });
    });
  });
})();
