/** Problems as replies of a route, for validation and the OpenAPI document. It must not know which route. */
import { PROBLEM, PROBLEM_TYPE, PROBLEMS, type ProblemCode } from "./problem.js";

/** Problems that any route may answer with. */
const ALWAYS: readonly ProblemCode[] = ["internal", "busy"];

/** Reply schemas by status, for these codes and those that are always possible. */
export function problemReplies(codes: readonly ProblemCode[]) {
  const all = [...new Set([...codes, ...ALWAYS])];
  const statuses = [...new Set(all.map((code) => PROBLEMS[code].status))].sort((a, b) => a - b);
  return Object.fromEntries(
    statuses.map((status) => {
      const ofStatus = all.filter((code) => PROBLEMS[code].status === status);
      const description = ofStatus.map((code) => `\`${code}\`: ${PROBLEMS[code].title}`).join(" ");
      return [status, { description, content: { [PROBLEM_TYPE]: { schema: PROBLEM } } }];
    }),
  );
}
