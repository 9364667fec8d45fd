// Shows one slide at a time, and the speaker's notes when asked. Without it all slides stand one below the other.
"use strict";
(() => {
  const slides = [...document.querySelectorAll(".slide")];
  const [back, on, notes, place] = ["back", "on", "notes", "place"].map((id) => document.getElementById(id));
  const named = () => slides.findIndex((slide) => `#${slide.id}` === location.hash);
  let at = Math.max(0, named());
  let told = false;

  const show = () => {
    slides.forEach((slide, number) => {
      slide.hidden = number !== at;
      slide.querySelector(".notes").hidden = !told;
    });
    back.disabled = at === 0;
    on.disabled = at === slides.length - 1;
    notes.setAttribute("aria-pressed", String(told));
    place.textContent = `${at + 1} of ${slides.length}`;
  };
  const turn = (to) => {
    at = Math.min(slides.length - 1, Math.max(0, to));
    history.replaceState(null, "", `#${slides[at].id}`);
    show();
    scrollTo(0, 0);
  };
  const tell = () => {
    told = !told;
    show();
  };

  back.addEventListener("click", () => turn(at - 1));
  on.addEventListener("click", () => turn(at + 1));
  notes.addEventListener("click", tell);
  addEventListener("hashchange", () => turn(named() < 0 ? at : named()));
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const to = { ArrowRight: at + 1, PageDown: at + 1, ArrowLeft: at - 1, PageUp: at - 1, Home: 0, End: slides.length - 1 }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      turn(to);
    } else if (event.key.toLowerCase() === "n") tell();
  });
  document.getElementById("controls").hidden = false;
  show();
})();
