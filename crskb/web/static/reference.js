// An address of the one page that stood here, such as /reference#onset, leads on to the page that took its place.
(() => {
  const entry = location.hash && document.getElementById(location.hash.slice(1));
  const link = entry && entry.closest(".doors") && entry.querySelector("a");
  if (link) location.replace(link.href);
})();
