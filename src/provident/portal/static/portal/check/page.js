// The page: takes the chosen file, checks it here, and shows the answer. Nothing is sent anywhere.
import { check } from "./receipt.js";

const words = JSON.parse(document.getElementById("check-words").textContent);
const form = document.getElementById("check-form");
const file = document.getElementById("file");
const key = document.getElementById("key");
const result = document.getElementById("check-result");

/** Put a sentence into words; a fact may be a sentence itself. */
function say([name, facts]) {
  return words[name].replace(/\{(\w+)\}/g, (_, fact) => (Array.isArray(facts[fact]) ? say(facts[fact]) : String(facts[fact])));
}

function element(name, className, text) {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
}

function show(heading, { proven, sentences, entries }) {
  const box = element("div", proven ? "pv-verdict" : "pv-verdict pv-verdict--not", "");
  const title = element("h2", "govuk-heading-l", heading);
  title.tabIndex = -1;
  box.append(title, ...sentences.map((sentence) => element("p", "govuk-body pv-breakable", say(sentence))));
  if (entries.length) {
    const list = element("ul", "govuk-list govuk-list--bullet pv-breakable", "");
    list.append(...entries.map((sentence) => element("li", "", say(sentence))));
    box.append(list);
  }
  result.replaceChildren(box);
  title.focus();
}

async function answer() {
  const [chosen] = file.files;
  if (!chosen) {
    show(form.dataset.problem, { proven: false, sentences: [["page.choose", {}]], entries: [] });
    return;
  }
  result.replaceChildren(element("p", "govuk-body", form.dataset.working));
  const given = key.value.split(/\s+/).filter(Boolean);
  const found = await check(new Uint8Array(await chosen.arrayBuffer()), given);
  const heading = say(found.sentences[0]); // whether it is proven
  show(heading, { ...found, sentences: found.sentences.slice(1) });
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  answer().catch(() => show(form.dataset.problem, { proven: false, sentences: [["page.unreadable", {}]], entries: [] }));
});
form.hidden = false;
