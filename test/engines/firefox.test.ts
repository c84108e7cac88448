/** The flows in Firefox. */
import { openFirefox } from "./firefox.js";
import { contractCases, readerCases } from "./flows/cases.js";
import { licenseFlows } from "./flows/license.js";
import { inEngine } from "./stage.js";

inEngine("firefox", openFirefox, (stage) => {
  readerCases(stage);
  contractCases(stage);
  licenseFlows(stage);
});
