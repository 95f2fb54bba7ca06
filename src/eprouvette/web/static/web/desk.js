/* Files near what is typed, asked while typing; Enter sends the form from a list of choices too. Without this file
   the form says the same once sent. */
(() => {
  "use strict";
  document.querySelectorAll("form[data-near]").forEach((form) => {
    const place = document.querySelector(form.dataset.into);
    let waiting = 0;
    let asked = 0;
    form.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.target.tagName !== "SELECT") return;
      event.preventDefault();
      form.requestSubmit();
    });
    form.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(async () => {
        const mine = ++asked;
        try {
          const answer = await fetch(form.dataset.near, { method: "POST", body: new FormData(form) });
          if (answer.ok && mine === asked) place.innerHTML = await answer.text();
        } catch { /* the server says the same when the form is sent */ }
      }, 250);
    });
  });
})();
