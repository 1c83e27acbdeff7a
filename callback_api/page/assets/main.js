async function signIn() {
  byId("token-problem").textContent = "";
  try {
    welcome(await ask("GET", "api/v1/me"));
  } catch (error) {
    if (error.status === 401 && readToken()) {
      forgetToken();
      showSignIn("This token is not known, or was revoked.");
    } else showSignIn(error.message);
  }
}

function welcome({ user_id: user, admin }) {
  byId("token").value = "";
  byId("user").textContent = user;
  byId("admin").hidden = !admin;
  byId("of-user").hidden = !admin;
  byId("tasks").classList.toggle("of-one", !admin);
  byId("sign-out").hidden = !readToken();
  byId("sign-in").hidden = true;
  byId("who").hidden = byId("board").hidden = false;
  readFilters();
  table.wait = SOONEST;
  table.open(chosen());
  byId("tasks").focus({ preventScroll: true });
}

function signOut(problem) {
  forgetToken();
  for (const open of document.querySelectorAll("dialog[open]")) open.close();
  table.close();
  history.replaceState(null, "", location.pathname + location.search);
  showSignIn(problem);
}

function showSignIn(problem) {
  byId("board").hidden = byId("who").hidden = true;
  byId("sign-in").hidden = false;
  byId("token-problem").textContent = problem;
  byId("token").focus();
}

byId("sign-in").addEventListener("submit", (event) => {
  event.preventDefault();
  keepToken(byId("token").value.trim());
  signIn();
});
byId("sign-out").addEventListener("click", () => {
  signOut("");
  say("Signed out.");
});

// The address that the laptop stack prints contains the token, which is then removed from it and from the history.
const printed = tokenKind === "printed" && new URLSearchParams(location.hash.slice(1)).get("token");
if (printed) {
  keepToken(printed);
  history.replaceState(null, "", location.pathname + location.search);
}
if (readToken() || !tokenNeeded) signIn();
else showSignIn("");
