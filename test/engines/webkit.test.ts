/** The flows in WebKit. */
import { contractCases, readerCases } from "./flows/cases.js";
import { licenseFlows } from "./flows/license.js";
import { inEngine } from "./stage.js";
import { openWebKit } from "./webkit.js";

inEngine("webkit", openWebKit, (stage) => {
  readerCases(stage);
  contractCases(stage);
  licenseFlows(stage);
});
