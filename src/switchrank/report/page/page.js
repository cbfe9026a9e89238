// Click a column's heading to sort by it. Without this script the tables are as complete.
for (const table of document.querySelectorAll("table")) {
  if (table.tBodies.length !== 1) continue;
  const heads = [...table.querySelectorAll("thead th[scope=col]")];
  const first = heads.filter(head => head.rowSpan > 1);
  const order = first.concat(heads.filter(head => !first.includes(head)));
  order.forEach((head, column) => {
    const button = document.createElement("button");
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const falling = head.getAttribute("aria-sort") !== "descending";
      order.forEach(other => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", falling ? "descending" : "ascending");
      const body = table.tBodies[0];
      const key = row => row.cells[column].dataset.value ?? row.cells[column].textContent.trim();
      const rows = [...body.rows].sort((a, b) => {
        const [x, y] = [key(a), key(b)], missing = (x === "–" || x === "") - (y === "–" || y === "");
        if (missing) return missing;
        const way = isNaN(x) || isNaN(y) ? x.localeCompare(y) : x - y;
        return falling ? -way : way;
      });
      body.append(...rows);
    });
  });
}
// Paper cannot be clicked: everything is open while it is printed.
addEventListener("beforeprint", () => document.querySelectorAll("details:not([open])").forEach(one => {
  one.open = true;
  addEventListener("afterprint", () => { one.open = false; }, { once: true });
}));
