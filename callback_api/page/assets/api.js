const PATIENCE_MILLISECONDS = 20000;
const tokenKind = document.documentElement.dataset.token;
const tokenNeeded = tokenKind !== "optional";
// The path of the page, with or without a slash at its end: a stage of an API or a proxy may put one before.
const home = location.pathname.replace(/\/?$/, "/");
// Stages of one API share an origin, and with it a tab's storage, but not their tokens.
const TOKEN = `callback-token ${home}`;

const readToken = () => sessionStorage.getItem(TOKEN) ?? "";
const keepToken = (token) => sessionStorage.setItem(TOKEN, token);
const forgetToken = () => sessionStorage.removeItem(TOKEN);

class Failure extends Error {
  constructor(status, message, waitSeconds) {
    super(message);
    this.status = status;
    this.waitSeconds = waitSeconds;
  }
}

// Returns the response of the service, or throws a Failure with a sentence for people; `signal` cancels the call.
async function ask(method, path, signal) {
  const token = readToken();
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), PATIENCE_MILLISECONDS);
  const drop = () => patience.abort();
  signal?.addEventListener("abort", drop);
  try {
    const response = await fetch(home + path, {
      method,
      headers: { Accept: "application/json", ...(token && { Authorization: `Bearer ${token}` }) },
      credentials: "omit",
      cache: "no-store",
      redirect: "error",
      signal: patience.signal,
    });
    readClock(response);
    const answer = await response.json().catch((error) => {
      if (error.name === "AbortError") throw error;
    });
    if (!response.ok || answer === undefined) throw failure(response, answer);
    return answer;
  } catch (error) {
    if (error instanceof Failure || signal?.aborted) throw error;
    throw new Failure(0, patience.signal.aborted ? "The service takes too long to answer." : "The service cannot be reached.");
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", drop);
  }
}

function failure(response, problem) {
  const detail = typeof problem?.detail === "string" && problem.detail;
  const wait = Number(response.headers.get("Retry-After"));
  return new Failure(response.status, sentence(detail || `the service answered ${response.status} ${response.statusText}`.trim()), wait > 0 ? wait : 0);
}
