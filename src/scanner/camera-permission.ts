/** What the browser says of the camera permission before it is asked for. Must not ask for it. */
import type { PagePlatform } from "./page-watch.js";

/** Answer of the Permissions API for the camera, `unknown` where it does not tell. */
export type CameraPermission = PermissionState | "unknown";

export const queryCamera = async (permissions: PagePlatform["permissions"]): Promise<PermissionStatus | undefined> => {
  try {
    return await permissions?.query({ name: "camera" as PermissionName });
  } catch {
    return undefined; // Firefox knows no such permission name
  }
};

export const cameraPermission = async (permissions: PagePlatform["permissions"]): Promise<CameraPermission> =>
  (await queryCamera(permissions))?.state ?? "unknown";
