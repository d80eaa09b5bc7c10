// Moving the slider shows the month's figures at once, from the table of all months that is on the page.
// Without this file the button asks the server for the same figures.
(() => {
  const form = document.querySelector("form[data-slider]");
  const table = form && document.getElementById(form.dataset.slider);
  const result = document.querySelector("[data-result]");
  if (!form || !table || !result) return;
  const range = form.querySelector("input[type=range]");
  const rows = new Map([...table.querySelectorAll("tr[data-month]")].map((row) => [row.dataset.month, row]));
  const working = document.querySelector("a[data-working]");

  const show = () => {
    const row = rows.get(range.value);
    if (!row) return;
    const [month, age, ...sums] = [...row.cells].map((cell) => cell);
    const said = month.firstChild.textContent.trim();
    const names = sums.length > 1 ? ["going", "standing"] : ["standing"];
    put("month", said);
    put("age", age.textContent.trim());
    names.forEach((name, at) => put(name, sums[at].textContent.trim()));
    range.setAttribute("aria-valuetext", [said, age.textContent.trim(), sums[0].textContent.trim()].join(", "));
    if (working) {
      const address = new URL(working.href);
      const code = Number(range.value);
      address.searchParams.set("month", `${Math.floor(code / 12)}-${String((code % 12) + 1).padStart(2, "0")}`);
      working.href = address.href;
    }
  };
  const put = (name, text) => {
    const place = result.querySelector(`[data-of=${name}]`);
    if (place) place.textContent = text;
  };

  form.querySelector("button").hidden = true;
  result.setAttribute("aria-live", "polite");
  range.addEventListener("input", show);
  show();
})();
