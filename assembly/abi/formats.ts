/** Generated from src/formats.ts by `npm run generate`. Ids of the formats as they cross the boundary. */

export const FORMAT_QR_CODE = 0;
export const FORMAT_EAN_13 = 1;
export const FORMAT_EAN_8 = 2;
export const FORMAT_UPC_A = 3;
export const FORMAT_UPC_E = 4;
export const FORMAT_CODE_128 = 5;
export const FORMAT_PDF417 = 8;
export const FORMAT_MICRO_PDF417 = 9;
