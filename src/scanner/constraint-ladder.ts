/**
 * What to ask getUserMedia for, from the most exact to the loosest. Pure; knows neither devices nor streams.
 *
 * Zoom, pan and tilt are never asked for: on a camera that has them, Chromium answers NotAllowedError unless their own
 * permission was granted. They are applied to the open track instead.
 */

export type Facing = "environment" | "user";

/** Size of the picture to ask for; the nearest that the camera has is used. */
export interface Resolution {
  readonly width: number;
  readonly height: number;
}

/** Name of a step: the device asked for, the facing asked for, any camera of about that size, any camera at all. */
export type RungName = "device" | "facing" | "any" | "plain";

export interface Rung {
  readonly name: RungName;
  readonly constraints: MediaStreamConstraints;
}

export interface CameraWish {
  readonly deviceId?: string | undefined;
  readonly facing: Facing;
  readonly resolution: Resolution;
}

export const constraintLadder = ({ deviceId, facing, resolution }: CameraWish): readonly Rung[] => {
  const size = { width: { ideal: resolution.width }, height: { ideal: resolution.height } };
  const rung = (name: RungName, video: MediaTrackConstraints | true): Rung => ({
    name,
    constraints: { audio: false, video },
  });
  return [
    ...(deviceId ? [rung("device", { deviceId: { exact: deviceId }, ...size })] : []),
    // `ideal`, not `exact`: a laptop's only camera has no facing at all and would be refused.
    rung("facing", { facingMode: { ideal: facing }, ...size }),
    rung("any", size),
    rung("plain", true),
  ];
};

/** The loosest request there is: it also wakes a capture stack that delivers black frames (installed iOS pages). */
export const PLAIN_REQUEST: MediaStreamConstraints = { audio: false, video: true };
