/** The port of the service where none is given; the default address of every client command has it too. */
export const DEFAULT_PORT = 8787;
