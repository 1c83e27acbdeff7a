// Verifies messages with the official library: a list of {key, body, headers} comes in, a list of verdicts goes out.
import { readFileSync } from "node:fs";
import { Webhook } from "standardwebhooks";

const verdicts = JSON.parse(readFileSync(0, "utf8")).map(({ key, body, headers }) => {
  try {
    new Webhook(key).verify(body, headers, { jsonParse: false });
    return "verified";
  } catch (error) {
    return error.message;
  }
});
console.log(JSON.stringify(verdicts));
