/** The flows in Firefox. */
import { openFirefox } from "./firefox.js";
import { licenseFlows } from "./flows/license.js";
import { inEngine } from "./stage.js";

inEngine("firefox", openFirefox, (stage) => {
  licenseFlows(stage);
});
