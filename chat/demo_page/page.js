// The page around the widget: who is signed in, which theme, and questions to try.
"use strict";

const at = (id) => document.getElementById(id);
const widget = at("widget");
const NAMES = { finance: "Finance", account_manager: "Account manager", customer: "Customer" };

at("snippet").textContent = `<script src="${new URL("widget.js", location.href)}"
        data-token="…signed by your server…"
        data-theme="auto"></script>`;

function nameOf({ role, customers }) {
  if (role === "finance") return "Finance: all costs";
  return `${NAMES[role]}: ${customers.join(", ")}`;
}

async function signIn(visitor) {
  const response = await fetch("demo/token", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(visitor),
  });
  return (await response.json()).token;
}

function offerVisitors(visitors) {
  const choice = at("visitor");
  choice.append(...visitors.map((visitor, place) => new Option(nameOf(visitor), place)));
  const chosen = () => visitors[Number(choice.value)];
  const change = async () => window.llmCosts.setToken(await signIn(chosen()));
  choice.addEventListener("change", change);
  window.llmCosts.setGetToken(() => signIn(chosen()));
  at("visitor-label").hidden = false;
  return change();
}

function askForToken() {
  at("sign-in").hidden = false;
  at("sign-in").addEventListener("submit", (event) => {
    event.preventDefault();
    window.llmCosts.setToken(at("token").value.trim());
    window.llmCosts.open();
  });
}

async function begin() {
  const response = await fetch("demo/visitors");
  if (response.ok) return offerVisitors(await response.json());
  if (response.status === 404) return askForToken();
  at("notice").textContent = (await response.json()).detail;
}

function paint() {
  const isDark = matchMedia("(prefers-color-scheme: dark)").matches;
  const { value } = at("theme");
  widget.dataset.theme = value;
  document.documentElement.dataset.theme =
    value === "auto" ? (isDark ? "dark" : "light") : value;
}

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", paint);
at("theme").addEventListener("change", paint);
at("questions").addEventListener("click", ({ target }) => {
  if (target.tagName === "BUTTON") window.llmCosts.ask(target.textContent);
});
paint();
begin();
