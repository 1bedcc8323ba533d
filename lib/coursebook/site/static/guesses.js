// Keeps what a reader guessed, in this browser only, and counts it on the page of guesses.
"use strict";

const KEY = "guesses";

function guesses() {
  try {
    return JSON.parse(localStorage.getItem(KEY)) || {};
  } catch {
    return {}; // a browser that keeps nothing
  }
}

function keep(all) {
  try {
    localStorage.setItem(KEY, JSON.stringify(all));
  } catch {
    // the page still asks and answers
  }
}

function isRight(question, value) {
  const verdict = document.querySelector(`.${question}-said-${value}`);
  return Boolean(verdict) && verdict.textContent.includes("and so it is");
}

function restore() {
  const all = guesses();
  for (const [question, guess] of Object.entries(all)) {
    const choice = document.querySelector(`.${question}-asked input[value="${guess.value}"]`);
    if (choice) choice.checked = true;
  }
  document.addEventListener("change", ({ target }) => {
    if (!target.matches("input[type=radio][name^=prediction-]")) return;
    const kept = guesses();
    const heading = document.querySelector("h1");
    kept[target.name] = {
      value: target.value,
      first: kept[target.name]?.first ?? isRight(target.name, target.value),
      right: isRight(target.name, target.value),
      chapter: heading.firstChild.textContent.trim(),
    };
    keep(kept);
  });
}

function count(table) {
  const chapters = new Map();
  for (const { chapter, first, right } of Object.values(guesses())) {
    const found = chapters.get(chapter) || [0, 0, 0];
    chapters.set(chapter, [found[0] + 1, found[1] + first, found[2] + right]);
  }
  for (const [chapter, numbers] of [...chapters].sort()) {
    const row = table.insertRow();
    for (const value of [chapter, ...numbers]) row.insertCell().textContent = value;
  }
  table.closest("section").querySelector(".no-guesses").hidden = chapters.size > 0;
}

function start() {
  restore();
  const table = document.querySelector("#guesses-by-chapter tbody");
  if (table) count(table);
  document.querySelector("#forget-guesses")?.addEventListener("click", () => {
    keep({});
    location.reload();
  });
}

document.addEventListener("DOMContentLoaded", start);
