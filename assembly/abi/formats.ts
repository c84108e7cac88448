/** Generated from src/formats.ts by `npm run generate`. Ids of the formats as they cross the boundary. */

export const FORMAT_QR_CODE = 0;
export const FORMAT_EAN_13 = 1;
export const FORMAT_EAN_8 = 2;
export const FORMAT_UPC_A = 3;
export const FORMAT_UPC_E = 4;
export const FORMAT_CODE_128 = 5;
export const FORMAT_DATA_MATRIX = 6;
export const FORMAT_PDF417 = 8;
export const FORMAT_MICRO_PDF417 = 9;
export const FORMAT_MAXI_CODE = 12;
export const FORMAT_CODE_39 = 14;
export const FORMAT_CODE_93 = 15;
export const FORMAT_CODABAR = 16;
export const FORMAT_ITF = 17;
export const FORMAT_INDUSTRIAL_2_OF_5 = 18;
export const FORMAT_MATRIX_2_OF_5 = 19;
export const FORMAT_CODE_11 = 20;
export const FORMAT_MSI = 21;
export const FORMAT_TELEPEN = 22;
export const FORMAT_DX_FILM_EDGE = 23;
export const FORMAT_PHARMACODE = 24;
export const FORMAT_DATABAR = 25;
export const FORMAT_DATABAR_LIMITED = 26;
export const FORMAT_DATABAR_EXPANDED = 27;
export const FORMAT_CODE_32 = 34;
export const FORMAT_PZN = 35;
