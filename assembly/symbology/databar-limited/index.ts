import { Strip } from "../../kit/strip";
export function read(strip: Strip): void {}
