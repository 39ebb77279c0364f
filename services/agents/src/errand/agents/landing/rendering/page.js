"use strict";
// Everything on the page works without this: it reports events, closes the menu, and stands in for scroll timelines.
(() => {
  const asksNotToBeTracked = navigator.globalPrivacyControl || navigator.doNotTrack === "1";

  // A form's fields hide what it has of the same name: `closest`, `dataset`.
  const nearest = (element, selector) => Element.prototype.closest.call(element, selector);

  const report = (element) => {
    if (!element || asksNotToBeTracked) return;
    const [event, href] = [element.getAttribute("data-event"), element.getAttribute("href") ?? ""];
    const detail = { event, id: nearest(element, "[data-section]")?.id ?? "", href };
    window.dispatchEvent(new CustomEvent("errand:track", { detail }));
    (window.dataLayer ??= []).push(detail);
  };
  document.addEventListener("click", ({ target }) => report(target.closest("a[data-event], button[data-event]")));
  document.addEventListener("submit", ({ target }) => report(nearest(target, "form[data-event]")));

  document.addEventListener("click", ({ target }) => {
    if (target.closest("[popover] a")) target.closest("[popover]").hidePopover?.();
  });

  const links = new Map();
  for (const link of document.querySelectorAll('.menu a[href^="#"]')) links.set(link.hash.slice(1), link);
  const reading = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting) links.get(target.id).setAttribute("aria-current", "true");
      else links.get(target.id).removeAttribute("aria-current");
    }
  }, { rootMargin: "-45% 0px -54%" });
  for (const id of links.keys()) if (document.getElementById(id)) reading.observe(document.getElementById(id));

  const root = document.documentElement;
  if (root.dataset.motion === "scroll" && !CSS.supports("animation-timeline: view()")) {
    const seen = new IntersectionObserver((entries) => {
      for (const { target, isIntersecting } of entries) if (isIntersecting) target.classList.add("seen");
    });
    for (const element of document.querySelectorAll(".reveal")) seen.observe(element);
    root.classList.add("waits");
  }
})();
