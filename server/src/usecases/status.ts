/** Whether the server can do its work now. It says nothing of any organisation, so anybody may ask. */
import { PROTOCOL_VERSION, type StatusReply } from "../../../src/rules/protocol/messages.js";
import type { Ports } from "../ports.js";

export async function status({ store, clock }: Ports): Promise<StatusReply> {
  const serverTime = clock.now();
  try {
    const { generation } = await store.commit();
    return { v: PROTOCOL_VERSION, isReady: true, generation, serverTime };
  } catch {
    return { v: PROTOCOL_VERSION, isReady: false, generation: "", serverTime };
  }
}
