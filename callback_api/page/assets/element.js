const byId = (id) => document.getElementById(id);

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

// Untouched where nothing changes, so that neither a selection nor a screen reader notices.
function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

function setClass(node, className) {
  if (node.className !== className) node.className = className;
}

// A problem's detail begins in lower case and has no full stop: here it becomes a sentence.
function sentence(text) {
  const start = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?…]$/.test(start) ? start : start + ".";
}

const said = byId("said");
function say(text) {
  said.textContent = text;
}
