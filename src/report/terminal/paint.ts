const SGR = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 } as const;

export type Style = keyof typeof SGR;
export type Paint = (style: Style, text: string) => string;

/** Wraps text in the escape codes of a style; without colour it comes back as it is. */
export function painter(color: boolean): Paint {
  return (style, text) => (color ? `\u001B[${SGR[style]}m${text}\u001B[0m` : text);
}
