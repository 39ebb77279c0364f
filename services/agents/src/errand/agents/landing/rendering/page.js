"use strict";
// Everything on the page works without this: it reports events, closes the menu, and stands in for scroll timelines.
(() => {
  const asksNotToBeTracked = navigator.globalPrivacyControl || navigator.doNotTrack === "1";

  const report = (element) => {
    if (!element || asksNotToBeTracked) return;
    const { event } = element.dataset;
    const detail = { event, id: element.closest("[data-section]")?.id ?? "", href: element.getAttribute("href") ?? "" };
    window.dispatchEvent(new CustomEvent("errand:track", { detail }));
    (window.dataLayer ??= []).push(detail);
  };
  document.addEventListener("click", ({ target }) => report(target.closest("a[data-event], button[data-event]")));
  document.addEventListener("submit", ({ target }) => report(target.closest("form[data-event]")));

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
