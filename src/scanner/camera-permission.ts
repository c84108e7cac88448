/** What the browser says of the camera permission before it is asked for. Must not ask for it. */

/** The part of the Permissions API that is asked; undefined where there is none. */
export type PermissionSource = Pick<Permissions, "query"> | undefined;

/** Answer of the Permissions API for the camera, `unknown` where it does not tell. */
export type CameraPermission = PermissionState | "unknown";

export const queryCamera = async (permissions: PermissionSource): Promise<PermissionStatus | undefined> => {
  try {
    return await permissions?.query({ name: "camera" as PermissionName });
  } catch {
    return undefined; // Firefox knows no such permission name
  }
};

export const cameraPermission = async (permissions: PermissionSource): Promise<CameraPermission> =>
  (await queryCamera(permissions))?.state ?? "unknown";
