/* Menus close when one looks elsewhere. */

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details:is(.switch, .me-menu, .more)[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
