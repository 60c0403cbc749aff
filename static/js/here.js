// In a row of links that is wider than the screen, the one of the page that is open is brought into sight.
for (const here of document.querySelectorAll(":is(.nav, .tabs) [aria-current]")) {
  const row = here.closest(".nav, .tabs");
  const { left, right } = here.getBoundingClientRect();
  const sides = row.getBoundingClientRect();
  if (left < sides.left) row.scrollLeft += left - sides.left;
  else if (right > sides.right) row.scrollLeft += right - sides.right;
}
