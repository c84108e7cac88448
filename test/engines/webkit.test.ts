/** The flows in WebKit. */
import { licenseFlows } from "./flows/license.js";
import { inEngine } from "./stage.js";
import { openWebKit } from "./webkit.js";

inEngine("webkit", openWebKit, (stage) => {
  licenseFlows(stage);
});
